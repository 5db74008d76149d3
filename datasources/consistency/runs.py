"""What the reconciler came to when it last ran, kept in Redis for `/metrics`: the workers serve no HTTP themselves."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from datasources.kit.redis import Client
from domain.consistency import CheckRun, Found


@dataclass(frozen=True, slots=True)
class Kept:
    """The last finished run without its sentences, None before the first; how many finished, and how many failed.

    A run has failed when it was cut off, or finished without having compared everything.
    """

    last: CheckRun | None
    finished: int
    failed: int


class CheckRuns:
    """One hash of the whole fleet."""

    def __init__(self, redis: Client, prefix: str) -> None:
        self._redis = redis
        self._key = f"{prefix}{{check}}:runs"

    async def finished(self, run: CheckRun) -> None:
        """Keeps a run in place of the one before."""
        last = {
            "finished_at": run.finished_at.timestamp(),
            "seconds": run.seconds,
            "found": {name: (part.count, part.complete) for name, part in run.found.items()},
        }
        pipeline: Any = self._redis.pipeline(transaction=False)
        pipeline.hset(self._key, "last", msgspec.json.encode(last))
        pipeline.hincrby(self._key, "finished", 1)
        if not run.complete:
            pipeline.hincrby(self._key, "failed", 1)
        await pipeline.execute()

    async def cut_off(self) -> None:
        """A run did not finish."""
        await self._redis.hincrby(self._key, "failed", 1)

    async def read(self) -> Kept:
        """What is kept."""
        last, finished, failed = await self._redis.hmget(self._key, ["last", "finished", "failed"])
        return Kept(None if last is None else _run(msgspec.json.decode(last)), int(finished or 0), int(failed or 0))


def _run(kept: dict[str, Any]) -> CheckRun:
    found = {name: Found(count, complete=complete) for name, (count, complete) in kept["found"].items()}
    return CheckRun(datetime.fromtimestamp(kept["finished_at"], UTC), kept["seconds"], found)
