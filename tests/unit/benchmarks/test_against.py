"""Two checkouts take turns, each with its own programs, and the report has the results."""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer
from rich.console import Console

from benchmarks import __main__ as program
from benchmarks.against import pages, turns
from benchmarks.against.report import as_json, show
from benchmarks.against.verdict import Versus
from benchmarks.graphql import NotAnswered
from benchmarks.measure import Plan
from benchmarks.measured import Run
from benchmarks.scenarios import Subjects
from benchmarks.trees import HERE, NotATree, tree_at
from benchmarks.usage import Usage


def test_turns_alternate_after_preparation_and_rest() -> None:
    """This, other, this, other; each is prepared before the machine rests, and its load comes right after."""
    happened: list[str] = []

    def turn(whose: str) -> Callable[[], Run]:
        happened.append(f"prepare {whose}")

        def load() -> Run:
            happened.append(f"load {whose}")
            return Run(len(happened), 1.0, 1.0, 1.0)

        return load

    ours, theirs = turns.alternate(lambda: turn("a"), lambda: turn("b"), 2, lambda: happened.append("rest"))
    assert happened == ["prepare a", "rest", "load a", "prepare b", "rest", "load b"] * 2
    assert ([run.requests for run in ours], [run.requests for run in theirs]) == ([3, 9], [6, 12])


class Machine:
    """A clock that advances when somebody sleeps, and a process with a given number of busy cores in each sleep."""

    def __init__(self, *cores: float) -> None:
        self.now = 0.0
        self.spent = 0.0
        self.cores = list(cores)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.spent += seconds * (self.cores[0] if len(self.cores) == 1 else self.cores.pop(0))

    def usage(self, root: int) -> Usage:
        return Usage({(root, "worker"): self.spent}, {})


@pytest.mark.parametrize(("cores", "seconds"), [((0.1,), 0.5), ((1.5, 0.8, 0.1), 1.5), ((2.0,), 20.0)])
def test_the_machine_rests_until_the_workers_have_caught_up(
    cores: tuple[float, ...], seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy shop delays the next turn, but not forever."""
    machine = Machine(*cores)
    monkeypatch.setattr(turns, "time", machine)
    monkeypatch.setattr(turns, "usage", machine.usage)
    turns.rest([1])
    assert machine.now == seconds


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """An installed checkout, which prints what it is started with."""
    root = tmp_path / "other"
    site = root / ".venv" / "lib" / "python3.11" / "site-packages"
    programs = root / ".venv" / "bin"
    site.mkdir(parents=True)
    programs.mkdir()
    (site / "_storefront.pth").write_text(str(root))
    (programs / "python").symlink_to(sys.executable)
    (programs / "storefront").write_text("import os, sys; print(os.getcwd(), sys.argv[1:], sorted(os.environ))")
    return root


@pytest.mark.slow
def test_commands_of_another_checkout_run_by_its_own_programs(other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In its directory, with the variables given, and with none that leads to the code of this checkout."""
    monkeypatch.setenv("PYTHONPATH", str(HERE.directory))
    done = tree_at(other).run("check", variables={"STOREFRONT_PORT": "1"})
    assert done.stdout.startswith(f"{other} ['check'] ")
    assert "'STOREFRONT_PORT'" in done.stdout
    assert "PYTHONPATH" not in done.stdout


def test_what_is_no_installed_checkout_is_refused(other: Path, tmp_path: Path) -> None:
    """Each message says what to do; an environment copied from elsewhere would measure other code."""
    with pytest.raises(NotATree, match=r"run `make \.venv/dev\.installed` there"):
        tree_at(tmp_path)
    with pytest.raises(NotATree, match="is this checkout"):
        tree_at(HERE.directory)
    (other / ".venv/lib/python3.11/site-packages/_storefront.pth").write_text(str(HERE.directory))
    with pytest.raises(NotATree, match="runs the code of another directory"):
        tree_at(other)


def test_a_wrong_directory_is_a_wrong_option(tmp_path: Path) -> None:
    """The error comes before anything is started."""
    with pytest.raises(typer.BadParameter, match=r"has no \.venv/bin/storefront"):
        program._tree(tmp_path)


@dataclass
class Played:
    """A scenario whose turns answer the given numbers of requests; it refuses to answer when it has no more."""

    requests: list[int]
    name: str = "played"
    title: str = "played"

    def verified(self, endpoint: str) -> list[bytes]:
        if not self.requests:
            raise NotAnswered("status 500")
        return [b"x" * 10]

    def load(self, endpoint: str, connections: int) -> Callable[[int], Run]:
        turns = iter(self.requests)
        return lambda seconds: Run((count := next(turns)), float(seconds), 1.0, 1.0, count * 10)

    def floor(self, url: str, connections: int) -> Callable[[int], Run]:
        raise AssertionError("there are no floors in comparisons")


def side(whose: str, *requests: int) -> pages._Side:
    nothing = Subjects((), (), (), "", "")
    return pages._Side(whose, "", 1, nothing, {"played": Played(list(requests))})


@pytest.mark.parametrize(
    ("ours", "theirs", "objection"),
    [
        ((100, 110), (100, 100), None),
        ((100, 0), (100, 100), "this checkout: no request was answered"),  # the sum of both turns would hide it
        ((100, 100), (0, 100), "the other checkout: no request was answered"),
        ((100, 100), (), "the other checkout: status 500"),
    ],
)
def test_a_turn_that_went_wrong_makes_a_scenario_not_compared(
    ours: tuple[int, ...], theirs: tuple[int, ...], objection: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The objection says whose turn it was."""
    monkeypatch.setattr(pages, "rest", lambda roots: None)
    monkeypatch.setattr(pages, "SETTLE_SECONDS", 0)
    plan = Plan(rounds=2, seconds=1, connections=1)
    result = pages._compared("played", side("this checkout", *ours), side("the other checkout", *theirs), plan)
    assert result.objection == objection


def runs(*rates: int) -> list[Run]:
    return [Run(rate, 1.0, 1.0, 2.0) for rate in rates]


GOOD = Versus("homepage", runs(100, 120, 90), runs(100, 100, 100))
SLOW = Versus("search", runs(50, 60), runs(100, 100))
WORN = Versus("submit", objection="the other checkout: status 500")


def test_the_table_shows_rates_ratios_ranges_and_verdicts() -> None:
    """One line per scenario, and a reason for each that is not compared."""
    console = Console(file=io.StringIO(), width=200)
    show([GOOD, SLOW, WORN], console)
    assert isinstance(console.file, io.StringIO)
    printed = console.file.getvalue()
    cells = [[cell.strip() for cell in line.strip("│ ").split("│")] for line in printed.splitlines() if "│" in line]
    assert cells == [
        ["homepage", "100 (90 to 120)", "100 (100 to 100)", "1.000", "0.900", "1.200", "yes", "as fast"],
        ["search", "55 (50 to 60)", "100 (100 to 100)", "0.550", "0.500", "0.600", "no", "slower"],
        ["submit", "", "", "", "", "", "", "not compared"],
    ]
    assert "submit is not compared: the other checkout: status 500" in printed


def test_the_json_has_every_turn() -> None:
    """Another rule can judge the saved results later."""
    told = as_json(GOOD)
    assert (told["verdict"], told["ratio"], told["ratios"]) == ("as fast", 1.0, [1.0, 1.2, 0.9])
    assert (len(told["this"]), len(told["other"])) == (3, 3)
    assert as_json(WORN) == {"name": "submit", "verdict": "not compared", "objection": WORN.objection}


@pytest.mark.slow
@pytest.mark.parametrize(("results", "status"), [([GOOD], None), ([GOOD, SLOW], 1), ([GOOD, WORN], 1)])
def test_the_exit_status_says_whether_any_scenario_is_slower(
    results: list[Versus], status: int | None, other: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One slow scenario among fast ones fails the whole, and so does one that could not be compared."""
    monkeypatch.setattr(pages, "run", lambda *_: results)
    monkeypatch.setattr("benchmarks.report._RESULTS", tmp_path / "benchmarks" / "results")
    (tmp_path / "benchmarks").mkdir()
    ended: int | None = None
    try:
        program.main(only=["homepage"], against=other)
    except typer.Exit as end:
        ended = end.exit_code
    assert ended == status
