"""What a load generator measured, and the arithmetic on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

_SLACK = 0.9  # ids and times differ in length


@dataclass(frozen=True, slots=True)
class Run:
    """One stretch of load. Latencies in milliseconds; `bytes` received, heads included.

    `refused`: answers with a bad status or content. `lost`: requests without an answer.
    """

    requests: int
    seconds: float
    p50: float
    p99: float
    bytes: int = 0
    refused: int = 0
    lost: int = 0

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds if self.seconds else 0.0


def together(runs: Sequence[Run]) -> Run:
    """Several runs of the same load as one: sums, the median of the p50s and the worst p99."""
    return Run(
        requests=sum(run.requests for run in runs),
        seconds=sum(run.seconds for run in runs),
        p50=median(run.p50 for run in runs),
        p99=max(run.p99 for run in runs),
        bytes=sum(run.bytes for run in runs),
        refused=sum(run.refused for run in runs),
        lost=sum(run.lost for run in runs),
    )


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The smallest value that `percent` of the ordered values do not exceed; 0 of none.

    >>> percentile([1.0, 2.0, 3.0, 4.0], 50), percentile([1.0, 2.0, 3.0, 4.0], 99), percentile([], 50)
    (2.0, 4.0, 0.0)
    """
    if not ordered:
        return 0.0
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(0, int(rank) - 1)]


def from_latencies(latencies: Sequence[float], seconds: float, received: int, refused: int, lost: int) -> Run:
    """A run from all its latencies, in milliseconds."""
    ordered = sorted(latencies)
    return Run(
        len(ordered), seconds, percentile(ordered, 50), percentile(ordered, 99), received, refused=refused, lost=lost
    )


def objection(run: Run, shortest_answer: int) -> str | None:
    """Why a run is invalid, or None. `shortest_answer`: bytes of the smallest verified body."""
    if not run.requests:
        return "no request was answered"
    if run.refused:
        return f"{run.refused} of {run.requests} answers were refusals"
    if run.lost:
        return f"{run.lost} requests were not answered"
    # A server that begins to answer GraphQL errors still says 200, but in fewer bytes.
    if run.bytes < run.requests * shortest_answer * _SLACK:
        return f"answers of {run.bytes // run.requests} bytes on average, {shortest_answer} at least were verified"
    return None
