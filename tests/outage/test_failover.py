"""A master of a Redis Cluster dies and its replica takes over: visitors of a warm process do not notice."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from datasources.kit import redis
from domain.homepage.keys import HomepageKey, Platform
from tests.kit.backends.redis import Replicated
from tests.kit.homepages import Served, card, page, serving, shelf

KEYS = [HomepageKey(territory, platform) for territory in ("GB", "US", "EU") for platform in Platform]


@pytest.fixture
def cluster() -> Iterator[Replicated]:
    """Three masters with a replica each."""
    cluster = Replicated()
    if reason := cluster.missing_program():
        pytest.skip(reason)
    yield cluster
    cluster.stop()


@pytest.fixture
async def warm(cluster: Replicated) -> AsyncIterator[Served]:
    """A process that has every page."""
    client = redis.connect(cluster.url())
    served = serving(client, "")
    token = await served.availability.begin_pass()
    assert await served.availability.write(await served.availability.turn(), {1: True})
    assert await served.availability.finish_pass(token)
    for key in KEYS:
        await served.records.replace(key, page(shelf("mugs", card(1)), key=key))
        assert await served.titles(key) == ["Mug 1"]
    yield served
    await served.copies.close()
    await client.close()


async def _ask_until(served: Served, is_over: Callable[[set[HomepageKey]], bool]) -> None:
    """Every visitor gets a page, until that is so of the pages that are called stale."""
    stale: set[HomepageKey] | None = None
    while stale is None or not is_over(stale):
        for key in KEYS:
            assert await served.titles(key) is not None
        stale = {key for key in KEYS if await served.is_stale(key)}
        await asyncio.sleep(0.05)


@pytest.mark.timeout(120)
async def test_a_failover_costs_no_visitor_a_page(cluster: Replicated, warm: Served) -> None:
    """Not one error while it lasts; then every page is followed again, by new versions too."""
    await asyncio.sleep(1.0)  # replicas are asynchronous
    cluster.kill_master(warm.records.key(KEYS[0]))
    await _ask_until(warm, lambda stale: KEYS[0] in stale)
    await _ask_until(warm, lambda stale: not stale)
    for key in KEYS:
        assert await warm.records.replace(key, page(shelf("mugs", card(2)), version=2, key=key))
        while await warm.titles(key) != ["Mug 2"]:  # noqa: ASYNC110 - what is waited for is what visitors see
            await asyncio.sleep(0.05)
