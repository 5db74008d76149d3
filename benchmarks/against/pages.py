"""Pages, carts and orders of two checkouts, each a shop of its own with its own demo data."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from rich.console import Console

from benchmarks import servers, stock
from benchmarks.against.report import line_of
from benchmarks.against.turns import alternate, rest
from benchmarks.against.verdict import Versus
from benchmarks.graphql import NotAnswered
from benchmarks.measure import SETTLE_SECONDS, Plan, Scenario, settled, worn_out
from benchmarks.measured import Run, objection
from benchmarks.scenarios import Subjects, every, subjects
from benchmarks.trees import HERE, Tree


@dataclass(frozen=True, slots=True)
class _Side:
    """A running shop and the scenarios over its own products. `whose`: how messages call it."""

    whose: str
    endpoint: str
    pid: int
    found: Subjects
    scenarios: Mapping[str, Scenario]


def run(
    directory: Path, other: Tree, chosen: Sequence[str], plan: Plan, start_seconds: float, console: Console
) -> list[Versus]:
    """The chosen scenarios, one after the other; `plan.rounds` pairs of each."""
    console.print("starting a new shop of each checkout with its demo data ...")
    with (
        _started(directory / "this", "this checkout", HERE, start_seconds) as ours,
        _started(directory / "other", "the other checkout", other, start_seconds) as theirs,
    ):
        if not _show_the_same(ours.found, theirs.found):
            console.print("the demo data of the two differ: the pages show different products", style="yellow")
        results = []
        for name in [name for name in ours.scenarios if name in chosen]:
            console.print(f"comparing {name} ...")
            results.append(_compared(name, ours, theirs, plan))
            console.print(line_of(results[-1]), markup=False)
        return results


@contextmanager
def _started(directory: Path, whose: str, tree: Tree, start_seconds: float) -> Iterator[_Side]:
    directory.mkdir(parents=True)
    with servers.shop(directory / "shop", start_seconds, tree=tree) as (url, pid):
        endpoint = f"{url}/graphql"
        found = subjects(endpoint)
        stock.add(endpoint, found.sold)
        yield _Side(whose, endpoint, pid, found, {scenario.name: scenario for scenario in every(found)})


def _show_the_same(ours: Subjects, theirs: Subjects) -> bool:
    """Whether both get the same requests; ids differ between any two shops."""
    return replace(ours, merchandise_id="") == replace(theirs, merchandise_id="")


def _compared(name: str, ours: _Side, theirs: _Side, plan: Plan) -> Versus:
    try:
        answers = [_answers(side, name) for side in (ours, theirs)]
    except NotAnswered as problem:
        return Versus(name, objection=str(problem))
    loads = [
        partial(side.scenarios[name].load(side.endpoint, plan.connections), plan.seconds) for side in (ours, theirs)
    ]
    runs = alternate(lambda: loads[0], lambda: loads[1], plan.rounds, lambda: rest((ours.pid, theirs.pid)))
    wrong = [_wrong(*each, name) for each in zip((ours, theirs), runs, answers, strict=True)]
    return Versus(name, *runs, objection=next((each for each in wrong if each), None))


def _answers(side: _Side, name: str) -> list[bytes]:
    """The verified answers. Raises `NotAnswered`, which says whose they are."""
    try:
        return settled(side.scenarios[name], side.endpoint, SETTLE_SECONDS)
    except NotAnswered as problem:
        raise NotAnswered(f"{side.whose}: {problem}") from problem


def _wrong(side: _Side, runs: Sequence[Run], answers: Sequence[bytes], name: str) -> str | None:
    """Why the runs of one side are invalid, or None."""
    shortest = min(map(len, answers))
    found = next((wrong for run in runs if (wrong := objection(run, shortest))), None)
    found = found or worn_out(side.scenarios[name], side.endpoint)
    return found and f"{side.whose}: {found}"
