"""The periodic jobs of a worker. Each runs in its own loop, which no failure of any job ends."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import structlog

from datasources.kit.lease import Lease
from datasources.kit.redis import ERRORS
from datasources.kit.run_counts import RunCounts, Runs
from domain.kit.refusals import Misconfigured, Unavailable
from workers.kit.pauses import Backoff, jittered, wait

T = TypeVar("T")
logger = structlog.get_logger(__name__)

# How often a worker checks whether a job's lease is free.
STANDBY_SECONDS = 1.0
COUNT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Pause:
    """A turn may return this: the exact seconds until the next turn, in place of the job's interval."""

    seconds: float


# For a turn that leaves more to do.
AT_ONCE = Pause(0.0)


@dataclass(frozen=True, slots=True)
class Job:
    """Repeats `turn` after half to all of `interval` seconds; if that is None, only until it has succeeded once.

    A turn that takes longer than `deadline` is cut off and counts as failed. With a `lease`, one worker of the fleet
    does all turns until it stops or dies. `paced` makes the lease the clock of the fleet: a worker takes it for a turn
    and lets it expire, so that there is one turn per lease; `interval` is how often a worker checks for its end.
    Turns may leave work under way, which `finish` ends when the worker stops.
    """

    name: str
    turn: Callable[[], Awaitable[object]]
    interval: float | None
    lease: Lease | None = None
    paced: bool = False
    backoff: Backoff = Backoff()
    deadline: float = 60.0
    finish: Callable[[], Awaitable[object]] | None = None


class TurnTooLong(Exception):
    """A turn did not end within the deadline of its job."""


class Tally:
    """Outcomes of turns since the last write to the counts of the fleet.

    Turns do not write counts themselves: a hanging Redis would delay jobs that do not need it.
    """

    def __init__(self, counts: RunCounts, clock: Callable[[], float] = time.time) -> None:
        self._counts = counts
        self._clock = clock
        self._new: dict[str, Runs] = {}

    def succeeded(self, name: str, seconds: float) -> None:
        """Counts a turn of a job that succeeded."""
        self._add(name, Runs(1, 0, seconds, self._clock()))

    def failed(self, name: str, seconds: float) -> None:
        """Counts a turn of a job that failed."""
        self._add(name, Runs(1, 1, seconds))

    def _add(self, name: str, runs: Runs) -> None:
        self._new[name] = self._new.get(name, Runs()) + runs

    async def write(self) -> None:
        """Adds the new outcomes to the counts. If that fails, they stay new."""
        written, self._new = self._new, {}
        try:
            await self._counts.add(written)
        except BaseException:
            for name, runs in written.items():
                self._add(name, runs)
            raise


async def run_jobs(jobs: Sequence[Job], stopping: asyncio.Event, tally: Tally) -> None:
    """Works until `stopping` is set. Then running turns finish, except those of paced jobs, which are cancelled."""
    counting = Job("job-counts", tally.write, COUNT_SECONDS)
    async with asyncio.TaskGroup() as group:
        for job in (*jobs, counting):
            group.create_task(JobLoop(job, stopping, tally).run(), name=job.name)
    try:
        await tally.write()
    except ERRORS as error:
        logger.warning("job_counts_lost", error=type(error).__name__)


class JobLoop:
    """One worker's loop of one job."""

    def __init__(self, job: Job, stopping: asyncio.Event, tally: Tally) -> None:
        self._job = job
        self._stopping = stopping
        self._tally = tally
        self._failures = 0
        self._done = False

    async def run(self) -> None:
        """Repeats the job until the worker stops or the job is done for good."""
        await self._run()
        await self._finish()

    async def _run(self) -> None:
        lease = self._job.lease
        if lease is None:
            await self._repeat()
        elif self._job.paced:
            await self._repeat_until_stopped()
        else:
            try:
                async with lease.kept():
                    await self._repeat()
            finally:
                await self._give_back(lease)

    async def _finish(self) -> None:
        if self._job.finish is None:
            return
        try:
            await self._in_time(self._job.finish)
        except asyncio.CancelledError:
            if _is_cancelled():
                raise
        except Exception as error:  # no error ends another job
            logger.warning("job_unfinished", job=self._job.name, error=type(error).__name__)

    async def _repeat(self) -> None:
        while not self._stopping.is_set() and not self._done:
            await wait(self._stopping, await self._attempt())

    async def _repeat_until_stopped(self) -> None:
        """Starts after a random wait, so that the workers of a fleet do not all begin at the same moment."""
        async with asyncio.TaskGroup() as group:
            await wait(self._stopping, self._look())
            repeating = group.create_task(self._repeat())
            await self._stopping.wait()
            repeating.cancel()

    def _look(self) -> float:
        """Seconds until this worker checks again whether it may do a turn."""
        paced = self._job.interval if self._job.paced else None
        return jittered(paced or STANDBY_SECONDS)

    async def _attempt(self) -> float:
        """Tries to do a turn; returns the seconds until the next try."""
        began = asyncio.get_running_loop().time()
        try:
            if not await self._in_time(self._may):
                return self._look()
            answer = await self._in_time(self._job.turn)
        except asyncio.CancelledError as error:
            if _is_cancelled():
                raise
            return self._failed(error, began)  # the turn awaited something that was cancelled
        except Exception as error:  # no error ends this job or another
            return self._failed(error, began)
        return self._succeeded(answer, began)

    async def _may(self) -> bool:
        lease = self._job.lease
        if lease is None:
            return True
        return await (lease.take() if self._job.paced else lease.hold())

    async def _in_time(self, work: Callable[[], Awaitable[T]]) -> T:
        try:
            async with asyncio.timeout(self._job.deadline) as limit:
                return await work()
        except TimeoutError as error:
            if limit.expired():
                raise TurnTooLong(f"A turn must end within {self._job.deadline:g} seconds.") from error
            raise
        except asyncio.CancelledError:
            if self._job.paced and self._job.lease is not None:
                await self._give_back(self._job.lease)  # so that another worker can start the turn again
            raise

    def _succeeded(self, answer: object, began: float) -> float:
        self._failures = 0
        self._tally.succeeded(self._job.name, asyncio.get_running_loop().time() - began)
        self._done = self._job.interval is None
        return answer.seconds if isinstance(answer, Pause) else jittered(self._job.interval or 0.0)

    def _failed(self, error: BaseException, began: float) -> float:
        """Logs the stack trace only for the first of several failures in a row."""
        self._failures += 1
        self._tally.failed(self._job.name, asyncio.get_running_loop().time() - began)
        about = {"job": self._job.name, "error": type(error).__name__}
        if isinstance(error, Misconfigured):
            logger.warning("store_misconfigured", job=self._job.name, rule=str(error))
        elif isinstance(error, (Unavailable, *ERRORS)):
            logger.warning("store_out_of_reach", **about)
        elif self._failures == 1:
            logger.error("job_failed", **about, exc_info=error)
        else:
            logger.warning("job_failed", **about)
        return jittered(self._job.backoff.after(self._failures))

    async def _give_back(self, lease: Lease) -> None:
        try:
            await lease.release()
        except ERRORS as error:  # the lease expires on its own
            logger.warning("lease_kept", job=self._job.name, error=type(error).__name__)


def _is_cancelled() -> bool:
    """Whether this task itself was cancelled, rather than something that it awaited."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
