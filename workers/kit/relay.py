"""Moves events from the outbox to the stream: at least once, in order, by one relay at a time.

The relay does not decode events, so a damaged event or one of an unknown kind does not block others. The outbox
forgets an event after the stream has it. If a relay dies in between, the next one publishes the event again.
"""

from datasources.kit import outbox
from datasources.kit.database import Database
from datasources.kit.stream import EventStream
from workers.kit.jobs import AT_ONCE, Pause

BATCH = 100
# A turn ends within half the duration of the lease, so that two relays never publish at once.
LEASE_SECONDS = 10.0
DEADLINE_SECONDS = LEASE_SECONDS / 2
IDLE_SECONDS = 0.1


class Relay:
    """Only one relay of the fleet may run at a time."""

    def __init__(self, database: Database, stream: EventStream) -> None:
        self._database = database
        self._stream = stream

    async def turn(self) -> Pause | None:
        """Moves one batch. After a full batch the next turn follows at once."""
        rows = await outbox.pending(self._database, BATCH)
        if rows:
            await self._stream.append([(row.kind, row.payload) for row in rows])
            await outbox.published(self._database, [row.id for row in rows])
        return AT_ONCE if len(rows) == BATCH else None
