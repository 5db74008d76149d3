"""Compares the stores again and again, so that what does not fit is known before somebody asks."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

import structlog

from datasources.consistency.runs import CheckRuns
from datasources.kit.lease import Lease
from datasources.kit.redis import ERRORS, Client
from domain.consistency import CheckRun, Found
from workers.kit.pauses import jittered

logger = structlog.get_logger(__name__)

LOOK_SECONDS = 15.0


class Reconciler:
    """One candidate of the fleet: of all of them one compares, once per `every_seconds`.

    The lease lasts that long and is not given back after a run, so it is also the clock of the fleet. A worker that
    dies delays the next run by that time at most.
    """

    def __init__(
        self,
        compare: Callable[[], Awaitable[Mapping[str, Found]]],
        runs: CheckRuns,
        redis: Client,
        prefix: str,
        *,
        every_seconds: float = 300.0,
    ) -> None:
        self._compare = compare
        self._runs = runs
        self._redis = redis
        self._key = f"{prefix}{{check}}:lease"
        self._every_seconds = every_seconds

    async def run(self, stopping: asyncio.Event) -> None:
        """Looks whose turn it is until told to stop. A run at hand is broken off then: another worker begins anew."""
        async with asyncio.TaskGroup() as group:
            turns = group.create_task(self._turns())
            await stopping.wait()
            turns.cancel()

    async def _turns(self) -> None:
        while True:
            # Not in step with other workers, nor at the moment when a whole fleet starts.
            await asyncio.sleep(jittered(min(LOOK_SECONDS, self._every_seconds / 10)))
            try:
                await self.turn()
            except Exception as error:  # Redis is out of reach: nobody knows whose turn it is
                logger.warning("check_turn_failed", error=type(error).__name__)

    async def turn(self) -> bool:
        """Compares and keeps what came of it; False when it is not time, or another worker is at it.

        A run that takes longer than nine tenths of the time between two is cut off.
        """
        lease = Lease(self._redis, self._key, self._every_seconds)
        if not await lease.take():
            return False
        try:
            async with asyncio.timeout(self._every_seconds * 0.9):
                run = await self._compared()
        except asyncio.CancelledError:
            await _give_back(lease)
            raise
        except Exception:  # a mistake of ours, or no end in time: the next run may see more
            logger.exception("check_failed")
            await self._runs.cut_off()
            return True
        _tell(run)
        await self._runs.finished(run)
        return True

    async def _compared(self) -> CheckRun:
        began = time.monotonic()
        found = await self._compare()
        return CheckRun(datetime.now(UTC), time.monotonic() - began, found)


def _tell(run: CheckRun) -> None:
    """Logs every part that does not fit, with the sentences that name its ids."""
    for name, part in run.found.items():
        if part.count:
            logger.error("inconsistent", part=name, count=part.count, sentences=part.sentences)
        elif not part.complete:
            logger.warning("not_compared", part=name, sentences=part.sentences)


async def _give_back(lease: Lease) -> None:
    try:
        await lease.release()
    except ERRORS as error:  # it ends by itself
        logger.warning("lease_kept", error=type(error).__name__)
