"""A process that starts is ready once it has every page."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette

from bff.answers.warmth import Warmth
from bff.app import routes_over
from bff.stores.wiring import Stores
from domain.homepage.keys import HomepageKey, Platform
from tests.kit.homepages import card, page, shelf
from tests.kit.waiting import until

pytestmark = pytest.mark.slow


def _pages(stores: Stores) -> list[HomepageKey]:
    return [HomepageKey(territory.code, platform) for territory in stores.territories.all for platform in Platform]


async def _readyz(stores: Stores, warmth: Warmth) -> tuple[int, str]:
    transport = httpx.ASGITransport(Starlette(routes=routes_over(stores, lambda: warmth.is_ready)))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        answer = await client.get("/readyz")
    return answer.status_code, answer.json()["status"]


async def test_a_process_is_not_ready_before_it_has_every_page(stores: Stores) -> None:
    """Pages that are missing are reported, and waited for; those that nobody published are not."""
    warmth = Warmth(stores.homepage_copies, stores.territories, seconds=30)
    assert await _readyz(stores, warmth) == (503, "starting")
    *published, last, absent = _pages(stores)
    for key in published:
        await stores.homepage_records.replace(key, page(shelf("mugs", card(1)), key=key))
    await stores.homepage_records.put_absent(absent)
    fetching = asyncio.create_task(warmth.fetch())
    await until(lambda: stores.redis.xlen(stores.stream.key))
    assert await _readyz(stores, warmth) == (503, "starting")
    await stores.homepage_records.replace(last, page(shelf("mugs", card(1)), key=last))
    await fetching
    assert await _readyz(stores, warmth) == (200, "ok")
    reported = await stores.redis.xlen(stores.stream.key)
    assert 1 <= reported <= 2  # the last page and, unless it was known by then, the one that nobody published
    for key in (*published, last):
        assert await stores.homepage_copies.get(key) is not None


async def test_a_process_waits_for_pages_no_longer_than_told(stores: Stores) -> None:
    """The shop opens even without a worker that builds them."""
    moments = iter([0.0, 0.0, 29.9, 30.0])
    warmth = Warmth(stores.homepage_copies, stores.territories, 30, lambda: next(moments))
    await warmth.fetch()
    assert list(moments) == []
    assert await _readyz(stores, warmth) == (200, "ok")


async def test_a_builder_notes_pages_that_nobody_published(stores: Stores) -> None:
    """A mark of its own, which a record outweighs."""
    (key, *_) = _pages(stores)
    await stores.homepage_records.put_absent(key)
    assert await stores.homepage_copies.is_settled(key) is True
    await stores.homepage_records.replace(key, page(shelf("mugs", card(1)), key=key))

    async def is_shown() -> bool:
        return await stores.homepage_copies.get(key) is not None

    await until(is_shown)
