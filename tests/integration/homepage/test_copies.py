"""The last good page in a process's memory: what visitors get while Redis is well, slow, silent, away or empty."""

import asyncio
import time
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from datasources.homepage.copies import Copy
from datasources.kit import redis
from datasources.kit.redis import Client
from domain.homepage.keys import HomepageKey, Platform
from tests.kit import backends
from tests.kit.fixtures.stores import remove_keys
from tests.kit.homepages import KEY, Served, card, page, serving, shelf
from tests.torture.proxy import Proxy

US = HomepageKey("US", Platform.WEB)
_ONE, _TWO = page(shelf("mugs", card(1)), version=1), page(shelf("mugs", card(2)), version=2)


async def _within(seconds: float, served: Served, titles: list[str]) -> None:
    """Asks again until these titles are answered."""
    async with asyncio.timeout(seconds):
        while await served.titles() != titles:  # noqa: ASYNC110 - what is waited for is what visitors see
            await asyncio.sleep(0.02)


async def _all_settled(served: Served) -> None:
    await asyncio.sleep(served.copies.patience.refresh)
    await served.copies.get(KEY)
    await asyncio.sleep(0.1)


@pytest.fixture
async def served(redis_client: Client, redis_prefix: str) -> AsyncIterator[Served]:
    """A process beside each Redis."""
    served = serving(redis_client, redis_prefix)
    yield served
    await served.copies.close()


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    """A way to Valkey that can be disturbed."""
    proxy = Proxy(urlsplit(backends.valkey.url()).port or 0)
    await proxy.start()
    yield proxy
    await proxy.stop()


@pytest.fixture
async def behind(proxy: Proxy, redis_prefix: str) -> AsyncIterator[Served]:
    """A process that has a page of Valkey, which it reaches through the proxy."""
    client = redis.connect(f"redis://127.0.0.1:{proxy.port}")
    served = serving(client, redis_prefix)
    await served.records.replace(KEY, _ONE)
    assert await served.titles() == ["Mug 1"]
    yield served
    proxy.heal()
    await served.copies.close()
    await remove_keys(client, redis_prefix)
    await client.close()


async def _slowest(served: Served, seconds: float) -> tuple[float, int]:
    """Asks about a hundred times a second; the longest time an answer took, and how many there were."""
    slowest, count, end = 0.0, 0, time.monotonic() + seconds
    while (began := time.monotonic()) < end:
        assert await served.titles() is not None
        slowest, count = max(slowest, time.monotonic() - began), count + 1
        await asyncio.sleep(0.01)
    return slowest, count


async def test_a_new_version_shows_within_a_second(served: Served) -> None:
    """No request asks for it: pages in use are compared with Redis all the time."""
    await served.records.replace(KEY, _ONE)
    assert await served.titles() == ["Mug 1"]
    await served.records.replace(KEY, _TWO)
    await _within(1.0, served, ["Mug 2"])


async def test_most_requests_do_not_reach_redis(served: Served, redis_client: Client, redis_prefix: str) -> None:
    """A thousand requests cost what one comparison costs."""
    await served.records.replace(KEY, _ONE)
    assert await served.titles() == ["Mug 1"]
    asked = 0

    async def counting(*_: object) -> None:
        nonlocal asked
        asked += 1

    served.copies._read = counting  # type: ignore[method-assign,assignment]  # what asks Redis
    for _ in range(1_000):
        assert await served.titles() == ["Mug 1"]
    assert asked <= 4


async def test_a_page_that_nobody_asked_for_long_is_new_at_once(served: Served) -> None:
    """The first visitor after a quiet time waits the moment that Redis takes."""
    await served.records.replace(KEY, _ONE)
    copy = await served.copies.get(KEY)
    assert copy is not None
    await served.records.replace(KEY, _TWO)
    copy.confirmed_at -= 60
    await asyncio.sleep(served.copies.patience.refresh)
    assert await served.titles() == ["Mug 2"]


async def test_an_emptied_redis_leaves_the_last_good_page(served: Served, redis_client: Client) -> None:
    """It is called stale after a second, reported once, and new again when a record comes."""
    await served.records.replace(KEY, _ONE)
    assert await served.titles() == ["Mug 1"]
    await redis_client.delete(served.records.key(KEY))
    for _ in range(15):
        await asyncio.sleep(0.1)
        assert await served.titles() == ["Mug 1"]
    assert await served.is_stale() is True
    assert served.missing == [KEY]
    await served.records.replace(KEY, _TWO)
    await _within(1.0, served, ["Mug 2"])
    assert await served.is_stale() is False


async def test_a_page_that_nobody_ever_had_is_none_and_reported_once(served: Served) -> None:
    """Two hundred visitors, one report per page."""
    copies = await asyncio.gather(*(served.copies.get(key) for key in (KEY, US) for _ in range(100)))
    assert copies == [None] * 200
    await _all_settled(served)
    assert sorted(key.territory for key in served.missing) == ["GB", "US"]


async def test_a_missing_page_is_reported_again_after_a_while(redis_client: Client, redis_prefix: str) -> None:
    """The report may have been lost with Redis."""
    served = serving(redis_client, redis_prefix, missing_seconds=0.3)
    for _ in range(8):
        await served.copies.get(KEY)
        await asyncio.sleep(0.1)
    assert 2 <= len(served.missing) <= 4
    await served.copies.close()


async def test_redis_knows_pages_that_nobody_published(served: Served) -> None:
    """Such a page is not waited for when a process starts."""
    assert await served.copies.is_settled(KEY) is False
    await served.records.put_absent(KEY)
    await _all_settled(served)
    assert await served.copies.is_settled(KEY) is True


async def test_no_more_pages_are_kept_than_told(redis_client: Client, redis_prefix: str) -> None:
    """The one that was asked for longest ago goes first."""
    served = serving(redis_client, redis_prefix, max_pages=2)
    keys = [HomepageKey(code, Platform.WEB) for code in ("GB", "US", "EU")]
    for key in keys:
        await served.records.replace(key, page(shelf("mugs", card(1)), key=key))
        assert await served.copies.get(key) is not None
    await remove_keys(redis_client, redis_prefix)
    assert [await served.copies.get(key) is None for key in reversed(keys)] == [False, False, True]
    await served.copies.close()


async def test_a_record_that_cannot_be_read_leaves_the_last_good_page(served: Served, redis_client: Client) -> None:
    """A later version of the shop may write what this one does not understand."""
    await served.records.replace(KEY, _ONE)
    assert await served.titles() == ["Mug 1"]
    await redis_client.hset(served.records.key(KEY), mapping={"version": "9", "page": "{"})
    await _all_settled(served)
    assert await served.titles() == ["Mug 1"]


async def test_a_silent_redis_costs_no_visitor_more_than_a_moment(behind: Served, proxy: Proxy) -> None:
    """Requests are answered from memory, stale after a second, and Redis is followed again soon after it is back."""
    proxy.faults.blackhole = True
    slowest, count = await _slowest(behind, 2.5)
    assert slowest < 0.2
    assert count > 50
    assert await behind.is_stale() is True
    proxy.heal()
    began = time.monotonic()
    await behind.records.replace(KEY, _TWO)
    await _within(2.0, behind, ["Mug 2"])
    assert time.monotonic() - began < 2.0
    assert await behind.is_stale() is False


async def test_a_redis_that_is_gone_costs_no_visitor_anything(behind: Served, proxy: Proxy) -> None:
    """Nobody listens, connections are reset: the last good page, at once."""
    upstream, proxy.upstream = proxy.upstream, 1
    proxy.reset()
    slowest, _ = await _slowest(behind, 1.5)
    assert slowest < 0.2
    assert await behind.is_stale() is True
    proxy.upstream = upstream
    await behind.records.replace(KEY, _TWO)
    await _within(2.0, behind, ["Mug 2"])


async def test_a_slow_redis_is_followed_without_waiting_for_it(behind: Served, proxy: Proxy) -> None:
    """Each reply takes a tenth of a second; a page in use is not stale for that, and a new one shows in time."""
    proxy.faults.latency = 0.1
    slowest, _ = await _slowest(behind, 2.0)
    assert slowest < 0.2
    assert await behind.is_stale() is False
    await behind.records.replace(KEY, _TWO)
    await _within(1.5, behind, ["Mug 2"])


async def test_a_process_without_a_page_waits_a_second_at_most(proxy: Proxy, redis_prefix: str) -> None:
    """Redis is silent: all visitors together are told after one second, later ones at once."""
    client = redis.connect(f"redis://127.0.0.1:{proxy.port}")
    served = serving(client, redis_prefix)
    proxy.faults.blackhole = True
    began = time.monotonic()
    assert await asyncio.gather(*(served.copies.get(KEY) for _ in range(100))) == [None] * 100
    assert 0.8 < time.monotonic() - began < 1.6
    began = time.monotonic()
    assert await served.copies.get(KEY) is None
    assert time.monotonic() - began < 0.1
    await served.copies.close()
    await client.close()


async def test_a_visitor_who_leaves_does_not_end_the_comparison(served: Served) -> None:
    """It goes on for the others."""
    await served.records.replace(KEY, _ONE)
    leaving = asyncio.create_task(served.copies.get(KEY))
    await asyncio.sleep(0)
    leaving.cancel()
    copy = await served.copies.get(KEY)
    assert isinstance(copy, Copy)


async def test_the_same_page_is_the_same_object(served: Served) -> None:
    """What is made of it can be kept for as long as it stays."""
    await served.records.replace(KEY, _ONE)
    copy = await served.copies.get(KEY)
    assert copy is not None
    first = copy.page(1.0)
    await _all_settled(served)
    again = await served.copies.get(KEY)
    assert again is not None
    assert again.page(1.0) is first
