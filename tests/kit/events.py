"""Events that wait in the outbox, and those that came over the stream, as they were written."""

from collections.abc import Iterable

from datasources.kit import outbox
from datasources.kit.database import Database
from datasources.kit.events import decode
from datasources.kit.stream import Message
from domain.events import Event


def events_of(messages: Iterable[Message]) -> list[Event]:
    """What messages carry."""
    return [decode(message.kind, message.payload) for message in messages]


async def pending_events(database: Database) -> list[Event]:
    """The events that nobody has published yet."""
    return [decode(row.kind.decode(), row.payload) for row in await outbox.pending(database)]


async def taken_events(database: Database) -> list[Event]:
    """The same, which are then forgotten."""
    events = await pending_events(database)
    await outbox.published(database, [row.id for row in await outbox.pending(database)])
    return events
