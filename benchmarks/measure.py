"""Measures scenarios in rounds, shop and floor in turns, so that variations of the machine affect both alike."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from benchmarks.graphql import NotAnswered
from benchmarks.measured import Run, objection, together
from benchmarks.report import Result
from benchmarks.usage import usage

# The time that workers may take to build the homepage and the search index of a new shop.
SETTLE_SECONDS = 60
# Puts load on a server for some seconds.
Load = Callable[[int], Run]


class Scenario(Protocol):
    """Something that users do. `title` is its name in the table."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    def verified(self, endpoint: str) -> list[bytes]:
        """Good answers of the shop, each requested once. Raises `NotAnswered`."""

    def load(self, endpoint: str, connections: int) -> Load:
        """Load on the shop."""

    def floor(self, url: str, connections: int) -> Load:
        """The same load on a server that answers ready bytes."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how hard: `seconds` of each round, for the shop and for the floor alike."""

    rounds: int
    seconds: int
    connections: int


def measure(
    scenario: Scenario, endpoint: str, floor_url: str, answers: Sequence[bytes], plan: Plan, root: int
) -> Result:
    """A scenario beside its floor, its answers verified again afterwards. `root`: process id of the shop."""
    shop, floor = scenario.load(endpoint, plan.connections), scenario.floor(floor_url, plan.connections)
    shop_runs, floor_runs = [], []
    cpu: Counter[str] = Counter()
    after = usage(root)
    for _ in range(plan.rounds):
        floor_runs.append(floor(plan.seconds))
        before = usage(root)
        shop_runs.append(shop(plan.seconds))
        after = usage(root)
        cpu.update(after.since(before))
    measured, ground = together(shop_runs), together(floor_runs)
    wrong = objection(measured, min(map(len, answers))) or objection(ground, 0) or worn_out(scenario, endpoint)
    if wrong is not None:
        return Result(scenario.name, scenario.title, objection=wrong)
    size = sum(map(len, answers)) // len(answers)
    return Result(scenario.name, scenario.title, measured, ground, size, cpu, after.memory_by_name())


def settled(scenario: Scenario, endpoint: str, seconds: float) -> list[bytes]:
    """Waits for the verified answers: the workers of a new shop take a while. Raises the last `NotAnswered`."""
    end = time.monotonic() + seconds
    while True:
        try:
            return scenario.verified(endpoint)
        except NotAnswered:
            if time.monotonic() > end:
                raise
            time.sleep(0.5)


def worn_out(scenario: Scenario, endpoint: str) -> str | None:
    """Whether the load left the shop unable to answer."""
    try:
        scenario.verified(endpoint)
    except NotAnswered as problem:
        return f"after the load: {problem}"
    return None
