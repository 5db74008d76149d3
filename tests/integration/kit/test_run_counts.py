"""Counts of runs on Valkey, Redis and a cluster."""

import asyncio

import pytest

from datasources.kit.redis import Client
from datasources.kit.run_counts import RunCounts, Runs


@pytest.fixture
def key(redis_prefix: str) -> str:
    """The key of the counts."""
    return f"{redis_prefix}{{workers}}:runs"


async def test_runs_of_all_workers_are_added_up_by_name(redis_client: Client, key: str) -> None:
    """Ten write at once; the last success is the newest one, whichever is written last."""
    counts = RunCounts(redis_client, key)
    runs = [{"relay": Runs(2, 1, 0.5, float(at)), "refunds": Runs(1, 1, 0.25)} for at in (*range(9), 3)]
    await asyncio.gather(*(counts.add(each) for each in runs))
    assert await counts.all() == {"relay": Runs(20, 10, 5.0, 8.0), "refunds": Runs(10, 10, 2.5, 0.0)}


async def test_a_name_may_have_words(redis_client: Client, key: str) -> None:
    counts = RunCounts(redis_client, key)
    await counts.add({"GB WEB": Runs(1)})
    assert await counts.all() == {"GB WEB": Runs(1)}


async def test_nothing_is_written_where_nothing_ran(redis_client: Client, key: str) -> None:
    counts = RunCounts(redis_client, key)
    await counts.add({})
    assert await counts.all() == {}


async def test_figures_of_a_later_version_are_left_out(redis_client: Client, key: str) -> None:
    """It runs beside this one, on the same key."""
    counts = RunCounts(redis_client, key)
    await counts.add({"relay": Runs(1, 0, 0.5, 7.25)})
    await redis_client.hset(key, "retries relay", "3")
    assert await counts.all() == {"relay": Runs(1, 0, 0.5, 7.25)}
