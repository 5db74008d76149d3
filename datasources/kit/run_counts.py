"""The results of repeated work. Workers serve no HTTP, so they keep the counts in Redis for `/metrics`."""

from collections.abc import Mapping
from dataclasses import dataclass

from datasources.kit.redis import Client

# The last success is the newest over all workers, in whatever order they write.
_ADD = """
for i = 1, #ARGV, 5 do
  local name, at = ARGV[i], 'succeeded_at ' .. ARGV[i]
  redis.call('HINCRBY', KEYS[1], 'runs ' .. name, ARGV[i + 1])
  redis.call('HINCRBY', KEYS[1], 'failures ' .. name, ARGV[i + 2])
  redis.call('HINCRBYFLOAT', KEYS[1], 'seconds ' .. name, ARGV[i + 3])
  if tonumber(ARGV[i + 4]) > tonumber(redis.call('HGET', KEYS[1], at) or '0') then
    redis.call('HSET', KEYS[1], at, ARGV[i + 4])
  end
end
"""


@dataclass(frozen=True, slots=True)
class Runs:
    """The number of runs, of failures, the seconds of all runs, and the Unix time of the last success (0 before it).

    >>> Runs(1, 0, 0.5, 100.0) + Runs(1, 1, 0.25)
    Runs(runs=2, failures=1, seconds=0.75, succeeded_at=100.0)
    """

    runs: int = 0
    failures: int = 0
    seconds: float = 0.0
    succeeded_at: float = 0.0

    def __add__(self, other: "Runs") -> "Runs":
        latest = max(self.succeeded_at, other.succeeded_at)
        return Runs(
            self.runs + other.runs, self.failures + other.failures, self.seconds + other.seconds, succeeded_at=latest
        )


class RunCounts:
    """Counts of the whole fleet by name, in one hash."""

    def __init__(self, redis: Client, key: str) -> None:
        self._redis = redis
        self._key = key
        self._add = redis.register_script(_ADD)

    async def add(self, counts: Mapping[str, Runs]) -> None:
        """Adds runs to the stored ones. When the answer is lost, they may or may not have been added."""
        values: list[str | int] = []
        for name, each in counts.items():
            values += [name, each.runs, each.failures, f"{each.seconds:.6f}", f"{each.succeeded_at:.3f}"]
        if values:
            await self._add(keys=[self._key], args=values)

    async def all(self) -> Mapping[str, Runs]:
        """The counts of everything that ever ran."""
        fields: dict[bytes, bytes] = await self._redis.hgetall(self._key)  # type: ignore[assignment]  # bytes here
        values: dict[str, dict[str, float]] = {}
        for field, value in fields.items():
            figure, _, name = field.decode().partition(" ")
            values.setdefault(name, {})[figure] = float(value)
        return {name: _runs(figures) for name, figures in values.items()}


def _runs(figures: Mapping[str, float]) -> Runs:
    """The known figures. Figures that this version does not know are left out."""
    runs, failures = int(figures.get("runs", 0)), int(figures.get("failures", 0))
    return Runs(runs, failures, figures.get("seconds", 0.0), figures.get("succeeded_at", 0.0))
