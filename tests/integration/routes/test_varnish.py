"""Behind a real cache with its built-in rules, nobody receives what is another's, and what is everybody's is kept."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Iterable
from ipaddress import ip_network

import httpx
import pytest

from bff.settings.variables import Settings
from bff.stores.wiring import open_stores
from tests.kit.backends.others import Varnish
from tests.kit.cached_shop import CachedShop, cached_shop
from tests.kit.cached_visitors import PUBLIC, SHARED, CacheVisitor, check_answer, visitors_of, was_kept

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_800)]
AT_ONCE = 16
GB = {"CF-IPCountry": "GB"}
PATHS = ("/healthz", "/readyz", "/metrics", "/graphql?query={", "/nothing", "/graphql/", "/")


@pytest.fixture
async def shop(shop_settings: Settings, varnish: Varnish) -> AsyncIterator[CachedShop]:
    """A shop that trusts the cache in front of it. For the test, answers are kept as long as the shop can allow."""
    changes = {"trusted_proxies": [ip_network("127.0.0.1/32")], "public_max_age_seconds": 3_600}
    async with open_stores(shop_settings.model_copy(update=changes)) as stores, cached_shop(stores, varnish) as shop:
        yield shop


async def _all(works: Iterable[Awaitable[object]]) -> None:
    """In an order that nobody chose, some at a time."""
    free = asyncio.Semaphore(AT_ONCE)

    async def one(work: Awaitable[object]) -> None:
        async with free:
            await work

    mixed = list(works)
    random.Random(15).shuffle(mixed)
    await asyncio.gather(*map(one, mixed))


def _round(shop: CachedShop, visitors: list[CacheVisitor]) -> list[Awaitable[object]]:
    """Every visitor reads everything, their own cart, and the cart of an account."""
    owners = [visitor for visitor in visitors if visitor.email]
    works: list[Awaitable[object]] = []
    for visitor in visitors:
        works += [visitor.get(shop, name) for name in SHARED]
        works += [visitor.get_cart(shop, owner) for owner in (visitor, owners[visitor.number % len(owners)])]
    return works


async def test_nobody_receives_what_is_anothers(shop: CachedShop, visitor_count: int) -> None:
    """Territories, media types, languages, devices, accounts and carts, mixed; carts change between two rounds.

    In the second round the cache answers all strangers whose country it knows.
    """
    visitors = await visitors_of(shop, visitor_count)
    await _all(_round(shop, visitors))
    for visitor in visitors:
        for answered in visitor.answers:
            check_answer(visitor, answered, shop.handles)
        visitor.answers.clear()
    await _all(visitor.change_cart(shop) for visitor in visitors)
    await _all(_round(shop, visitors))
    for visitor in visitors:
        for answered in visitor.answers:
            check_answer(visitor, answered, shop.handles)
            if visitor.is_anyone and answered.name in PUBLIC:
                assert was_kept(answered.answer), (visitor.number, answered.name)


async def _get(shop: CachedShop, query: str, **headers: str) -> httpx.Response:
    named = GB | {name.replace("_", "-"): value for name, value in headers.items()}
    return await shop.front.get("/graphql", params={"query": query}, headers=named)


async def test_what_a_cache_keeps_and_what_not(shop: CachedShop) -> None:
    """In one shop, because each takes seconds to start."""
    await _one_visitor_cannot_end_the_keeping_for_others(shop)
    await _scripts_of_every_origin_may_read_what_was_kept(shop)
    await _what_is_no_answer_for_everybody_is_not_kept(shop)


async def _one_visitor_cannot_end_the_keeping_for_others(shop: CachedShop) -> None:
    """A cache remembers for minutes that there is nothing to keep: only for requests with the same headers."""
    visitor = CacheVisitor(0, "GB", {**GB, "X-Device-Id": "app-install-0"}, may_be_anyone=False)
    await visitor.hide(shop)
    for name in ("products", "homepage"):
        query = SHARED[name]
        assert (await _get(shop, query, Accept="text/html")).status_code == 406
        assert not was_kept(await visitor.get(shop, name))
        assert [was_kept(await _get(shop, query)) for _ in range(2)] == [False, True]


async def _scripts_of_every_origin_may_read_what_was_kept(shop: CachedShop) -> None:
    """Whichever request the cache got it by."""
    query = SHARED["collection"]
    answers = (await _get(shop, query), await _get(shop, query, Origin="https://www.shop.example"))
    assert [each.headers["access-control-allow-origin"] for each in answers] == ["*", "*"]


async def _what_is_no_answer_for_everybody_is_not_kept(shop: CachedShop) -> None:
    """Varnish keeps for two minutes what does not forbid it, 404 and redirects too."""
    for path in PATHS:
        answers = [await shop.front.get(path, headers=GB) for _ in range(3)]
        assert [was_kept(answer) for answer in answers] == [False] * 3, path
