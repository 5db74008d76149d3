"""Carries events from the outbox to the stream: at least once, in their order, by one relay at a time.

An event is forgotten by the outbox after the stream has it. A relay that dies in between publishes it again.
"""

import asyncio

import structlog

from datasources.kit import outbox
from datasources.kit.database import Database
from datasources.kit.lease import Lease
from datasources.kit.redis import Client
from datasources.kit.stream import EventStream
from workers.kit.pauses import Pauses, jittered, wait

logger = structlog.get_logger(__name__)

BATCH = 100
LEASE_SECONDS = 10.0


class Relay:
    """One candidate of the fleet for the work; whoever holds the lease does it."""

    def __init__(
        self, database: Database, stream: EventStream, redis: Client, prefix: str, *, idle_seconds: float = 0.1
    ) -> None:
        self._database = database
        self._stream = stream
        self._lease = Lease(redis, f"{prefix}{{events}}:relay", LEASE_SECONDS)
        self._idle_seconds = idle_seconds

    async def run(self, stopping: asyncio.Event) -> None:
        """Relays until told to stop, through any outage of a store."""
        pauses = Pauses(stopping)
        while not stopping.is_set():
            try:
                relayed = await self.turn()
            except Exception as error:  # whatever a driver raises, the events stay in the outbox
                logger.warning("relay_failed", error=type(error).__name__)
                await pauses.after_failure()
                continue
            pauses.succeeded()
            if relayed is None:
                await wait(stopping, jittered(LEASE_SECONDS / 10))
            elif relayed < BATCH:
                await wait(stopping, jittered(self._idle_seconds))
        await self._give_back()

    async def turn(self) -> int | None:
        """Carries one batch; how many events it had, or None when another relay is at work.

        Ends within half the lease, so that two relays never publish at once.
        """
        if not await self._lease.hold():
            return None
        async with asyncio.timeout(LEASE_SECONDS / 2):
            events = await outbox.pending(self._database, BATCH)
            if events:
                await self._stream.publish([event for _, event in events])
                await outbox.published(self._database, [row_id for row_id, _ in events])
        return len(events)

    async def _give_back(self) -> None:
        try:
            await self._lease.release()
        except Exception as error:  # it ends by itself
            logger.warning("relay_lease_kept", error=type(error).__name__)
