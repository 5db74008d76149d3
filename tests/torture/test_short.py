"""The torture in short: `make torture` runs it long, with every fault."""

import asyncio
from pathlib import Path

import pytest
import uvloop

from tests.kit import backends
from tests.kit.fixtures.stores import present
from tests.torture.faults import FAULTS
from tests.torture.report import Report
from tests.torture.run import torture

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def server() -> str:
    """A database server that can be started here, so that it can be tormented."""
    found = [name for name in ("mariadb", "mysql") if backends.ALL[name].missing_program() is None]
    if not found:
        pytest.skip("neither MariaDB nor MySQL is installed")
    return found[0]


def _run(database: str, fault: str, directory: Path, *, submits: int, naive: str | None = None) -> Report:
    for name in ("valkey", "mongo"):
        present(name)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(torture(database, fault, directory, submits=submits, seed=1, naive=naive))


def test_killed_processes_lose_and_double_nothing_on_sqlite(tmp_path: Path) -> None:
    """API processes are killed while they commit."""
    report = _run("sqlite", "commit_kill", tmp_path, submits=150)
    assert report.passed, "\n".join(report.lines())


def test_lost_replies_to_commit_lose_and_double_nothing(server: str, tmp_path: Path) -> None:
    """Clients ask again with the same token when nobody knows whether the first time was carried out."""
    report = _run(server, "lost_commits", tmp_path, submits=150)
    assert report.passed, "\n".join(report.lines())


def test_a_run_without_its_fault_proves_nothing() -> None:
    """It is an objection to the run when people were done before the fault happened often enough."""
    fault = FAULTS["database_kill"]
    report = Report("mysql", fault.name, objections=list(fault.objections({"database kills": 2})))
    assert report.objections == ["There were 2 database kills while people bought, 3 at least are needed."]
    assert not report.passed
    assert not list(fault.objections({"database kills": 3}))


def test_reading_deciding_and_writing_is_found_out(tmp_path: Path) -> None:
    """The checkout of the peers oversells, and both checks report it."""
    report = _run("sqlite", "none", tmp_path, submits=100, naive="read_decide_write")
    assert report.passed, "\n".join(report.lines())
    assert any("units there were" in sentence for sentence in report.broken)


def test_a_checkout_without_idempotency_is_found_out(tmp_path: Path) -> None:
    """Repeated calls buy again, and the torture reports it."""
    report = _run("sqlite", "none", tmp_path, submits=100, naive="without_idempotency")
    assert report.passed, "\n".join(report.lines())
    assert any("was bought" in sentence for sentence in report.broken)
