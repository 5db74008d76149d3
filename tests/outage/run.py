"""One run: a shop with a worker and two API processes' worth of stores, visitors, and one fault after the other."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

import httpx
from pydantic import SecretStr
from starlette.applications import Starlette

from bff import worker
from bff.answers.warmth import Warmth
from bff.app import routes_over
from bff.settings.variables import Settings
from bff.stores.migrate import migrate
from bff.stores.wiring import Stores, open_stores
from datasources.kit.database import Tx
from domain.accounts import Credentials
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.sources import ShelfSource, TextSection
from services.accounts.tokens import Tokens
from services.kit.clock import utc_now
from tests.kit import backends
from tests.kit.factories.catalog import add_collection, add_product
from tests.outage.counting import Reached, watched_builds
from tests.outage.report import Recovery, Report
from tests.outage.victim import Fault, Victim
from tests.outage.visitors import Visitors

PROCESSES = 2
SECTIONS = (
    ShelfSource("mugs", "Mugs", "mugs"),
    ShelfSource("lamps", "Lamps", "lamps"),
    TextSection("text", "Us", "<p/>"),
)

# After that a page that is still old stays so.
_HOPE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How often and how long each fault lasts, in seconds; `requests` is the least number of requests in all."""

    flushes: int = 10
    flush_every: float = 1.5
    killed: float = 10.0
    paused: float = 3.0
    slowed: float = 3.0
    latency: float = 0.1
    requests: int = 10_000
    at_once: int = 8
    pause: float = 0.05


SHORT = Plan(flushes=3, flush_every=1.0, killed=2.0, paused=1.5, slowed=1.0, requests=400, at_once=6)


async def outage(directory: Path, plan: Plan, kind: type[Victim] = Victim) -> Report:
    """Everything at once; the report lists the broken promises."""
    victim = kind(directory)
    try:
        await victim.start()
        settings = await _settings(directory, victim)
        async with AsyncExitStack() as stack:
            stores = await stack.enter_async_context(open_stores(settings))
            await _fill(stores)
            working, builds = watched_builds(stores)
            await stack.enter_async_context(_at_work(working))
            api = [Reached(await stack.enter_async_context(open_stores(settings))) for _ in range(PROCESSES)]
            clients = [await stack.enter_async_context(_client(reached.stores)) for reached in api]
            visitors = Visitors(clients, [_token(settings, customer) for customer in range(1, 20)])
            recoveries = await _torment(victim, visitors, plan)
            reached = [process.since() for process in api]
            return Report(visitors.answers, reached, dict(builds.builds), recoveries)
    finally:
        await victim.stop()


async def _settings(directory: Path, victim: Victim) -> Settings:
    settings = Settings(
        data_dir=directory,
        database_url=SecretStr(f"sqlite+aiosqlite:///{directory / 'shop.db'}"),
        mongo_url=SecretStr(backends.mongo.url()),
        mongo_database=f"outage{time.time_ns()}",
        redis_url=SecretStr(victim.url),
        search_url=f"tantivy://{directory / 'search'}",
        sandbox_url="http://127.0.0.1:9",
        token_secret=SecretStr("a secret of the tests, long enough to sign"),
        trusted_proxies=[ip_network("127.0.0.1/32")],
    )
    await migrate(settings)
    return settings


async def _fill(stores: Stores) -> None:
    """Products, a page per platform that every territory shows, and shoppers whose taste the shop knows."""

    async def fill(tx: Tx) -> None:
        for handle in ("mugs", "lamps"):
            products = [await add_product(tx, handle=f"{handle}-{number}", stock=5) for number in range(6)]
            await add_collection(tx, [product.product_id for product in products], handle=handle)

    await stores.database.transact(fill)
    for platform in Platform:
        key = HomepageKey(stores.territories.default.code, platform)
        assert await stores.homepage_documents.publish(key, 0, "main", SECTIONS)


@asynccontextmanager
async def _at_work(stores: Stores) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    working = asyncio.create_task(worker.work(stores, stopping))
    yield
    stopping.set()
    await working


@asynccontextmanager
async def _client(stores: Stores) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a process that has every page, as one has that is ready."""
    warmth = Warmth(stores.homepage_copies, stores.territories, seconds=30)
    await warmth.fetch()
    transport = httpx.ASGITransport(Starlette(routes=routes_over(stores)))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        yield client


def _token(settings: Settings, customer_id: int) -> str:
    tokens = Tokens(settings.token_secret.get_secret_value(), settings.token_minutes)
    return tokens.issue(Credentials(customer_id, None, frozenset(), 0), utc_now()).token


async def _torment(victim: Victim, visitors: Visitors, plan: Plan) -> list[Recovery]:
    coming = asyncio.create_task(visitors.come(plan.at_once, plan.pause))
    recoveries = []
    await asyncio.sleep(1.0)
    visitors.phase = "flushed"
    for _ in range(plan.flushes):
        await victim.flush()
        await asyncio.sleep(plan.flush_every)
    recoveries.append(await _recovered("flushed", time.monotonic(), visitors))
    faults: dict[str, Fault] = {
        "killed": lambda: victim.kill(plan.killed),
        "paused": lambda: victim.pause(plan.paused),
        "slowed": lambda: victim.slow(plan.latency, plan.slowed),
    }
    for phase, fault in (faults | victim.more_faults).items():
        visitors.phase = phase
        recoveries.append(await _recovered(phase, await fault(), visitors))
    visitors.phase = "calm"
    while visitors.answers.count < plan.requests and not coming.done():  # noqa: ASYNC110 - visitors come as they like
        await asyncio.sleep(0.1)
    visitors.leave()
    await coming
    return recoveries


async def _recovered(phase: str, over_at: float, visitors: Visitors) -> Recovery:
    """How long after its end a fault was still seen: the time until the next page that is not stale."""
    end = over_at + _HOPE_SECONDS
    while visitors.answers.fresh_at < over_at and time.monotonic() < end:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0.02)
    fresh_at = visitors.answers.fresh_at
    return Recovery(phase, fresh_at - over_at if fresh_at >= over_at else float("inf"))
