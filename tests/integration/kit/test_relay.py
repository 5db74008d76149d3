"""The relay from the outbox to the stream, on Valkey."""

import json
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.kit import outbox, redis
from datasources.kit.database import Database, Tx
from datasources.kit.stream import EventStream, Message
from domain.events import Event, OrderPaid
from tests.kit.backends.databases import Databases
from tests.kit.events import events_of
from tests.kit.fixtures.stores import present, remove_keys
from workers.kit.jobs import AT_ONCE
from workers.kit.relay import BATCH, Relay

GROUP = "cards"


@pytest.fixture
async def embedded(all_databases: dict[str, Databases], tmp_path: Path) -> AsyncIterator[Database]:
    """A clean SQLite database."""
    database = Database(await all_databases[present("sqlite").name].clean(tmp_path), deadline=60.0)
    yield database
    await database.close()


@pytest.fixture
async def client(redis_prefix: str) -> AsyncIterator[redis.Client]:
    """A client of Valkey."""
    client = redis.connect(present("valkey").url(), deadline=60.0)
    yield client
    await remove_keys(client, redis_prefix)
    await client.close()


class Failing(EventStream):
    """A stream that takes events and then, some times, says that it did not."""

    failures = 1

    async def append(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
        """Raises after publishing while failures are left."""
        await super().append(entries)
        if self.failures:
            self.failures -= 1
            raise OSError("the relay ends here")


async def _add(database: Database, *events: Event) -> None:
    await database.transact(lambda tx: outbox.add(tx, *events))


async def _published(stream: EventStream) -> list[Message]:
    await stream.join(GROUP)
    return await stream.read(GROUP, "one", 10_000, 1)


async def test_events_reach_the_stream_in_their_order(
    embedded: Database, client: redis.Client, redis_prefix: str
) -> None:
    """Over several batches, without a pause after a full one; the outbox is empty afterwards."""
    events = [OrderPaid(number) for number in range(BATCH + 5)]
    await _add(embedded, *events)
    stream = EventStream(client, redis_prefix)
    relay = Relay(embedded, stream)
    assert [await relay.turn() for _ in range(3)] == [AT_ONCE, None, None]
    assert events_of(await _published(stream)) == events
    assert await outbox.backlog(embedded) == 0


async def test_a_relay_that_dies_between_publishing_and_forgetting_publishes_again(
    embedded: Database, client: redis.Client, redis_prefix: str
) -> None:
    """Nothing is lost: every event is there at least once."""
    events = [OrderPaid(1), OrderPaid(2)]
    await _add(embedded, *events)
    stream = Failing(client, redis_prefix)
    relay = Relay(embedded, stream)
    with pytest.raises(OSError, match="ends here"):
        await relay.turn()
    assert await outbox.backlog(embedded) == 2
    await relay.turn()
    assert events_of(await _published(stream)) == events + events
    assert await outbox.backlog(embedded) == 0


async def test_rows_that_this_version_cannot_read_are_published_as_they_are(
    database: Database, client: redis.Client, redis_prefix: str
) -> None:
    """One of a later version's kind, and one whose fields are others: those around them are not kept waiting."""
    now = datetime.now(UTC)
    rows = [
        {"kind": "OrderGiftWrapped", "payload": {"order_id": 1, "paper": "gr\u00fcn"}, "created_at": now},
        {"kind": "OrderPaid", "payload": ["no", "object"], "created_at": now},
    ]

    async def add(tx: Tx) -> None:
        await tx.run(sa.insert(tables.outbox), rows)
        await outbox.add(tx, OrderPaid(1))

    await database.transact(add)
    stream = EventStream(client, redis_prefix)
    await Relay(database, stream).turn()
    published = [(message.kind, json.loads(message.payload)) for message in await _published(stream)]
    assert published == [(row["kind"], row["payload"]) for row in rows] + [("OrderPaid", {"order_id": 1})]
    assert await outbox.backlog(database) == 0


async def test_a_damaged_row_keeps_no_other_waiting(
    embedded: Database, client: redis.Client, redis_prefix: str
) -> None:
    """Its payload is neither JSON nor text: it is carried as it is."""
    torn = sa.text("INSERT INTO outbox (kind, payload, created_at) VALUES ('OrderPaid', :torn, '2026-01-01 00:00:00')")

    async def add(tx: Tx) -> None:
        await tx.run(torn, {"torn": b'{"order_id": \xff'})
        await outbox.add(tx, OrderPaid(2))

    await embedded.transact(add)
    stream = EventStream(client, redis_prefix)
    await Relay(embedded, stream).turn()
    assert [message.payload for message in await _published(stream)] == [b'{"order_id": \xff', b'{"order_id": 2}']
