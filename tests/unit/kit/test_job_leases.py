"""Leases of jobs, in virtual time: a lease that fails in any way neither ends nor delays other jobs."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from datasources.kit.lease import Lease
from datasources.kit.redis import connect
from tests.kit.virtual_time import in_virtual_time
from tests.unit.kit.test_jobs import FAILURES, LONG, Worked, worked
from workers.kit.jobs import Job, Pause


class FailingLease(Lease):
    """A lease in a Redis that fails, in its ways."""

    def __init__(self, failure: Callable[[], Awaitable[object]]) -> None:
        super().__init__(connect("redis://127.0.0.1:1"), "key", 30.0)
        self._failure = failure

    async def take(self) -> bool:
        """Fails."""
        return bool(await self._failure())

    async def extend(self, seconds: float | None = None) -> bool:
        """Fails."""
        return bool(await self._failure())

    async def release(self) -> bool:
        """Fails, but not forever: its connection has a deadline."""
        raise ConnectionError("nobody listens")


@pytest.mark.slow
@pytest.mark.parametrize("paced", [True, False], ids=["paced", "held"])
@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.__name__)
def test_a_lease_that_fails_neither_ends_nor_delays_others(
    failure: Callable[[], Awaitable[object]], paced: bool
) -> None:
    """The job that needs it has no turn, is counted as failing, and is tried until the end."""
    bad, good = Worked(), Worked(lambda: asyncio.sleep(0, Pause(1.0)))
    leased = Job("bad", bad, 1.0, FailingLease(failure), paced=paced, deadline=10.0)
    runs = worked(LONG, leased, Job("good", good, 1.0))
    assert good.pauses == [1.0] * (int(LONG) - 1)
    assert bad.at == []
    assert runs["bad"].failures == runs["bad"].runs > LONG / 16


class CountingLease(Lease):
    """A lease of 30 seconds that nobody else wants."""

    def __init__(self, failures: int = 0) -> None:
        super().__init__(connect("redis://127.0.0.1:1"), "key", 30.0)
        self.extended_at: list[float] = []
        self._failures = failures

    async def extend(self, seconds: float | None = None) -> bool:
        """Fails the given number of times."""
        self.extended_at.append(asyncio.get_running_loop().time())
        if len(self.extended_at) <= self._failures:
            raise ConnectionError("nobody listens")
        return True


@pytest.mark.parametrize("failures", [0, 2, 100])
def test_a_lease_that_is_kept_is_extended_in_time_and_no_longer(failures: int) -> None:
    """Every third of its time while the work goes on, even if Redis is away for a while or forever."""
    lease = CountingLease(failures)

    async def work() -> None:
        async with lease.kept():
            await asyncio.sleep(65)
        await asyncio.sleep(LONG)

    in_virtual_time(work())
    assert lease.extended_at == [10, 20, 30, 40, 50, 60]


def test_a_lease_is_kept_in_the_pauses_of_a_job_too() -> None:
    """Else another worker would have a turn in between."""
    lease = CountingLease()

    async def release() -> bool:
        return True

    lease.release = release  # type: ignore[method-assign]
    worked(95.0, Job("job", Worked(lambda: asyncio.sleep(0, Pause(90.0))), 1.0, lease))
    assert lease.extended_at == [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 90]
