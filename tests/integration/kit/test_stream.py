"""The event stream on Valkey, Redis and a cluster."""

from datasources.kit.redis import Client
from datasources.kit.stream import EventStream
from domain.events import Event, HomepageMissing, OrderPaid, ProductsChanged
from tests.kit.consuming import GROUP
from tests.kit.events import events_of


async def test_events_come_back_as_they_were_in_their_order(stream: EventStream) -> None:
    """Every field survives the journey, tuples included."""
    events: list[Event] = [ProductsChanged((1, 2)), OrderPaid(7), HomepageMissing("GB", "WEB")]
    await stream.publish(events)
    messages = await stream.read(GROUP, "one", 10, block_ms=1000)
    assert events_of(messages) == events
    assert [message.deliveries for message in messages] == [1, 1, 1]


async def test_two_consumers_of_a_group_share_the_events(stream: EventStream) -> None:
    """Each event goes to one consumer."""
    await stream.publish([OrderPaid(1), OrderPaid(2)])
    first = await stream.read(GROUP, "one", 1, block_ms=1000)
    second = await stream.read(GROUP, "two", 1, block_ms=1000)
    assert events_of(first + second) == [OrderPaid(1), OrderPaid(2)]
    assert await stream.read(GROUP, "one", 1, block_ms=1) == []


async def test_each_group_gets_every_event(stream: EventStream) -> None:
    """A group that joins later starts with the oldest event kept."""
    await stream.publish([OrderPaid(1)])
    await stream.join("search")
    for group in (GROUP, "search"):
        assert events_of(await stream.read(group, "one", 10, block_ms=1000)) == [OrderPaid(1)]


async def test_joining_twice_forgets_nothing(stream: EventStream) -> None:
    """A group that exists keeps its place."""
    await stream.publish([OrderPaid(1)])
    (message,) = await stream.read(GROUP, "one", 10, block_ms=1000)
    await stream.done(GROUP, message)
    await stream.join(GROUP)
    assert await stream.read(GROUP, "one", 10, block_ms=1) == []


async def test_events_of_a_dead_consumer_are_claimed(stream: EventStream) -> None:
    """Another consumer takes unfinished events and sees how often they were delivered."""
    await stream.publish([OrderPaid(1)])
    (taken,) = await stream.read(GROUP, "dead", 10, block_ms=1000)
    (claimed,) = await stream.claim(GROUP, "alive", idle_ms=0, count=10)
    assert (claimed.id, claimed.payload, claimed.deliveries) == (taken.id, taken.payload, 2)
    (again,) = await stream.claim(GROUP, "third", idle_ms=0, count=10)
    assert again.deliveries == 3


async def test_finished_events_are_claimed_by_nobody(stream: EventStream) -> None:
    """After `done` nothing is left to claim and the lag is zero."""
    await stream.publish([OrderPaid(1)])
    (message,) = await stream.read(GROUP, "one", 10, block_ms=1000)
    await stream.done(GROUP, message)
    assert await stream.claim(GROUP, "two", idle_ms=0, count=10) == []
    assert await stream.lag(GROUP) == 0


async def test_the_lag_counts_unread_and_unfinished_events(stream: EventStream) -> None:
    """Three published, one taken, none finished: three are left."""
    await stream.publish([OrderPaid(number) for number in range(3)])
    await stream.read(GROUP, "one", 1, block_ms=1000)
    assert await stream.lag(GROUP) == 3


async def test_a_hopeless_event_moves_to_the_dead_letters(stream: EventStream, redis_client: Client) -> None:
    """It is finished for the group, and kept with the reason."""
    await stream.publish([OrderPaid(1)])
    (message,) = await stream.read(GROUP, "one", 10, block_ms=1000)
    await stream.give_up(GROUP, message, "ValueError")
    assert await stream.lag(GROUP) == 0
    letters = await redis_client.xrange(stream.dead_key)
    assert letters is not None
    ((_, fields),) = letters
    assert fields == {
        b"group": b"cards",
        b"kind": b"OrderPaid",
        b"payload": b'{"order_id":1}',
        b"reason": b"ValueError",
        b"tries": b"1",
    }


async def test_what_is_given_up_twice_is_one_dead_letter(stream: EventStream) -> None:
    """The answer to the first call was lost: nothing is left that a second one could give up."""
    await stream.publish([OrderPaid(1)])
    (message,) = await stream.read(GROUP, "one", 10, block_ms=1000)
    for _ in range(2):
        await stream.give_up(GROUP, message, "ValueError")
    assert await stream.dead() == 1
