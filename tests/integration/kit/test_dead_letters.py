"""Dead letters on Valkey, Redis and a cluster."""

import asyncio
from datetime import UTC, datetime

import pytest

from datasources.kit import dead_letters
from datasources.kit.dead_letters import DeadLetter, DeadLetters
from datasources.kit.redis import Client
from datasources.kit.stream import EventStream
from tests.kit.consuming import GROUP


@pytest.fixture
def letters(redis_client: Client, stream: EventStream) -> DeadLetters:
    """Its dead letters."""
    return DeadLetters(redis_client, stream)


async def _give_up(stream: EventStream, *payloads: bytes) -> None:
    await stream.append([(b"OrderPaid", payload) for payload in payloads])
    for message in await stream.read(GROUP, "one", 1_000, block_ms=1000):
        await stream.give_up(GROUP, message, "ValueError: no")


async def _all(letters: DeadLetters) -> list[DeadLetter]:
    return [letter async for letter in letters.all()]


async def test_a_letter_tells_what_was_given_up(stream: EventStream, letters: DeadLetters) -> None:
    """By whom, why and when, and the event as it was written."""
    before = datetime.now(UTC).timestamp()
    await _give_up(stream, b"\xff{")
    (letter,) = await _all(letters)
    assert (letter.kind, letter.group, letter.reason, letter.tries) == ("OrderPaid", GROUP, "ValueError: no", 1)
    assert letter.payload == b"\xff{"
    assert before - 60 < letter.at.timestamp() < before + 60


async def test_letters_come_page_by_page_in_their_order(
    stream: EventStream, letters: DeadLetters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that come while they are read are left to the next time."""
    monkeypatch.setattr(dead_letters, "_PAGE", 2)
    await _give_up(stream, *(b"%d" % number for number in range(5)))
    seen = []
    async for letter in letters.all():
        seen.append(letter.payload)
        await _give_up(stream, b"later")
    assert seen == [b"%d" % number for number in range(5)]
    assert len(await _all(letters)) == 10


async def test_there_may_be_none(letters: DeadLetters) -> None:
    assert await _all(letters) == []


async def test_a_letter_of_a_version_that_kept_less_is_read(
    redis_client: Client, stream: EventStream, letters: DeadLetters
) -> None:
    """It kept no tries, but the raw content of an entry that it could not read."""
    await redis_client.xadd(stream.dead_key, {"group": GROUP, "hello": b"\xff", "reason": "unreadable: KeyError"})
    (letter,) = await _all(letters)
    assert (letter.kind, letter.group, letter.tries, letter.payload) == ("", GROUP, 0, b"")
    assert await letters.retry([letter]) == [letter]


async def test_letters_are_found_by_their_ids(stream: EventStream, letters: DeadLetters) -> None:
    """One that is not there is left out."""
    await _give_up(stream, b"1", b"2", b"3")
    first, _, third = await _all(letters)
    assert await letters.find([third.id, first.id, "1-1"]) == [first, third]


async def test_a_letter_that_is_retried_is_on_the_stream_once(stream: EventStream, letters: DeadLetters) -> None:
    """Ten people retry it at once; it is for the group that gave it up, and its tries begin again."""
    await _give_up(stream, b"1")
    chosen = await _all(letters)
    retried = await asyncio.gather(*(letters.retry(chosen) for _ in range(10)))
    assert sorted(map(len, retried)) == [0] * 9 + [1]
    (message,) = await stream.read(GROUP, "one", 10, block_ms=1000)
    assert (message.kind, message.payload, message.group, message.deliveries) == ("OrderPaid", b"1", GROUP, 1)
    assert await stream.dead() == 0


async def test_a_letter_of_a_group_that_is_not_there_stays(
    redis_client: Client, stream: EventStream, letters: DeadLetters
) -> None:
    """On the stream nobody would ever read it."""
    await redis_client.xadd(stream.dead_key, {"group": "gone", "kind": "OrderPaid", "payload": b"1", "reason": "no"})
    assert await letters.retry(await _all(letters)) == []
    assert await stream.dead() == 1
    assert await stream.lag(GROUP) == 0


async def test_letters_that_are_dropped_are_gone(stream: EventStream, letters: DeadLetters) -> None:
    """The others stay."""
    await _give_up(stream, b"1", b"2")
    first, second = await _all(letters)
    assert await letters.drop([first]) == 1
    assert await letters.drop([first]) == 0
    assert await _all(letters) == [second]
