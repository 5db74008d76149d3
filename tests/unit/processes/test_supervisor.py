"""Children are restarted, given up, and stopped in order."""

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bff.processes.identity import identify
from bff.processes.problems import StartFailed
from bff.processes.supervisor import RestartLimit, Supervisor
from tests.unit.processes import children
from tests.unit.processes.children import until

pytestmark = pytest.mark.slow

_QUICK = RestartLimit(restarts=2, seconds=60, pause=0.01, longest_pause=0.02)


@pytest.fixture
async def supervisor(tmp_path: Path) -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(tmp_path / "logs", limit=_QUICK)
    yield supervisor
    await supervisor.stop()


def _pid(supervisor: Supervisor, position: int = 0) -> int:
    identity = supervisor.children[position].identity
    assert identity is not None
    return identity.pid


async def test_start_returns_once_the_child_answers(supervisor: Supervisor, tmp_path: Path) -> None:
    await supervisor.start(children.serving("store", tmp_path))
    assert (tmp_path / "store").exists()


async def test_children_stop_last_started_first(supervisor: Supervisor, tmp_path: Path) -> None:
    for name in ("store", "worker", "api"):
        await supervisor.start(children.serving(name, tmp_path))
    await supervisor.stop()
    assert (tmp_path / "ended").read_text().split() == ["api", "worker", "store"]


async def test_a_child_that_ends_while_starting_is_reported_with_its_own_words(supervisor: Supervisor) -> None:
    with pytest.raises(StartFailed, match=r"(?s)store ended while starting \(exit status 3\).*the disk is full"):
        await supervisor.start(children.failing("store", "the disk is full"))


async def test_a_killed_child_is_started_again_as_a_new_process(supervisor: Supervisor, tmp_path: Path) -> None:
    await supervisor.start(children.serving("store", tmp_path))
    first = _pid(supervisor)
    os.kill(first, signal.SIGKILL)
    await until(lambda: _pid(supervisor) != first)
    assert identify(_pid(supervisor)) is not None


async def test_the_record_of_children_changes_with_a_restart(tmp_path: Path) -> None:
    changes: list[int] = []
    recorded = Supervisor(tmp_path / "logs", changed=lambda: changes.append(_pid(recorded)), limit=_QUICK)
    await recorded.start(children.serving("store", tmp_path))
    os.kill(changes[0], signal.SIGKILL)
    await until(lambda: len(changes) == 2)
    await recorded.stop()
    assert changes[0] != changes[1]


async def test_a_child_that_keeps_ending_is_given_up_with_the_reason(supervisor: Supervisor, tmp_path: Path) -> None:
    await supervisor.start(children.ending_later("worker", tmp_path))
    with pytest.raises(StartFailed, match=r"worker keeps ending \(exit status 4\)"):
        await supervisor.failed()


async def test_a_child_that_does_not_stop_is_killed_and_named(tmp_path: Path) -> None:
    news: list[str] = []
    supervisor = Supervisor(tmp_path / "logs", say=news.append)
    await supervisor.start(children.stubborn("api", tmp_path))
    pid = _pid(supervisor)
    await supervisor.stop()
    assert identify(pid) is None
    assert news == ["api did not stop within 0 s and was killed"]


async def test_what_a_child_started_itself_ends_with_it(supervisor: Supervisor, tmp_path: Path) -> None:
    await supervisor.start(children.with_offspring("api", tmp_path))
    await until(lambda: (tmp_path / "api").read_text() != "")
    grandchild = int((tmp_path / "api").read_text())
    first = _pid(supervisor)
    os.kill(first, signal.SIGKILL)
    await until(lambda: identify(grandchild) is None)
    await until(lambda: _pid(supervisor) != first)


async def test_children_are_in_process_groups_of_their_own(supervisor: Supervisor, tmp_path: Path) -> None:
    await supervisor.start(children.serving("store", tmp_path))
    assert os.getpgid(_pid(supervisor)) == _pid(supervisor) != os.getpgrp()
