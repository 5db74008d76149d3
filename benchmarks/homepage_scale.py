"""`python -m benchmarks.homepage_scale`: CPU of a homepage by how many pages and products the shop has.

It runs in one process without a network and counts CPU time, so other processes and load generators do not count.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_network
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop
from pydantic import SecretStr
from starlette.applications import Starlette

from benchmarks.graphql import body
from benchmarks.in_process import asked
from bff.app import routes_over
from bff.settings.territories import TerritorySettings
from bff.settings.variables import Settings
from bff.stores.wiring import Stores, open_stores
from datasources.homepage.copies import HomepageCopies
from datasources.personal.fields import AFFINITY
from domain.homepage.keys import HomepageKey, Platform
from domain.personal.records import Person
from tests.kit import backends
from tests.kit.homepages import full_page

REQUESTS = 2_000
COMPARISONS = 1_000
Ask = Callable[[bytes, int, dict[str, str]], Awaitable[bytes]]
SHOPPER = Person("claimed", "benchmark-device")
_CHUNK = 10_000


def main() -> None:
    """Prints a table."""
    with TemporaryDirectory() as directory, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            for line in runner.run(_table(Path(directory))):
                sys.stdout.write(f"{line}\n")
                sys.stdout.flush()
        finally:
            backends.stop_all()


async def _table(directory: Path) -> list[str]:
    lines = ["pages  products  common us  personal us  compare us"]
    for pages, products in ((1, 1_000), (10, 1_000), (100, 1_000), (100, 100_000)):
        async with _shop(directory, pages, products) as (ask, copies):
            common = await _cpu(ask, pages, {})
            personal = await _cpu(ask, pages, {"x-device-id": SHOPPER.id})
            compare = await _comparing(copies, pages)
        lines.append(f"{pages:5}  {products:8}  {common:9.0f}  {personal:11.0f}  {compare:10.0f}")
    return lines


async def _cpu(ask: Ask, pages: int, headers: dict[str, str]) -> float:
    """Microseconds of CPU per request. It requests the pages in turn, after a first round that is not measured."""
    request = body("homepage_full")
    for page in range(pages):
        assert b'"products":[{' in await ask(request, page, headers)
    began = time.process_time()
    for number in range(REQUESTS):
        await ask(request, number % pages, headers)
    return (time.process_time() - began) / REQUESTS * 1_000_000


async def _comparing(copies: HomepageCopies, pages: int) -> float:
    """Microseconds of CPU to compare a page with Redis. The shop does so for each page in use, outside of requests."""
    copies.patience = replace(copies.patience, refresh=0.0)
    keys = [HomepageKey(code, Platform.WEB) for code in _codes(pages)]
    began = time.process_time()
    for number in range(COMPARISONS):
        await copies.settle(keys[number % pages])
    return (time.process_time() - began) / COMPARISONS * 1_000_000


@asynccontextmanager
async def _shop(directory: Path, pages: int, products: int) -> AsyncIterator[tuple[Ask, HomepageCopies]]:
    """A shop with a territory per page and half of its products sold out: a client of it, and its pages.

    The shop does not compare pages with Redis on its own, so that only requests are measured.
    """
    countries = _countries(pages)
    settings = Settings(
        data_dir=directory,
        territories=[
            TerritorySettings(code=code, name=code, currency="GBP", countries=[country])
            for code, country in zip(_codes(pages), countries, strict=True)
        ],
        database_url=SecretStr(f"sqlite+aiosqlite:///{directory / 'shop.db'}"),
        mongo_url=SecretStr("mongodb://127.0.0.1:1"),
        redis_url=SecretStr(backends.valkey.url()),
        search_url=f"tantivy://{directory / 'search'}",
        sandbox_url="http://127.0.0.1:9",
        prefix=f"scale-{pages}-{products}:",
        token_secret=SecretStr("a secret of the benchmark, long enough to sign"),
        trusted_proxies=[ip_network("127.0.0.1/32")],
    )
    async with open_stores(settings) as stores:
        await _fill(stores, _codes(pages), products)
        stores.homepage_copies.patience = replace(stores.homepage_copies.patience, refresh=3_600.0, stale=3_600.0)
        app = Starlette(routes=routes_over(stores))
        visitors = (f"10.0.{number // 256 % 256}.{number % 256}" for number in count())
        yield (
            lambda request, page, headers: asked(
                app, request, {**headers, "cf-ipcountry": countries[page], "x-forwarded-for": next(visitors)}
            ),
            stores.homepage_copies,
        )


def _codes(count: int) -> list[str]:
    return [f"T{country}" for country in _countries(count)]


def _countries(count: int) -> list[str]:
    return [f"{chr(65 + number // 26)}{chr(65 + number % 26)}" for number in range(count)]


async def _fill(stores: Stores, codes: list[str], products: int) -> None:
    for code in codes:
        key = HomepageKey(code, Platform.WEB)
        await stores.homepage_records.replace(key, full_page(key=key))
    await stores.tastes.track(SHOPPER, {f"{AFFINITY}category-3": 10.0})
    token = await stores.availability.begin_pass()
    for first in range(0, products, _CHUNK):
        keys = range(10_000_000 + first, 10_000_000 + min(first + _CHUNK, products))
        available = {key: bool(key % 2) for key in keys}
        assert await stores.availability.write(await stores.availability.turn(), available)
    assert await stores.availability.finish_pass(token)


if __name__ == "__main__":
    main()
