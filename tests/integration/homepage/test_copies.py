"""The last good page in a process's memory: what visitors get while Redis is well, slow, silent, away or empty."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest

from datasources.homepage.copies import Copy, Patience
from datasources.kit import redis
from datasources.kit.redis import Client
from domain.homepage.keys import HomepageKey, Platform
from tests.kit import backends
from tests.kit.fixtures.stores import remove_keys
from tests.kit.homepages import KEY, Clock, Served, card, page, serving, shelf
from tests.kit.waiting import until
from tests.torture.proxy import Proxy

T = TypeVar("T")

US = HomepageKey("US", Platform.WEB)
_ONE, _TWO = page(shelf("mugs", card(1)), version=1), page(shelf("mugs", card(2)), version=2)


_DUE = Patience().refresh + 0.01
# For those whose Redis answers, however busy the machine is.
_UNHURRIED = Patience(wait=60, long_wait=60, first=60, attempt=60)
# For tests whose Redis never answers: waiting for it would take forever.
_SILENCE = 3600.0
_MOMENTARY = Patience(first=0.05, attempt=_SILENCE)


def _at_once(work: Coroutine[Any, Any, T]) -> T:
    """The answer, if there is one without waiting."""
    try:
        work.send(None)
    except StopIteration as answered:
        answer: T = answered.value
        return answer
    work.close()
    raise AssertionError("it waited")


async def _compare(served: Served, clock: Clock, key: HomepageKey = KEY) -> None:
    """Time passes until the page is compared with Redis, and that is done."""
    clock.now += _DUE
    await served.copies.settle(key)


async def _compare_until(served: Served, clock: Clock, titles: list[str]) -> None:
    """Compares several times: the first attempts may use lost connections."""

    async def is_answered() -> bool:
        await _compare(served, clock)
        return await served.titles() == titles

    await until(is_answered)


@pytest.fixture
def clock() -> Clock:
    """What the process takes for the time."""
    return Clock()


@pytest.fixture
async def served(redis_client: Client, redis_prefix: str, clock: Clock) -> AsyncIterator[Served]:
    """A process beside each Redis."""
    served = serving(redis_client, redis_prefix, clock=clock, patience=_UNHURRIED)
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
async def behind(proxy: Proxy, redis_prefix: str, clock: Clock) -> AsyncIterator[Served]:
    """A process that has a page of Valkey, which it reaches through the proxy."""
    client = redis.connect(f"redis://127.0.0.1:{proxy.port}", deadline=_SILENCE)
    served = serving(client, redis_prefix, clock=clock, patience=Patience(attempt=_SILENCE))
    await served.records.replace(KEY, _ONE)
    await served.copies.settle(KEY)
    assert await served.titles() == ["Mug 1"]
    yield served
    proxy.heal()
    await served.copies.close()
    await remove_keys(client, redis_prefix)
    await client.close()


async def test_a_new_version_shows_with_the_next_comparison(served: Served, clock: Clock) -> None:
    """Requests do not ask for it: a page in use is compared with Redis as soon as it is `refresh` old."""
    await served.records.replace(KEY, _ONE)
    assert await served.titles() == ["Mug 1"]
    await served.records.replace(KEY, _TWO)
    assert _at_once(served.titles()) == ["Mug 1"]
    await _compare(served, clock)
    assert _at_once(served.titles()) == ["Mug 2"]


async def test_most_requests_do_not_reach_redis(served: Served, clock: Clock) -> None:
    """A thousand requests cost what one comparison costs."""
    await served.records.replace(KEY, _ONE)
    assert await served.titles() == ["Mug 1"]
    asked = 0

    async def counting(*_: object) -> None:
        nonlocal asked
        asked += 1

    served.copies._read = counting  # type: ignore[method-assign,assignment]  # what asks Redis
    for expected in (0, 1):
        for _ in range(1_000):
            assert _at_once(served.titles()) == ["Mug 1"]
        await served.copies.settle(KEY)
        assert asked == expected
        clock.now += _DUE


async def test_a_page_that_nobody_asked_for_long_is_new_at_once(served: Served, clock: Clock) -> None:
    """The first visitor after a quiet time waits the moment that Redis takes."""
    await served.records.replace(KEY, _ONE)
    assert await served.titles() == ["Mug 1"]
    await served.records.replace(KEY, _TWO)
    clock.now += 60
    assert await served.titles() == ["Mug 2"]


async def test_an_emptied_redis_leaves_the_last_good_page(served: Served, redis_client: Client, clock: Clock) -> None:
    """It is called stale after a second, reported once, and new again when a record comes."""
    await served.records.replace(KEY, _ONE)
    assert await served.titles() == ["Mug 1"]
    await redis_client.delete(served.records.key(KEY))
    for stale in (False, False, True, True):
        await _compare(served, clock)
        assert await served.titles() == ["Mug 1"]
        assert await served.is_stale() is stale
    assert served.missing == [KEY]
    await served.records.replace(KEY, _TWO)
    await _compare(served, clock)
    assert await served.titles() == ["Mug 2"]
    assert await served.is_stale() is False


async def test_a_page_that_nobody_ever_had_is_none_and_reported_once(served: Served) -> None:
    """Two hundred visitors, one report per page."""
    copies = await asyncio.gather(*(served.copies.get(key) for key in (KEY, US) for _ in range(100)))
    assert copies == [None] * 200
    assert sorted(key.territory for key in served.missing) == ["GB", "US"]


async def test_a_missing_page_is_reported_again_after_a_while(served: Served, clock: Clock) -> None:
    """The report may have been lost with Redis."""
    for reports, seconds in ((1, 0), (1, 59), (2, 1), (2, 59), (3, 1)):
        clock.now += seconds
        await served.copies.settle(KEY)
        assert len(served.missing) == reports


async def test_redis_knows_pages_that_nobody_published(served: Served, clock: Clock) -> None:
    """Such a page is not waited for when a process starts."""
    assert await served.copies.is_settled(KEY) is False
    await served.records.put_absent(KEY)
    await _compare(served, clock)
    assert await served.copies.is_settled(KEY) is True


async def test_no_more_pages_are_kept_than_told(redis_client: Client, redis_prefix: str, clock: Clock) -> None:
    """The least recently requested one goes first."""
    served = serving(redis_client, redis_prefix, max_bytes=7_000, clock=clock, patience=_UNHURRIED)
    keys = [HomepageKey(code, Platform.WEB) for code in ("GB", "US", "EU")]
    for key in keys:
        await served.records.replace(key, page(shelf("mugs", card(1)), key=key))
        assert await served.copies.get(key) is not None
    await remove_keys(redis_client, redis_prefix)
    assert [await served.copies.get(key) is None for key in reversed(keys)] == [False, False, True]
    await served.copies.close()


async def test_a_record_that_cannot_be_read_leaves_the_last_good_page(
    served: Served, redis_client: Client, clock: Clock
) -> None:
    """A later version of the shop may write what this one does not understand."""
    await served.records.replace(KEY, _ONE)
    assert await served.titles() == ["Mug 1"]
    await redis_client.hset(served.records.key(KEY), mapping={"version": "9", "page": "{"})
    await _compare(served, clock)
    assert await served.titles() == ["Mug 1"]


async def test_a_silent_redis_costs_no_visitor_more_than_a_moment(behind: Served, proxy: Proxy, clock: Clock) -> None:
    """Requests are answered from memory, stale after a second, and Redis is followed again once it is back."""
    proxy.faults.blackhole = True
    for seconds in (0.0, 0.5, 0.5):
        clock.now += seconds
        assert _at_once(behind.titles()) == ["Mug 1"]
    assert _at_once(behind.is_stale()) is False
    for seconds in (0.5, 60.0):
        clock.now += seconds
        assert await behind.titles() == ["Mug 1"]
        assert await behind.is_stale() is True
    proxy.heal()
    await behind.records.replace(KEY, _TWO)
    await _compare_until(behind, clock, ["Mug 2"])
    assert await behind.is_stale() is False


async def test_a_redis_that_is_gone_costs_no_visitor_anything(behind: Served, proxy: Proxy, clock: Clock) -> None:
    """No server listens, or connections are reset: visitors get the last good page at once."""
    upstream, proxy.upstream = proxy.upstream, 1
    proxy.reset()
    for _ in range(4):
        await _compare(behind, clock)
        assert _at_once(behind.titles()) == ["Mug 1"]
    assert await behind.is_stale() is True
    proxy.upstream = upstream
    await behind.records.replace(KEY, _TWO)
    await _compare_until(behind, clock, ["Mug 2"])


@pytest.mark.slow
async def test_a_slow_redis_is_followed_without_waiting_for_it(behind: Served, proxy: Proxy, clock: Clock) -> None:
    """Each reply takes a tenth of a second; a page in use is not stale for that, and a new one is shown."""
    proxy.faults.latency = 0.1
    for _ in range(3):
        clock.now += _DUE
        assert _at_once(behind.titles()) == ["Mug 1"]
        assert _at_once(behind.is_stale()) is False
        await behind.copies.settle(KEY)
    await behind.records.replace(KEY, _TWO)
    await _compare(behind, clock)
    assert _at_once(behind.titles()) == ["Mug 2"]


async def test_a_process_without_a_page_waits_a_moment_at_most(proxy: Proxy, redis_prefix: str, clock: Clock) -> None:
    """Redis is silent: all visitors get answers together after that time, later ones at once."""
    client = redis.connect(f"redis://127.0.0.1:{proxy.port}", deadline=_SILENCE)
    served = serving(client, redis_prefix, clock=clock, patience=_MOMENTARY)
    proxy.faults.blackhole = True
    assert await asyncio.gather(*(served.copies.get(KEY) for _ in range(100))) == [None] * 100
    clock.now += 2 * _MOMENTARY.first
    assert _at_once(served.copies.get(KEY)) is None
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


async def test_the_same_page_is_the_same_object(served: Served, clock: Clock) -> None:
    """Results made from it can be kept for as long as it stays."""
    await served.records.replace(KEY, _ONE)
    copy = await served.copies.get(KEY)
    assert copy is not None
    first = copy.page(1.0)
    await _compare(served, clock)
    again = await served.copies.get(KEY)
    assert again is not None
    assert again.page(1.0) is first
