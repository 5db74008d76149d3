"""Consumers of the event stream on Valkey, Redis and a cluster."""

import asyncio
from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from datasources.kit.lease import Lease
from datasources.kit.redis import Client, connect
from datasources.kit.stream import EventStream
from domain.events import Event, OrderPaid, OrderPlaced
from domain.kit.refusals import Unavailable
from workers.kit.consumers import Consumer, Limits, Subscription
from workers.kit.pauses import wait

GROUP = "cards"
AT_ONCE = Limits(batch=10, idle_seconds=0.2)


class Handled:
    """Keeps what it was given; fails whenever the order in `poison` is among it."""

    def __init__(self, poison: int | None = None) -> None:
        self.batches: list[list[Event]] = []
        self.poison = poison

    async def __call__(self, events: Sequence[Event]) -> None:
        """Raises for poison."""
        if OrderPaid(self.poison or 0) in events:
            raise ValueError("this order is poison")
        self.batches.append(list(events))

    @property
    def events(self) -> list[Event]:
        """All that was handled."""
        return [event for batch in self.batches for event in batch]


@pytest.fixture
async def stream(redis_client: Client, redis_prefix: str) -> EventStream:
    """A stream with one group."""
    stream = EventStream(redis_client, redis_prefix)
    await stream.join(GROUP)
    return stream


def _consumer(stream: EventStream, handled: Handled, name: str = "one") -> Consumer:
    return Consumer(stream, Subscription(GROUP, (OrderPaid,), handled, limits=AT_ONCE), name)


async def _until_finished(consumer: Consumer, stream: EventStream) -> None:
    async with asyncio.timeout(30):
        while await stream.lag(GROUP):
            await consumer.turn()


async def test_a_batch_is_handled_in_one_call_and_finished(stream: EventStream) -> None:
    """Events of other types are finished without the handler."""
    await stream.publish([OrderPaid(1), OrderPlaced(2), OrderPaid(3)])
    handled = Handled()
    await _consumer(stream, handled).turn()
    assert handled.batches == [[OrderPaid(1), OrderPaid(3)]]
    assert await stream.lag(GROUP) == 0


async def test_events_of_a_dead_consumer_are_claimed(stream: EventStream) -> None:
    """One consumer took an event and ended; another handles it."""
    await stream.publish([OrderPaid(1)])
    assert await stream.read(GROUP, "dead", 10, block_ms=1)
    handled = Handled()
    await _until_finished(_consumer(stream, handled), stream)
    assert handled.events == [OrderPaid(1)]


async def test_a_poison_event_is_given_up_and_its_neighbours_are_handled(
    stream: EventStream, redis_client: Client
) -> None:
    """The neighbours are handled in the same turn; the poison goes to the dead letters after its fifth try."""
    await stream.publish([OrderPaid(1), OrderPaid(2), OrderPaid(3)])
    handled = Handled(poison=2)
    consumer = _consumer(stream, handled)
    await consumer.turn()
    assert handled.events == [OrderPaid(1), OrderPaid(3)]
    assert await stream.lag(GROUP) == 1
    await _until_finished(consumer, stream)
    assert handled.events == [OrderPaid(1), OrderPaid(3)]
    letters = await redis_client.xrange(stream.dead_key)
    assert letters is not None
    ((_, letter),) = letters
    assert letter is not None
    assert (letter[b"payload"], letter[b"reason"]) == (b'{"order_id":2}', b"ValueError: this order is poison")


async def test_poison_is_tried_five_times(stream: EventStream) -> None:
    """Before the fifth failure it stays with the stream."""
    await stream.publish([OrderPaid(2)])
    calls: list[int] = []

    async def fail(events: Sequence[Event]) -> None:
        calls.append(len(events))
        raise ValueError("poison")

    consumer = Consumer(stream, Subscription(GROUP, (OrderPaid,), fail, limits=AT_ONCE), "one")
    await _until_finished(consumer, stream)
    assert len(calls) == 2 * AT_ONCE.tries  # each time as a batch, then alone
    assert await stream.dead() == 1


async def test_no_outage_of_a_store_gives_events_up(stream: EventStream) -> None:
    """A handler whose store is out of reach is tried for as long as it takes."""
    await stream.publish([OrderPaid(1)])
    handled: list[Event] = []
    outage = 8

    async def handle(events: Sequence[Event]) -> None:
        nonlocal outage
        outage -= 1
        if outage > 0:
            raise Unavailable("DATABASE_UNAVAILABLE", "busy")
        handled.extend(events)

    consumer = Consumer(stream, Subscription(GROUP, (OrderPaid,), handle, limits=AT_ONCE), "one")
    while outage > 1:
        with pytest.raises(Unavailable):
            await consumer.turn()
    await consumer.turn()
    assert handled == [OrderPaid(1)]
    assert (await stream.lag(GROUP), await stream.dead()) == (0, 0)


async def test_an_entry_that_cannot_be_read_is_given_up(stream: EventStream, redis_client: Client) -> None:
    """An event of a later version does not stop those behind it."""
    await redis_client.xadd(stream.key, {"kind": "Unheard", "payload": b"{}"})
    await stream.publish([OrderPaid(1)])
    handled = Handled()
    await _consumer(stream, handled).turn()
    assert handled.events == [OrderPaid(1)]
    assert (await stream.lag(GROUP), await stream.dead()) == (0, 1)


async def test_told_to_stop_it_finishes_its_batch(stream: EventStream) -> None:
    """The handler is not cancelled, and its events are finished."""
    await stream.publish([OrderPaid(1)])
    stopping, started, may_end = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def handle(events: Sequence[Event]) -> None:
        started.set()
        await may_end.wait()

    consumer = Consumer(stream, Subscription(GROUP, (OrderPaid,), handle), "one")
    running = asyncio.create_task(consumer.run(stopping))
    await started.wait()
    stopping.set()
    may_end.set()
    await asyncio.wait_for(running, 30)
    assert await stream.lag(GROUP) == 0


async def test_it_goes_on_after_redis_forgot_everything(stream: EventStream, redis_client: Client) -> None:
    """Stream and group are gone; the next turns join again and handle what comes."""
    handled = Handled()
    consumer = _consumer(stream, handled)
    await consumer.turn()
    await redis_client.delete(stream.key)
    await consumer.turn()
    await stream.publish([OrderPaid(1)])
    await _until_finished(consumer, stream)
    assert handled.events == [OrderPaid(1)]


async def test_before_it_joins_anew_it_makes_up_for_what_was_lost(stream: EventStream, redis_client: Client) -> None:
    """Once for each loss, and before it reads anything: what fails is done again with the next turn."""
    handled, tries = Handled(), 0

    async def make_up() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise Unavailable("DATABASE_UNAVAILABLE", "")
        assert not handled.events
        await stream.publish([OrderPaid(1)])

    consumer = Consumer(stream, Subscription(GROUP, (OrderPaid,), handled, limits=AT_ONCE, make_up=make_up), "one")
    await consumer.turn()
    assert tries == 0
    await redis_client.delete(stream.key)
    with pytest.raises(Unavailable):
        await consumer.turn()
    await consumer.turn()
    await consumer.turn()
    assert (tries, handled.events) == (2, [OrderPaid(1)])


async def test_with_a_lease_one_consumer_works_at_a_time(
    stream: EventStream, redis_client: Client, redis_prefix: str
) -> None:
    """The other one takes over once the first has ended."""
    first_events, second_events = Handled(), Handled()
    consumers = [
        Consumer(
            stream,
            Subscription(GROUP, (OrderPaid,), handled, one_at_a_time=True, limits=AT_ONCE),
            name,
            Lease(redis_client, f"{redis_prefix}{{events}}:group", 60),
        )
        for name, handled in (("one", first_events), ("two", second_events))
    ]
    first, second = consumers
    await stream.publish([OrderPaid(1)])
    assert await first.turn()
    await stream.publish([OrderPaid(2)])
    assert not await second.turn()
    stopping = asyncio.Event()
    stopping.set()
    await first.run(stopping)
    assert await second.turn()
    assert (first_events.events, second_events.events) == ([OrderPaid(1)], [OrderPaid(2)])


@pytest.mark.parametrize("scheme", ["redis", "redis+cluster"])
async def test_it_waits_for_a_redis_that_is_out_of_reach_until_told_to_stop(scheme: str) -> None:
    """Nobody listens there: the consumer neither ends nor raises."""
    client = connect(f"{scheme}://127.0.0.1:1", deadline=0.2)
    handled, stopping = Handled(), asyncio.Event()
    consumer = _consumer(EventStream(client, ""), handled)
    with capture_logs() as logs:
        running = asyncio.create_task(consumer.run(stopping))
        async with asyncio.timeout(30):
            while len(logs) < 2:
                await wait(stopping, 0.05)
        assert not running.done()
        stopping.set()
        await asyncio.wait_for(running, 30)
    assert {entry["event"] for entry in logs} == {"store_out_of_reach"}
    await client.close()
