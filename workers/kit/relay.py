"""Carries events from the outbox to the stream: at least once, in their order, by one relay at a time.

It does not read them: one of a kind that this version does not know, or a damaged one, keeps no other waiting. An event
is forgotten by the outbox after the stream has it. A relay that dies in between publishes it again.
"""

from datasources.kit import outbox
from datasources.kit.database import Database
from datasources.kit.stream import EventStream
from workers.kit.jobs import AT_ONCE, Pause

BATCH = 100
# Two relays never publish at once: a turn ends within half the time that the lease of a relay lasts.
LEASE_SECONDS = 10.0
DEADLINE_SECONDS = LEASE_SECONDS / 2
IDLE_SECONDS = 0.1


class Relay:
    """To be at work once in the fleet."""

    def __init__(self, database: Database, stream: EventStream) -> None:
        self._database = database
        self._stream = stream

    async def turn(self) -> Pause | None:
        """Carries one batch; a full one is followed by the next at once."""
        rows = await outbox.pending(self._database, BATCH)
        if rows:
            await self._stream.append([(row.kind, row.payload) for row in rows])
            await outbox.published(self._database, [row.id for row in rows])
        return AT_ONCE if len(rows) == BATCH else None
