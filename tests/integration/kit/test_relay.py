"""The relay from the outbox to the stream, on SQLite and Valkey."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from datasources.kit import outbox, redis
from datasources.kit.database import Database
from datasources.kit.stream import EventStream
from domain.events import Event, OrderPaid
from tests.kit.backends.databases import Databases
from tests.kit.fixtures.stores import present, remove_keys
from workers.kit.relay import BATCH, Relay

GROUP = "cards"


@pytest.fixture
async def embedded(all_databases: dict[str, Databases], tmp_path: Path) -> AsyncIterator[Database]:
    """A clean SQLite database."""
    database = Database(await all_databases[present("sqlite").name].clean(tmp_path))
    yield database
    await database.close()


@pytest.fixture
async def client(redis_prefix: str) -> AsyncIterator[redis.Client]:
    """A client of Valkey."""
    client = redis.connect(present("valkey").url(), deadline=5.0)
    yield client
    await remove_keys(client, redis_prefix)
    await client.close()


class Failing(EventStream):
    """A stream that takes events and then, some times, says that it did not."""

    failures = 1

    async def publish(self, events: Sequence[Event]) -> None:
        """Raises after publishing while failures are left."""
        await super().publish(events)
        if self.failures:
            self.failures -= 1
            raise OSError("the relay ends here")


async def _add(database: Database, *events: Event) -> None:
    await database.transact(lambda tx: outbox.add(tx, *events))


async def _published(stream: EventStream) -> list[Event]:
    await stream.join(GROUP)
    return [message.event for message in await stream.read(GROUP, "one", 10_000, 1)]


async def test_events_reach_the_stream_in_their_order(
    embedded: Database, client: redis.Client, redis_prefix: str
) -> None:
    """Over several batches, and the outbox is empty afterwards."""
    events = [OrderPaid(number) for number in range(BATCH + 5)]
    await _add(embedded, *events)
    stream = EventStream(client, redis_prefix)
    relay = Relay(embedded, stream, client, redis_prefix)
    assert [await relay.turn() for _ in range(3)] == [BATCH, 5, 0]
    assert await _published(stream) == events
    assert await outbox.backlog(embedded) == 0


async def test_a_relay_that_dies_between_publishing_and_forgetting_publishes_again(
    embedded: Database, client: redis.Client, redis_prefix: str
) -> None:
    """Nothing is lost: every event is there at least once."""
    events = [OrderPaid(1), OrderPaid(2)]
    await _add(embedded, *events)
    stream = Failing(client, redis_prefix)
    relay = Relay(embedded, stream, client, redis_prefix)
    with pytest.raises(OSError, match="ends here"):
        await relay.turn()
    assert await outbox.backlog(embedded) == 2
    assert await relay.turn() == 2
    assert await _published(stream) == events + events
    assert await outbox.backlog(embedded) == 0


async def test_two_relays_are_never_at_work_at_once(
    embedded: Database, client: redis.Client, redis_prefix: str
) -> None:
    """The second has nothing to do until the first gives the lease back."""
    stream = EventStream(client, redis_prefix)
    first = Relay(embedded, stream, client, redis_prefix)
    second = Relay(embedded, stream, client, redis_prefix)
    await _add(embedded, OrderPaid(1))
    assert await first.turn() == 1
    await _add(embedded, OrderPaid(2))
    assert await second.turn() is None
    assert await first.turn() == 1
