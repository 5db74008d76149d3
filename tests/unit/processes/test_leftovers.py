"""What a killed command left behind is ended, and only that."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bff.processes import run_record
from bff.processes.identity import Identity, identify, is_running
from bff.processes.leftovers import end_leftovers
from bff.processes.problems import DataInUse
from bff.processes.run_record import Running
from tests.kit.paths import ROOT
from tests.unit.processes.children import until

pytestmark = pytest.mark.slow

_GONE = Identity(2**22 + 1, 0.0)
_PARENT = """
import asyncio, pathlib, sys
sys.path.insert(0, sys.argv[2])
from bff.processes.supervisor import Supervisor
from tests.unit.processes import children

async def main():
    directory = pathlib.Path(sys.argv[1])
    supervisor = Supervisor(directory / "logs")
    await supervisor.start(getattr(children, sys.argv[3])("store", directory))
    print(supervisor.children[0].identity.pid, flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


@pytest.fixture
def sleeper() -> Iterator[Identity]:
    """A process that is not ours to end unless run.json names it truly."""
    process = subprocess.Popen([sys.executable, "-ISc", "import time; time.sleep(600)"], start_new_session=True)
    identity = identify(process.pid)
    assert identity is not None
    yield identity
    process.kill()
    process.wait()


async def test_children_of_the_last_run_are_ended(tmp_path: Path, sleeper: Identity) -> None:
    run_record.write(tmp_path, Running("up", _GONE, {"store": sleeper}))
    assert await end_leftovers(tmp_path) == 1
    assert not is_running(sleeper)
    assert run_record.read(tmp_path) is None


async def test_a_process_that_was_given_the_id_of_a_dead_child_is_left_alone(tmp_path: Path, sleeper: Identity) -> None:
    run_record.write(tmp_path, Running("up", _GONE, {"store": Identity(sleeper.pid, sleeper.started - 10)}))
    assert await end_leftovers(tmp_path) == 0
    assert is_running(sleeper)


async def test_a_clock_that_was_corrected_meanwhile_makes_no_other_process(sleeper: Identity) -> None:
    """By what time servers correct it."""
    assert is_running(Identity(sleeper.pid, sleeper.started + 1.0))


@pytest.mark.parametrize(
    "content",
    [
        '{"children": [',
        '{"command": "up", "owner": {"pid": 1, "started": "0e5-boot:17"}, "children": {}, "urls": {}, "address": ""}',
    ],
)
async def test_a_record_that_cannot_be_read_is_no_obstacle(tmp_path: Path, content: str) -> None:
    """Half of one, and one of version 0.1: nobody is ended on such a word."""
    (tmp_path / "run.json").write_text(content)
    assert await end_leftovers(tmp_path) == 0
    assert run_record.read_running(tmp_path) is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
async def test_children_end_in_order_with_a_killed_parent(tmp_path: Path) -> None:
    child = await _orphaned("serving", tmp_path)
    await until(lambda: not is_running(child))
    assert (tmp_path / "ended").read_text() == "store\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
async def test_a_child_that_may_not_heed_a_request_is_killed_with_its_parent(tmp_path: Path) -> None:
    child = await _orphaned("deaf", tmp_path)
    await until(lambda: not is_running(child))


async def _orphaned(kind: str, directory: Path) -> Identity:
    """A child of a process that was killed."""
    arguments = ("-c", _PARENT, str(directory), str(ROOT), kind)
    parent = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)
    assert parent.stdout is not None
    child = identify(int(await parent.stdout.readline()))
    assert child is not None
    parent.kill()
    await parent.communicate()
    return child


def test_the_second_holder_of_a_directory_is_told_who_the_first_is(tmp_path: Path) -> None:
    with run_record.exclusive(tmp_path):
        run_record.write(tmp_path, Running("up", run_record.this_process(), address="http://127.0.0.1:8000"))
        told = rf"in use by storefront up \(process {os.getpid()}, http://127.0.0.1:8000\)"
        with pytest.raises(DataInUse, match=told), run_record.exclusive(tmp_path):
            pytest.fail("two hold the directory")


def test_the_record_is_for_its_owner_alone(tmp_path: Path) -> None:
    run_record.write(tmp_path, Running("up", run_record.this_process()))
    assert (tmp_path / "run.json").stat().st_mode & 0o777 == 0o600


def test_the_record_of_a_dead_command_is_not_a_running_one(tmp_path: Path) -> None:
    run_record.write(tmp_path, Running("up", _GONE))
    assert run_record.read_running(tmp_path) is None
