"""Consumers of the event stream on Valkey, Redis and a cluster."""

from collections.abc import Sequence

import pytest

from datasources.kit.redis import Client
from datasources.kit.stream import EventStream
from domain.events import Event, OrderPaid, OrderPlaced
from domain.kit.refusals import Unavailable
from tests.kit.consuming import AT_ONCE, GROUP, Handled, consumer_of, until_finished
from workers.kit.consumers import Consumer, Subscription

pytestmark = pytest.mark.slow


async def test_a_batch_is_handled_in_one_call_and_finished(stream: EventStream) -> None:
    """Events of other types are finished without the handler."""
    await stream.publish([OrderPaid(1), OrderPlaced(2), OrderPaid(3)])
    handled = Handled()
    await consumer_of(stream, handled).turn()
    assert handled.batches == [[OrderPaid(1), OrderPaid(3)]]
    assert await stream.lag(GROUP) == 0


async def test_events_of_a_dead_consumer_are_claimed(stream: EventStream) -> None:
    """One consumer took an event and ended; another handles it."""
    await stream.publish([OrderPaid(1)])
    assert await stream.read(GROUP, "dead", 10, block_ms=1)
    handled = Handled()
    await until_finished(consumer_of(stream, handled), stream)
    assert handled.events == [OrderPaid(1)]


async def test_a_poison_event_is_given_up_and_its_neighbours_are_handled(
    stream: EventStream, redis_client: Client
) -> None:
    """The other events are handled in the same turn; the poison becomes a dead letter after its fifth try."""
    await stream.publish([OrderPaid(1), OrderPaid(2), OrderPaid(3)])
    handled = Handled(poison=2)
    consumer = consumer_of(stream, handled)
    await consumer.turn()
    assert handled.events == [OrderPaid(1), OrderPaid(3)]
    assert await stream.lag(GROUP) == 1
    await until_finished(consumer, stream)
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
    await until_finished(consumer, stream)
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


async def test_it_goes_on_after_redis_forgot_everything(stream: EventStream, redis_client: Client) -> None:
    """Stream and group are gone; the next turns join again and handle what comes."""
    handled = Handled()
    consumer = consumer_of(stream, handled)
    await consumer.turn()
    await redis_client.delete(stream.key)
    await consumer.turn()
    await stream.publish([OrderPaid(1)])
    await until_finished(consumer, stream)
    assert handled.events == [OrderPaid(1)]


async def test_before_it_joins_anew_it_makes_up_for_what_was_lost(stream: EventStream, redis_client: Client) -> None:
    """Once for each loss, and before it reads anything; the next turn repeats it if it fails."""
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
