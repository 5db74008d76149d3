"""Turns of two checkouts: this one, the other, this one, the other, each on a machine that has come to rest."""

import time
from collections.abc import Callable, Sequence

from benchmarks.measured import Run
from benchmarks.usage import usage

_GLANCE_SECONDS = 0.5
# Both shops with their stores stay below that when they get no requests.
_IDLE_CORES = 0.25
_PATIENCE_SECONDS = 20.0
# Prepares a turn and returns the load itself.
Turn = Callable[[], Callable[[], Run]]


def alternate(ours: Turn, theirs: Turn, pairs: int, rest: Callable[[], None]) -> tuple[list[Run], list[Run]]:
    """The runs of both, by pair. Each is prepared, then the machine rests, then the load runs."""
    our_runs: list[Run] = []
    their_runs: list[Run] = []
    for _ in range(pairs):
        for turn, runs in ((ours, our_runs), (theirs, their_runs)):
            load = turn()
            rest()
            runs.append(load())
    return our_runs, their_runs


def rest(roots: Sequence[int]) -> None:
    """Waits until the workers of both have caught up, within a limit. `roots`: process ids of shops and servers."""
    end = time.monotonic() + _PATIENCE_SECONDS
    before = _spent(roots)
    while time.monotonic() < end:
        time.sleep(_GLANCE_SECONDS)
        now = _spent(roots)
        if now - before < _IDLE_CORES * _GLANCE_SECONDS:
            return
        before = now


def _spent(roots: Sequence[int]) -> float:
    """CPU seconds of the processes and everything they started."""
    return sum(sum(usage(root).cpu.values()) for root in roots)
