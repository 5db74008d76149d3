"""Events written in the business transaction and published by the relay: at least once, in the order of their rows."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from datasources.kit.database import Database, Tx
from datasources.kit.events import kind_of
from datasources.tables import outbox
from domain.events import Event

MAX_BATCH = 500


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """An event as it was written, unparsed: its reader finds out whether it can read it."""

    id: int
    kind: bytes
    payload: bytes


async def add(tx: Tx, *events: Event) -> None:
    """Stores events, to publish once this transaction has committed."""
    if events:
        now = datetime.now(UTC)
        rows = [{"kind": kind_of(e), "payload": asdict(e), "created_at": now} for e in events]
        await tx.run(sa.insert(outbox), rows)


async def pending(database: Database, limit: int = MAX_BATCH) -> list[OutboxRow]:
    """The oldest unpublished events. Lower ids may still appear, so never skip any."""
    # As bytes: a row of another version, or a damaged one, must not block the others.
    kind, payload = (sa.cast(column, sa.LargeBinary).label(column.name) for column in (outbox.c.kind, outbox.c.payload))
    rows = await database.all(sa.select(outbox.c.id, kind, payload).order_by(outbox.c.id).limit(limit))
    return [OutboxRow(row.id, row.kind, row.payload) for row in rows]


async def backlog(database: Database, before: datetime | None = None) -> int:
    """How many events wait to be published, or how many of those were written before a time."""
    count = sa.select(sa.func.count().label("events")).select_from(outbox)
    row = await database.one(count if before is None else count.where(outbox.c.created_at < before))
    return int(row.events) if row is not None else 0


async def published(database: Database, row_ids: Sequence[int]) -> None:
    """Deletes events that are on the stream."""

    async def forget(tx: Tx) -> None:
        await tx.run(sa.delete(outbox).where(outbox.c.id.in_(row_ids)))

    await database.transact(forget)
