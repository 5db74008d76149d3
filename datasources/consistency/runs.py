"""The result of the last reconciler run, kept in Redis for `/metrics`: workers serve no HTTP themselves."""

from collections.abc import Mapping
from typing import Any

import msgspec

from datasources.kit.redis import Client
from domain.consistency import Found


class CheckRuns:
    """One hash for the whole fleet."""

    def __init__(self, redis: Client, prefix: str) -> None:
        self._redis = redis
        self._key = f"{prefix}{{check}}:runs"

    async def keep(self, found: Mapping[str, Found]) -> None:
        """Replaces the result of the last run, without its sentences."""
        kept = {name: (part.count, part.complete) for name, part in found.items()}
        await self._redis.hset(self._key, "found", msgspec.json.encode(kept))

    async def read(self) -> Mapping[str, Found]:
        """The result of the last finished run, by part; empty before the first run."""
        kept: Any = await self._redis.hget(self._key, "found")
        found = {} if kept is None else msgspec.json.decode(kept)
        return {name: Found(count, complete=complete) for name, (count, complete) in found.items()}
