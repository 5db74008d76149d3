"""Consumers as jobs of a worker, on Valkey, Redis and a cluster."""

import asyncio
from collections.abc import Callable, Sequence

import pytest
from structlog.testing import capture_logs

from datasources.kit.lease import Lease
from datasources.kit.redis import Client, connect
from datasources.kit.run_counts import RunCounts
from datasources.kit.stream import EventStream
from domain.events import Event, OrderPaid
from tests.kit.consuming import GROUP, Handled, consumer_of
from workers.kit.consumers import Consumer, Subscription
from workers.kit.jobs import Job, JobLoop, Tally
from workers.kit.pauses import wait


async def test_told_to_stop_it_finishes_its_batch(stream: EventStream, redis_client: Client) -> None:
    """The handler is not cancelled, and its events are finished."""
    await stream.publish([OrderPaid(1)])
    stopping, started, may_end = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def handle(events: Sequence[Event]) -> None:
        started.set()
        await may_end.wait()

    consumer = Consumer(stream, Subscription(GROUP, (OrderPaid,), handle), "one")
    running = asyncio.create_task(_loop(consumer, stopping, redis_client).run())
    await started.wait()
    stopping.set()
    may_end.set()
    await asyncio.wait_for(running, 30)
    assert await stream.lag(GROUP) == 0


@pytest.mark.slow
async def test_with_a_lease_one_consumer_works_at_a_time(
    stream: EventStream, redis_client: Client, redis_prefix: str
) -> None:
    """The other one takes over once the first has ended."""
    handled = Handled(), Handled()
    endings = asyncio.Event(), asyncio.Event()
    running = []
    for name, its_events, stopping in zip(("one", "two"), handled, endings, strict=True):
        lease = Lease(redis_client, f"{redis_prefix}{{events}}:group", 60)
        loop = _loop(consumer_of(stream, its_events, name), stopping, redis_client, lease)
        running.append(asyncio.create_task(loop.run()))
        await stream.publish([OrderPaid(1)])
        await _until(lambda: bool(handled[0].events))
    await stream.publish([OrderPaid(2)])
    await _until(lambda: OrderPaid(2) in handled[0].events)
    endings[0].set()
    await running[0]
    await stream.publish([OrderPaid(3)])
    await _until(lambda: bool(handled[1].events))
    assert (OrderPaid(3) in handled[0].events, handled[1].events) == (False, [OrderPaid(3)])
    endings[1].set()
    await running[1]


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await wait(asyncio.Event(), 0.02)


def _loop(consumer: Consumer, stopping: asyncio.Event, client: Client, lease: Lease | None = None) -> JobLoop:
    tally = Tally(RunCounts(client, "unwritten"))
    return JobLoop(Job("events", consumer.turn, 0.0, lease), stopping, tally)


@pytest.mark.parametrize("scheme", ["redis", "redis+cluster"])
async def test_it_waits_for_a_redis_that_is_out_of_reach_until_told_to_stop(scheme: str) -> None:
    """No server listens there: the consumer neither ends nor raises."""
    client = connect(f"{scheme}://127.0.0.1:1", deadline=0.2)
    stopping, stream = asyncio.Event(), EventStream(client, "")
    loop = _loop(consumer_of(stream, Handled()), stopping, client, Lease(client, "lease", 60))
    with capture_logs() as logs:
        running = asyncio.create_task(loop.run())
        await _until(lambda: len(logs) >= 2)
        assert not running.done()
        stopping.set()
        await asyncio.wait_for(running, 30)
    assert {entry["event"] for entry in logs} == {"store_out_of_reach", "lease_kept"}
    await client.close()
