"""Whether this checkout is slower than another one, by the rates of their turns."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.measured import Run

# The least median of this/other over the pairs. Where the rates of the two overlap, the machine varies as much as the
# two differ, so less is required.
LEAST = 0.95
LEAST_WHERE_RANGES_OVERLAP = 0.90
AS_FAST, SLOWER, NOT_COMPARED = "as fast", "slower", "not compared"


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """This/other for each pair of rates. Raises ValueError unless both have as many, at least one, all above 0."""
    if not ours or len(ours) != len(theirs) or min(*ours, *theirs) <= 0:
        raise ValueError("Pairs of rates must be complete, at least one, and every rate must be above 0.")
    return [this / other for this, other in zip(ours, theirs, strict=True)]


def ranges_overlap(ours: Sequence[float], theirs: Sequence[float]) -> bool:
    """Whether some rate lies within the lowest and the highest of both.

    >>> ranges_overlap([90, 100], [100, 110]), ranges_overlap([90, 99], [100, 110])
    (True, False)
    """
    return max(ours) >= min(theirs) and max(theirs) >= min(ours)


def is_slower(ours: Sequence[float], theirs: Sequence[float]) -> bool:
    """Whether the median of the pairs is below the limit: rates of this checkout and of the other, by pair."""
    ratio = median(ratios(ours, theirs))
    return ratio < (LEAST_WHERE_RANGES_OVERLAP if ranges_overlap(ours, theirs) else LEAST)


@dataclass(frozen=True, slots=True)
class Versus:
    """A scenario in turns of this checkout and of the other.

    `objection` says why the figures are invalid; without one there is at least one pair.
    """

    name: str
    ours: Sequence[Run] = ()
    theirs: Sequence[Run] = ()
    objection: str | None = None

    @property
    def our_rates(self) -> list[float]:
        """Of this checkout, in the order of the pairs."""
        return [run.rate for run in self.ours]

    @property
    def their_rates(self) -> list[float]:
        """Of the other checkout, in the order of the pairs."""
        return [run.rate for run in self.theirs]

    @property
    def ratios(self) -> list[float]:
        """This/other for each pair."""
        return ratios(self.our_rates, self.their_rates)

    @property
    def ranges_overlap(self) -> bool:
        """Whether some rate lies within the ranges of both."""
        return ranges_overlap(self.our_rates, self.their_rates)

    @property
    def verdict(self) -> str:
        """`AS_FAST`, `SLOWER` or `NOT_COMPARED`."""
        if self.objection is not None:
            return NOT_COMPARED
        return SLOWER if is_slower(self.our_rates, self.their_rates) else AS_FAST
