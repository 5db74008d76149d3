"""Leases on Valkey, Redis and a cluster."""

import asyncio

import pytest

from datasources.kit.lease import Lease
from datasources.kit.redis import Client


@pytest.fixture
def key(redis_prefix: str) -> str:
    """The key of the lease."""
    return f"{redis_prefix}{{work}}:lease"


async def test_of_many_that_want_it_one_gets_it(redis_client: Client, key: str) -> None:
    """Twenty holders try at once."""
    holders = [Lease(redis_client, key, 60) for _ in range(20)]
    assert sorted(await asyncio.gather(*(holder.take() for holder in holders))) == [False] * 19 + [True]


async def test_it_is_free_again_once_given_back(redis_client: Client, key: str) -> None:
    """The next one takes it, and the former holder can neither extend nor release the lost lease."""
    former, next_one = Lease(redis_client, key, 60), Lease(redis_client, key, 60)
    assert await former.take()
    assert not await next_one.hold()
    assert await former.release()
    assert await next_one.hold()
    assert not await former.extend()
    assert not await former.release()
    assert await next_one.extend()


async def test_a_holder_keeps_it_by_extending(redis_client: Client, key: str) -> None:
    """Holding again resets the remaining time."""
    lease = Lease(redis_client, key, 60)
    assert await lease.take()
    assert await lease.extend(1)
    assert 0 < await redis_client.pttl(key) <= 1_000
    assert await lease.hold()
    assert 1_000 < await redis_client.pttl(key) <= 60_000


async def test_a_holder_that_died_loses_it(redis_client: Client, key: str) -> None:
    """It ends by the clock of Redis."""
    dead, alive = Lease(redis_client, key, 0.05), Lease(redis_client, key, 60)
    assert await dead.take()
    while not await alive.take():
        await redis_client.ping()
    assert not await dead.extend()
