"""Builds homepages after events: an event marks pages, and a builder rebuilds each marked page.

A mark outlives every worker, so an event is finished once its pages are marked. Only a build that began after a mark
removes it. An event during a build leads to one more build, and any number of events before a build to one build.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

import structlog

from datasources.homepage.builds import HomepageBuilds
from datasources.homepage.documents import HomepageDocuments
from datasources.homepage.index import HomepageIndex
from datasources.homepage.marks import HomepageMarks
from datasources.homepage.records import HomepageRecords
from datasources.kit.lease import Lease
from datasources.kit.redis import Client
from domain.homepage.index import Shown
from domain.homepage.keys import HomepageKey
from domain.territories.markets import Territories
from services.homepage.compose.page import Composer
from services.kit.clock import utc_now

logger = structlog.get_logger(__name__)

BUILD_SECONDS = 20.0
LEASE_SECONDS = 30.0
# The longest pause after failures in a row.
LONGEST_PAUSE = 30.0
_AT_ONCE = 4


class HomepageBuilder:
    """Builds marked pages: each on one builder of the fleet, with at least `apart_seconds` between two builds."""

    def __init__(
        self,
        marks: HomepageMarks,
        documents: HomepageDocuments,
        records: HomepageRecords,
        composer: Composer,
        territories: Territories,
        redis: Client,
        prefix: str,
        *,
        apart_seconds: float = 2.0,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._marks = marks
        self._documents = documents
        self._records = records
        self._composer = composer
        self._territories = territories
        self._index = HomepageIndex(redis, prefix)
        self._builds = HomepageBuilds(redis, prefix)
        self._redis = redis
        self._prefix = prefix
        self._apart_seconds = apart_seconds
        self._ended_at: dict[HomepageKey, float] = {}
        self._clock = clock

    async def turn(self) -> int:
        """Builds the marked pages, except those in progress or just built; returns the number of pages built."""
        free = asyncio.Semaphore(_AT_ONCE)

        async def build(key: HomepageKey) -> bool:
            async with free:
                return await self._build_alone(key)

        await self._marks.mark_due(self._clock())
        return sum(await asyncio.gather(*(build(key) for key in await self._marks.marked())))

    async def _build_alone(self, key: HomepageKey) -> bool:
        """Keeps the lease after a build until the next build may start; each failure makes that wait longer."""
        # If Redis loses its memory it loses the lease too; this limits builds even then.
        if time.monotonic() < self._ended_at.get(key, 0.0) + self._apart_seconds:
            return False
        lease = Lease(self._redis, f"{self._prefix}{{homepages}}:{key.territory}:{key.platform.value}", LEASE_SECONDS)
        if not await lease.take():
            return False
        mark = await self._marks.get(key)
        if mark is None:
            await lease.release()
            return False
        started = time.monotonic()
        pause = self._apart_seconds
        try:
            async with asyncio.timeout(BUILD_SECONDS):
                built = await self._build(key)
        except Exception as error:  # the last good page and the mark stay
            logger.warning(
                "homepage_not_built", territory=key.territory, platform=key.platform.value, error=type(error).__name__
            )
            built = False
            failures = await self._builds.failed(key, time.monotonic() - started)
            pause = max(pause, min(LONGEST_PAUSE, pause * 2.0 ** (failures - 1)))
        else:
            if built:
                await self._builds.succeeded(key, time.monotonic() - started)
            await self._marks.clear(key, mark)
        finally:
            self._ended_at[key] = time.monotonic()
        await lease.extend(pause)
        return built

    async def _build(self, key: HomepageKey) -> bool:
        built_at = self._clock()
        document = await self._documents.published(key)
        territory = self._territories.of_code(key.territory)
        if document is None or territory.code != key.territory:
            await self._records.put_absent(key)
            return False

        async def announce(shown: Shown) -> None:
            await self._index.announce(key, shown)

        composed = await self._composer.compose(key, document, territory, built_at, announce)
        is_own = document.territory == key.territory
        replaced = await self._records.replace(key, composed.record, is_own=is_own, shown=composed.shown)
        await self._marks.mark_at(key, composed.next_change)
        logger.info(
            "homepage_built",
            territory=key.territory,
            platform=key.platform.value,
            version=composed.record.version,
            replaced=replaced,
        )
        return True
