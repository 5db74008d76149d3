"""Events that this version cannot read, on Valkey, Redis and a cluster."""

from datasources.kit.dead_letters import DeadLetter, DeadLetters
from datasources.kit.redis import Client
from datasources.kit.stream import EventStream
from domain.events import OrderPaid
from tests.kit.consuming import AT_ONCE, GROUP, Handled, consumer_of
from workers.kit.consumers import Consumer, Subscription


async def _append(stream: EventStream, *entries: tuple[str, bytes]) -> None:
    await stream.append([(kind.encode(), payload) for kind, payload in entries])


async def _letters(stream: EventStream, client: Client) -> list[DeadLetter]:
    return [letter async for letter in DeadLetters(client, stream).all()]


UNREADABLE = (
    ("OrderGiftWrapped", b'{"order_id": 1}'),
    ("OrderPaid", b'{"paper": 1}'),
    ("OrderPaid", b'{"order_id": "one"}'),
    ("OrderPaid", b'{"order_id": 1'),
    ("OrderPaid", b'{"order_id": 1, "deep": ' + b"[" * 50_000 + b"]" * 50_000 + b"}"),
    ("OrderPaid", b'{"\xff": 1}'),
    ("OrderPaid", b""),
    ("\N{SNOWMAN}", b"\xff\x00"),
)


async def test_what_cannot_be_read_is_given_up_and_its_neighbours_are_handled(
    stream: EventStream, redis_client: Client
) -> None:
    """Of a kind of another version, without what it must have, or damaged: each is kept as it was, with the reason."""
    await stream.publish([OrderPaid(1)])
    await _append(stream, *UNREADABLE)
    await stream.publish([OrderPaid(2)])
    handled = Handled()
    await consumer_of(stream, handled).turn()
    assert handled.batches == [[OrderPaid(1), OrderPaid(2)]]
    assert await stream.lag(GROUP) == 0
    letters = await _letters(stream, redis_client)
    assert tuple((letter.kind, letter.payload) for letter in letters) == UNREADABLE
    assert {letter.group for letter in letters} == {GROUP}
    assert letters[0].reason == "This version does not know the kind."
    assert letters[1].reason == "The payload cannot be read: Object missing required field `order_id`"


async def test_an_entry_without_anything_known_in_it_is_given_up(stream: EventStream, redis_client: Client) -> None:
    """Somebody else wrote into the stream."""
    await redis_client.xadd(stream.key, {"hello": b"\xff"})
    await stream.publish([OrderPaid(1)])
    handled = Handled()
    await consumer_of(stream, handled).turn()
    assert (handled.events, await stream.lag(GROUP), await stream.dead()) == ([OrderPaid(1)], 0, 1)


async def test_fields_of_a_later_version_are_ignored(stream: EventStream) -> None:
    """The event is handled by what this version knows of it."""
    await _append(stream, ("OrderPaid", b'{"order_id": 1, "paper": {"colour": "green"}}'))
    handled = Handled()
    await consumer_of(stream, handled).turn()
    assert (handled.events, await stream.dead()) == ([OrderPaid(1)], 0)


async def test_a_damaged_event_that_a_group_does_not_want_is_none_of_its_business(stream: EventStream) -> None:
    """It is finished unread."""
    await _append(stream, ("OrderPlaced", b"torn"))
    await consumer_of(stream, Handled()).turn()
    assert (await stream.lag(GROUP), await stream.dead()) == (0, 0)


async def test_a_letter_that_is_retried_comes_to_the_group_that_gave_it_up_alone(
    stream: EventStream, redis_client: Client
) -> None:
    """It can be read now, and is handled; another group that wants the kind does not get it a second time."""
    await _append(stream, ("OrderPaid", b"torn"))
    await stream.join("others")
    mine, others = Handled(), Handled()
    consumer = consumer_of(stream, mine)
    other = Consumer(stream, Subscription("others", (OrderPaid,), others, limits=AT_ONCE), "one")
    await consumer.turn()
    await redis_client.xtrim(stream.dead_key, maxlen=0)
    fixed = {"kind": "OrderPaid", "payload": b'{"order_id": 1}', "group": GROUP, "reason": "mended since"}
    await redis_client.xadd(stream.dead_key, fixed)  # type: ignore[arg-type]
    await DeadLetters(redis_client, stream).retry(await _letters(stream, redis_client))
    await consumer.turn()
    await other.turn()
    assert (mine.events, others.events) == ([OrderPaid(1)], [])
    assert (await stream.lag(GROUP), await stream.lag("others")) == (0, 0)
