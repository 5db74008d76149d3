"""Builds homepages after what happened: events mark pages, a builder makes one page of each again.

A mark outlives every worker, so an event is finished once its pages are marked. Only a build that began after a mark
takes it off: an event during a build leads to one more, and any number of events before a build to one.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import structlog

from datasources.homepage import HomepageDocuments, HomepageRecords
from datasources.homepage_marks import HomepageMarks
from datasources.lease import Lease
from datasources.redis import Client
from domain.events import Event, HomepageMissing, HomepagePublished
from domain.homepage import HomepageKey, Platform
from domain.territories import Territories
from workers.homepage_page import Composer
from workers.pauses import Pauses, jittered, wait

logger = structlog.get_logger(__name__)

BUILD_SECONDS = 20.0
LEASE_SECONDS = 30.0
_AT_ONCE = 4


class PageMarker:
    """Knows which pages an event makes old."""

    def __init__(self, marks: HomepageMarks, territories: Territories) -> None:
        self._marks = marks
        self._territories = territories

    async def handle(self, events: Sequence[Event]) -> None:
        """Marks the pages of all events at once."""
        await self._marks.mark({key for event in events for key in self._pages_of(event)})

    async def mark_all(self) -> None:
        """Marks every page."""
        await self._marks.mark(self._pages())

    def _pages(self, platforms: Iterable[Platform] = tuple(Platform)) -> list[HomepageKey]:
        return [HomepageKey(territory.code, platform) for platform in platforms for territory in self._territories.all]

    def _pages_of(self, event: Event) -> list[HomepageKey]:
        if not isinstance(event, HomepagePublished | HomepageMissing):
            return self._pages()
        # A page of the default territory is shown wherever there is no other.
        is_default = event.territory == self._territories.default.code
        pages = self._pages([platform for platform in Platform if platform.value == event.platform])
        everywhere = is_default and isinstance(event, HomepagePublished)
        return pages if everywhere else [page for page in pages if page.territory == event.territory]


class HomepageBuilder:
    """Builds marked pages, each by one builder of the fleet at a time, `apart_seconds` at least between two builds."""

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
        idle_seconds: float = 0.2,
    ) -> None:
        self._marks = marks
        self._documents = documents
        self._records = records
        self._composer = composer
        self._territories = territories
        self._redis = redis
        self._prefix = prefix
        self._apart_seconds = apart_seconds
        self._idle_seconds = idle_seconds
        self._ended: dict[HomepageKey, float] = {}

    async def run(self, stopping: asyncio.Event) -> None:
        """Builds until told to stop; the builds at hand are finished first."""
        pauses = Pauses(stopping)
        while not stopping.is_set():
            try:
                await self.turn()
            except Exception as error:  # Redis is out of reach; the marks are kept there
                logger.warning("homepages_not_read", error=type(error).__name__)
                await pauses.after_failure()
            else:
                pauses.succeeded()
                await wait(stopping, jittered(self._idle_seconds))

    async def turn(self) -> int:
        """Builds the marked pages that nobody builds and that were not built just now; how many it built."""
        free = asyncio.Semaphore(_AT_ONCE)

        async def build(key: HomepageKey) -> bool:
            async with free:
                return await self._build_alone(key)

        return sum(await asyncio.gather(*(build(key) for key in await self._marks.marked())))

    async def _build_alone(self, key: HomepageKey) -> bool:
        """Keeps the lease after the build for as long as the next one has to wait, after a failure too."""
        if time.monotonic() - self._ended.get(key, float("-inf")) < self._apart_seconds:
            return False  # a Redis that was emptied has forgotten the lease, but not this process
        lease = Lease(self._redis, f"{self._prefix}{{homepages}}:{key.territory}:{key.platform.value}", LEASE_SECONDS)
        if not await lease.take():
            return False
        mark = await self._marks.get(key)
        if mark is None:
            await lease.release()
            return False
        try:
            async with asyncio.timeout(BUILD_SECONDS):
                built = await self._build(key)
        except Exception as error:  # the last good page stays, and so does the mark
            logger.warning(
                "homepage_not_built", territory=key.territory, platform=key.platform.value, error=type(error).__name__
            )
            built = False
        else:
            await self._marks.clear(key, mark)
        self._ended[key] = time.monotonic()
        await lease.extend(self._apart_seconds)
        return built

    async def _build(self, key: HomepageKey) -> bool:
        built_at = datetime.now(UTC)
        document = await self._documents.published(key)
        territory = self._territories.of_code(key.territory)
        if document is None or territory.code != key.territory:
            await self._records.put_absent(key)
            return False
        record = await self._composer.compose(key, document, territory, built_at)
        replaced = await self._records.replace(key, record, is_own=document.territory == key.territory)
        logger.info(
            "homepage_built",
            territory=key.territory,
            platform=key.platform.value,
            version=record.version,
            replaced=replaced,
        )
        return True
