"""Events written in the business transaction, taken out by the relay: at least once, in the order of their rows."""

from dataclasses import asdict
from datetime import UTC, datetime

import sqlalchemy as sa

from datasources.kit.database import Database, Tx
from datasources.tables import outbox
from domain.events import EVENT_TYPES, Event

MAX_BATCH = 500


async def add(tx: Tx, *events: Event) -> None:
    """Keeps events to be published once this transaction has committed."""
    if events:
        now = datetime.now(UTC)
        rows = [{"kind": type(e).__name__, "payload": asdict(e), "created_at": now} for e in events]
        await tx.run(sa.insert(outbox), rows)


async def pending(database: Database, limit: int = MAX_BATCH) -> list[tuple[int, Event]]:
    """The oldest unpublished events with their row ids. Lower ids may still appear: never skip."""
    oldest = sa.select(outbox.c.id, outbox.c.kind, outbox.c.payload).order_by(outbox.c.id).limit(limit)
    rows = await database.all(oldest)
    return [(row.id, decode(row.kind, row.payload)) for row in rows]


async def backlog(database: Database, before: datetime | None = None) -> int:
    """How many events wait to be published, or how many of those that were written before a time."""
    count = sa.select(sa.func.count().label("events")).select_from(outbox)
    row = await database.one(count if before is None else count.where(outbox.c.created_at < before))
    return int(row.events) if row is not None else 0


async def published(database: Database, row_ids: list[int]) -> None:
    """Forgets events that are on the stream."""

    async def forget(tx: Tx) -> None:
        await tx.run(sa.delete(outbox).where(outbox.c.id.in_(row_ids)))

    await database.transact(forget)


def decode(kind: str, payload: dict[str, object]) -> Event:
    """An event from its name and fields; lists become tuples again."""
    fields = {name: tuple(value) if isinstance(value, list) else value for name, value in payload.items()}
    return EVENT_TYPES[kind](**fields)  # type: ignore[arg-type]  # fields are those of the event written under this name
