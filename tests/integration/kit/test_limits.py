"""Budgets hold over the fleet: on Valkey, Redis and a cluster."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from datasources.kit.limits import Limits
from datasources.kit.redis import Client, connect
from domain.kit.limits import LimitRule, Subject

ADA = "ada@example.com"
LOGINS = LimitRule("logins", Subject.ACCOUNT, 3, 600)
CODES = LimitRule("codes", Subject.NETWORK, 1, 600)


@pytest.fixture
async def other_process(redis_url: str) -> AsyncIterator[Client]:
    """The connections of another process."""
    client = connect(redis_url, deadline=5.0)
    yield client
    await client.close()


@pytest.fixture
def processes(redis_client: Client, other_process: Client, redis_prefix: str) -> list[Limits]:
    """Two processes of one shop."""
    return [Limits(client, redis_prefix, "secret") for client in (redis_client, other_process)]


async def test_processes_share_a_budget(processes: list[Limits]) -> None:
    """Both must wait once both together have used it up; other subjects and rules are free."""
    one, other = processes
    assert [await each.take(LOGINS, ADA) for each in (one, other, one)] == [0.0, 0.0, 0.0]
    waits = [await one.take(LOGINS, ADA), await other.take(LOGINS, ADA)]
    assert all(0 < wait <= 200 for wait in waits)
    assert await other.take(LOGINS, "bob@example.com") == 0.0
    assert await other.take(CODES, ADA) == 0.0


async def test_of_many_at_once_no_more_than_the_budget_pass(processes: list[Limits]) -> None:
    """Counting and looking are one command."""
    waits = await asyncio.gather(*(process.take(LOGINS, ADA) for process in processes * 20))
    assert len([wait for wait in waits if wait == 0.0]) == 3


@pytest.mark.slow
async def test_units_come_back(redis_client: Client, redis_prefix: str) -> None:
    """By the clock of Redis; a full bucket needs no key."""
    process, quick = Limits(redis_client, redis_prefix, "secret"), LimitRule("logins", Subject.ACCOUNT, 1, 0.2)
    assert await process.take(quick, ADA) == 0.0
    async with asyncio.timeout(20):
        while await process.take(quick, ADA):
            await redis_client.ping()
        while await _keys(redis_client, redis_prefix):
            await redis_client.ping()


async def test_units_are_given_back_for_all_processes(
    processes: list[Limits], redis_client: Client, redis_prefix: str
) -> None:
    """Some or all of them, and never more than a full budget."""
    one, other = processes
    assert [await one.take(LOGINS, ADA, 2), await one.take(LOGINS, ADA)] == [0.0, 0.0]
    await one.give_back(LOGINS, ADA)
    assert await other.take(LOGINS, ADA) == 0.0
    assert await other.take(LOGINS, ADA) > 0
    await one.give_back(LOGINS, ADA, 50)
    assert await _keys(redis_client, redis_prefix) == []
    assert [await other.take(LOGINS, ADA, 3), await other.take(LOGINS, ADA) > 0] == [0.0, True]


async def test_what_was_used_can_be_more_than_the_budget(processes: list[Limits]) -> None:
    """The debt is no larger than a budget; nothing passes before it is paid."""
    one, other = processes
    assert await one.draw(LOGINS, ADA, 2) == 1.0
    assert await one.draw(LOGINS, ADA, 50) == -3.0
    assert 600 < await other.take(LOGINS, ADA) <= 800


async def test_a_key_names_nobody_and_does_not_stay(redis_client: Client, redis_prefix: str) -> None:
    """It has neither the address nor anything that reveals the address; it expires when the bucket is full."""
    await Limits(redis_client, redis_prefix, "secret").take(LOGINS, ADA)
    (key,) = await _keys(redis_client, redis_prefix)
    assert b"ada" not in key.removeprefix(redis_prefix.encode())
    assert 0 < await redis_client.pttl(key) <= 200_001
    await Limits(redis_client, redis_prefix, "other").take(LOGINS, ADA)
    assert len(await _keys(redis_client, redis_prefix)) == 2


async def _keys(client: Client, prefix: str) -> list[bytes]:
    found: Any = client.scan_iter(match=f"{prefix}*", count=1000)
    return [key async for key in found]
