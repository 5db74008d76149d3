"""The loop of jobs, in virtual time: whatever happens to one job, the others go on unchanged."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from structlog.testing import capture_logs

from datasources.kit.run_counts import RunCounts, Runs
from domain.kit.refusals import Misconfigured, Unavailable
from tests.kit.virtual_time import in_virtual_time
from workers.kit.jobs import AT_ONCE, Job, JobLoop, Pause, Tally
from workers.kit.pauses import Backoff

LONG = 600.0


class Kept(RunCounts):
    """Counts that are kept here, unless Redis is away."""

    def __init__(self) -> None:
        self.runs: dict[str, Runs] = {}
        self.away = False

    async def add(self, counts: object) -> None:
        """Keeps them."""
        assert isinstance(counts, dict)
        if self.away:
            raise ConnectionError("nobody listens")
        self.runs |= {name: self.runs.get(name, Runs()) + each for name, each in counts.items()}


class Worked:
    """When turns of a job began; each then does as `turn` says."""

    def __init__(self, turn: Callable[[], Awaitable[object]] | None = None) -> None:
        self.at: list[float] = []
        self._turn = turn

    async def __call__(self) -> object:
        """One turn."""
        self.at.append(asyncio.get_running_loop().time())
        return None if self._turn is None else await self._turn()

    @property
    def pauses(self) -> list[float]:
        """From the begin of each turn to the next one's."""
        return [round(later - sooner, 3) for sooner, later in zip(self.at, self.at[1:], strict=False)]


async def _work(seconds: float, *jobs: Job) -> dict[str, Runs]:
    """Runs jobs for a time and stops them; what they have counted."""
    stopping, counts = asyncio.Event(), Kept()
    tally = Tally(counts, clock=asyncio.get_running_loop().time)
    asyncio.get_running_loop().call_later(seconds, stopping.set)
    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(JobLoop(job, stopping, tally).run())
    await tally.write()
    return counts.runs


def worked(seconds: float, *jobs: Job) -> dict[str, Runs]:
    """The same in virtual time."""
    return in_virtual_time(_work(seconds, *jobs))


def raises_at_once() -> Awaitable[object]:
    """Raises before it returns a coroutine."""
    raise LookupError("a mistake")


async def raises() -> object:
    """A mistake of ours."""
    raise LookupError("a mistake")


async def finds_no_store() -> object:
    """A store is away."""
    raise Unavailable("DATABASE_UNAVAILABLE", "busy")


async def hangs() -> object:
    """Never ends."""
    return await asyncio.Event().wait()


async def waits_for_what_was_cancelled() -> object:
    """The awaited task was cancelled, not this one."""
    future = asyncio.get_running_loop().create_future()
    future.cancel()
    return await future


async def fails_in_a_group() -> object:
    """One of several tasks of a turn fails."""
    async with asyncio.TaskGroup() as group:
        group.create_task(raises())
    return None


FAILURES = (raises_at_once, raises, finds_no_store, hangs, waits_for_what_was_cancelled, fails_in_a_group)


@pytest.mark.slow
@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.__name__)
def test_a_job_that_always_fails_neither_ends_nor_delays_others(failure: Callable[[], Awaitable[object]]) -> None:
    """All the time the other one has all its turns, and the failing one is tried until the end."""
    bad = Worked(failure)
    good = Worked(lambda: asyncio.sleep(0, Pause(1.0)))
    runs = worked(LONG, Job("bad", bad, 1.0, deadline=10.0), Job("good", good, 1.0))
    assert good.pauses == [1.0] * (int(LONG) - 1)
    assert runs["good"].failures == 0
    assert bad.at[-1] > LONG - 12
    assert (runs["bad"].runs, runs["bad"].failures, runs["bad"].succeeded_at) == (len(bad.at), len(bad.at), 0)


def test_a_turn_beyond_its_deadline_is_cut_off_and_tried_again() -> None:
    """It has failed after exactly that time."""
    runs = worked(100.0, Job("bad", Worked(hangs), 1.0, deadline=10.0, backoff=Backoff(10.0, 10.0)))
    assert runs["bad"].failures == runs["bad"].runs >= 5
    assert runs["bad"].seconds == pytest.approx(10.0 * runs["bad"].runs)


def test_failures_in_a_row_wait_longer_and_longer_and_success_begins_anew() -> None:
    """Half to all of 1, 2, 4 and then 8 seconds."""
    outcomes = iter((raises, raises, raises, raises, raises, None, raises))

    async def turn() -> object:
        outcome = next(outcomes, None)
        return await outcome() if outcome is not None else None

    tried = Worked(turn)
    worked(LONG, Job("job", tried, 600.0, backoff=Backoff(1.0, 8.0)))
    for pause, longest in zip(tried.pauses, (1, 2, 4, 8, 8, 600, 1, 600), strict=False):
        assert longest / 2 <= pause <= longest


def test_the_stack_is_told_once_of_failures_in_a_row() -> None:
    """The other lines name the job and the error; a store that is down is not an error of the shop."""
    with capture_logs() as logs:
        worked(5.0, Job("bad", Worked(raises), 1.0), Job("away", Worked(finds_no_store), 1.0))
    of_bad = [entry for entry in logs if entry["job"] == "bad"]
    assert [bool(entry.get("exc_info")) for entry in of_bad] == [True] + [False] * (len(of_bad) - 1)
    assert {(entry["job"], entry["event"], entry["error"]) for entry in logs} == {
        ("bad", "job_failed", "LookupError"),
        ("away", "store_out_of_reach", "Unavailable"),
    }


def test_a_store_that_refuses_the_settings_is_named_with_the_rule() -> None:
    """Such a failure lasts until somebody corrects the setting."""

    async def refused() -> object:
        raise Misconfigured(Unavailable("SEARCH_UNAVAILABLE", "later"), "STOREFRONT_SEARCH_KEY", "the rule.")

    with capture_logs() as logs:
        worked(5.0, Job("bad", Worked(refused), 1.0))
    assert {(entry["event"], entry["rule"]) for entry in logs} == {
        ("store_misconfigured", "STOREFRONT_SEARCH_KEY: the rule.")
    }


def test_turns_are_apart_by_half_to_all_of_the_interval() -> None:
    """So that the workers of a fleet do not stay in step."""
    job = Worked()
    worked(LONG, Job("job", job, 10.0))
    assert all(5 <= pause <= 10 for pause in job.pauses)
    assert len(set(job.pauses)) > len(job.pauses) / 2


def test_while_there_is_more_to_do_the_next_turn_follows_at_once() -> None:
    """Three times, then it rests."""
    answers = iter((AT_ONCE, AT_ONCE, AT_ONCE))

    async def turn() -> object:
        return next(answers, None)

    job = Worked(turn)
    worked(500.0, Job("job", job, 1_000.0))
    assert job.at == [0.0] * 4


def test_a_job_without_an_interval_is_tried_until_it_has_succeeded_once() -> None:
    """Two failures, one success, and no turn after it."""
    outcomes = iter((raises, finds_no_store))

    async def turn() -> object:
        outcome = next(outcomes, None)
        return await outcome() if outcome is not None else None

    runs = worked(LONG, Job("once", turn, None))
    assert (runs["once"].runs, runs["once"].failures) == (3, 2)


def test_a_turn_at_hand_is_finished_when_the_worker_stops() -> None:
    """And no other turn begins."""
    ended: list[float] = []

    async def turn() -> object:
        await asyncio.sleep(30)
        ended.append(asyncio.get_running_loop().time())
        return AT_ONCE

    worked(10.0, Job("slow", turn, 1.0))
    assert ended == [30.0]


def test_figures_are_runs_failures_seconds_and_the_last_success() -> None:
    """Of two turns of two seconds, the second one a failure."""
    outcomes = iter((None, raises))

    async def turn() -> object:
        await asyncio.sleep(2)
        outcome = next(outcomes)
        return await outcome() if outcome is not None else Pause(1.0)

    runs = worked(4.0, Job("job", turn, 1.0))
    assert runs["job"] == Runs(2, 1, 4.0, succeeded_at=2.0)


def test_figures_that_could_not_be_written_are_written_later() -> None:
    """Nothing is lost while Redis is away, and turns wait for no write."""

    async def count() -> tuple[dict[str, Runs], dict[str, Runs]]:
        counts = Kept()
        tally = Tally(counts, clock=lambda: 7.0)
        counts.away = True
        tally.succeeded("job", 1.0)
        with pytest.raises(ConnectionError):
            await tally.write()
        tally.failed("job", 0.5)
        counts.away, before = False, dict(counts.runs)
        await tally.write()
        await tally.write()
        return before, counts.runs

    assert in_virtual_time(count()) == ({}, {"job": Runs(2, 1, 1.5, succeeded_at=7.0)})


def test_a_job_finishes_what_its_turns_left_under_way() -> None:
    """Once, when the worker stops, and after its last turn."""
    turns, finish = Worked(), Worked()
    worked(10.0, Job("sends", turns, 1.0, finish=finish))
    assert len(finish.at) == 1
    assert finish.at[0] >= turns.at[-1]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.__name__)
def test_a_finish_that_fails_ends_no_other_job(failure: Callable[[], Awaitable[object]]) -> None:
    """It has the deadline of a turn."""
    finish = Worked()
    worked(10.0, Job("bad", Worked(), 1.0, finish=failure), Job("good", Worked(), 1.0, finish=finish))
    assert len(finish.at) == 1
