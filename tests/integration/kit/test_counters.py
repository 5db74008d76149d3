"""Rates are limited over the fleet: on Valkey, Redis and a cluster."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from datasources.kit import counters
from datasources.kit.counters import RateCounter
from datasources.kit.redis import Client, connect

ADA = "ada@example.com"


def counter(redis: Client, prefix: str, limit: int = 3, seconds: float = 600.0) -> RateCounter:
    """A process that counts."""
    return RateCounter(redis, prefix, "logins", "secret", limit=limit, seconds=seconds)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long deadline, because a busy machine connects slowly: no process may count by itself here."""
    monkeypatch.setattr(counters, "PATIENCE_SECONDS", 30.0)


@pytest.fixture
async def other_process(redis_url: str) -> AsyncIterator[Client]:
    """The connections of another process."""
    client = connect(redis_url, deadline=5.0)
    yield client
    await client.close()


async def test_processes_share_a_limit(redis_client: Client, other_process: Client, redis_prefix: str) -> None:
    """Both must wait once both together have used it up; other subjects and counters are free."""
    one, other = counter(redis_client, redis_prefix), counter(other_process, redis_prefix)
    assert [await one.take(ADA), await other.take(ADA), await one.take(ADA)] == [0.0, 0.0, 0.0]
    waits = [await one.take(ADA), await other.take(ADA)]
    assert all(0 < wait <= 600 for wait in waits)
    assert await other.take("bob@example.com") == 0.0
    codes = RateCounter(redis_client, redis_prefix, "codes", "secret", limit=1, seconds=600)
    assert await codes.take(ADA) == 0.0


async def test_of_many_at_once_no_more_than_the_limit_pass(
    redis_client: Client, other_process: Client, redis_prefix: str
) -> None:
    """Counting and looking are one command."""
    processes = [counter(redis_client, redis_prefix), counter(other_process, redis_prefix)]
    waits = await asyncio.gather(*(process.take(ADA) for process in processes * 20))
    assert len([wait for wait in waits if wait == 0.0]) == 3


@pytest.mark.slow
async def test_a_try_is_free_again_after_the_window(redis_client: Client, redis_prefix: str) -> None:
    """By the clock of Redis; the key expires then."""
    process = counter(redis_client, redis_prefix, limit=1, seconds=0.2)
    assert await process.take(ADA) == 0.0
    async with asyncio.timeout(20):
        while await process.take(ADA):
            await redis_client.ping()
        while await _keys(redis_client, redis_prefix):
            await redis_client.ping()


async def test_tries_are_given_back_for_all_processes(
    redis_client: Client, other_process: Client, redis_prefix: str
) -> None:
    """The last one, or all of them."""
    one, other = counter(redis_client, redis_prefix, 2), counter(other_process, redis_prefix, 2)
    assert [await one.take(ADA), await one.take(ADA)] == [0.0, 0.0]
    await one.give_back(ADA)
    assert await other.take(ADA) == 0.0
    assert await other.take(ADA) > 0
    await one.reset(ADA)
    assert [await other.take(ADA), await other.take(ADA)] == [0.0, 0.0]


async def test_a_key_names_nobody_and_does_not_stay(redis_client: Client, redis_prefix: str) -> None:
    """It has neither the address nor anything that reveals the address; it expires with the window."""
    await counter(redis_client, redis_prefix).take(ADA)
    (key,) = await _keys(redis_client, redis_prefix)
    assert b"ada" not in key
    assert 0 < await redis_client.pttl(key) <= 600_000
    await RateCounter(redis_client, redis_prefix, "logins", "other", limit=3, seconds=600).take(ADA)
    assert len(await _keys(redis_client, redis_prefix)) == 2


async def _keys(client: Client, prefix: str) -> list[bytes]:
    found: Any = client.scan_iter(match=f"{prefix}*", count=1000)
    return [key async for key in found]
