"""The results of builds, page by page."""

import time
from collections.abc import Mapping

from datasources.homepage.marks import field_of, key_of
from datasources.kit.redis import Client
from datasources.kit.run_counts import RunCounts, Runs
from domain.homepage.keys import HomepageKey


class HomepageBuilds:
    """Counts builds by page, and consecutive failures."""

    def __init__(self, redis: Client, prefix: str) -> None:
        self._redis = redis
        self._counts = RunCounts(redis, f"{prefix}{{homepages}}:runs")
        self._failing_key = f"{prefix}{{homepages}}:failing"

    async def succeeded(self, key: HomepageKey, seconds: float) -> None:
        """Counts a successful build."""
        await self._counts.add({field_of(key): Runs(1, 0, seconds, time.time())})
        await self._redis.hdel(self._failing_key, field_of(key))

    async def failed(self, key: HomepageKey, seconds: float) -> int:
        """Counts a failed build and returns how many failed in a row."""
        await self._counts.add({field_of(key): Runs(1, 1, seconds)})
        return int(await self._redis.hincrby(self._failing_key, field_of(key), 1))

    async def all(self) -> Mapping[HomepageKey, Runs]:
        """The counts of every page with at least one build, successful or not."""
        return {key_of(page): runs for page, runs in (await self._counts.all()).items()}
