"""Compares the stores periodically, so that inconsistencies are known before anybody looks for them."""

from collections.abc import Awaitable, Callable, Mapping

import structlog

from datasources.consistency.runs import CheckRuns
from datasources.kit.lease import Lease
from domain.consistency import Found
from workers.kit.jobs import Job
from workers.kit.pauses import Backoff

logger = structlog.get_logger(__name__)

LOOK_SECONDS = 15.0


class Reconciler:
    """One worker of the fleet compares at a time. A run that is cut off keeps the findings of the previous run."""

    def __init__(self, compare: Callable[[], Awaitable[Mapping[str, Found]]], runs: CheckRuns) -> None:
        self._compare = compare
        self._runs = runs

    async def turn(self) -> None:
        """Compares the stores and saves the findings."""
        found = await self._compare()
        _tell(found)
        await self._runs.keep(found)


def reconciler_job(reconciler: Reconciler, lease: Lease, every_seconds: float) -> Job:
    """Compares once in `every_seconds`, on any one worker; the lease must last that long.

    A run that takes longer than nine tenths of that time is cut off. A worker that dies delays the next run by at most
    `every_seconds`.
    """
    return Job(
        "reconciler",
        reconciler.turn,
        min(LOOK_SECONDS, every_seconds / 10),
        lease,
        paced=True,
        backoff=Backoff(1.0, LOOK_SECONDS),
        deadline=every_seconds * 0.9,
    )


def _tell(found: Mapping[str, Found]) -> None:
    """Logs every inconsistent part, with the sentences that name its ids."""
    for name, part in found.items():
        if part.count:
            logger.error("inconsistent", part=name, count=part.count, sentences=part.sentences)
        elif not part.complete:
            logger.warning("not_compared", part=name, sentences=part.sentences)
