"""What became of builds, kept in Redis: workers have no port of their own, so `/metrics` reads it here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from datasources.homepage.marks import field_of, key_of
from datasources.kit.redis import Client
from domain.homepage.keys import HomepageKey


@dataclass(frozen=True, slots=True)
class Builds:
    """Of one page since the first of its builds: how many succeeded and failed, and the seconds of all of them."""

    built: int = 0
    failed: int = 0
    seconds: float = 0.0


class HomepageBuilds:
    """Counts builds by page, and failures in a row."""

    def __init__(self, redis: Client, prefix: str) -> None:
        self._redis = redis
        self._key = f"{prefix}{{homepages}}:builds"
        self._failing_key = f"{prefix}{{homepages}}:failing"

    async def succeeded(self, key: HomepageKey, seconds: float) -> None:
        """A page was built."""
        await self._count(key, "built", seconds)
        await self._redis.hdel(self._failing_key, field_of(key))

    async def failed(self, key: HomepageKey, seconds: float) -> int:
        """A page was not built; how often that was so in a row."""
        await self._count(key, "failed", seconds)
        return int(await self._redis.hincrby(self._failing_key, field_of(key), 1))

    async def _count(self, key: HomepageKey, outcome: str, seconds: float) -> None:
        pipeline: Any = self._redis.pipeline(transaction=False)
        pipeline.hincrby(self._key, f"{outcome} {field_of(key)}", 1)
        pipeline.hincrbyfloat(self._key, f"seconds {field_of(key)}", seconds)
        await pipeline.execute()

    async def all(self) -> Mapping[HomepageKey, Builds]:
        """The counts of every page that was ever built, or was to be."""
        fields: dict[bytes, bytes] = await self._redis.hgetall(self._key)  # type: ignore[assignment]  # bytes here
        values: dict[HomepageKey, dict[str, float]] = {}
        for field, value in fields.items():
            name, _, page = field.decode().partition(" ")
            values.setdefault(key_of(page), {})[name] = float(value)
        return {
            key: Builds(int(of.get("built", 0)), int(of.get("failed", 0)), of.get("seconds", 0.0))
            for key, of in values.items()
        }
