"""Publishes homepages at their scheduled time, and finds those whose record is older than the published version."""

from datetime import UTC, datetime

import structlog

from datasources.homepage.documents import HomepageDocuments
from datasources.homepage.marks import HomepageMarks
from datasources.homepage.records import HomepageRecords
from domain.homepage.keys import HomepageKey, Platform
from domain.territories.markets import Territories
from services.homepage.editing import HomepageService

logger = structlog.get_logger(__name__)


class HomepagePublisher:
    """Any number of workers may run this at once: one of them publishes a page, and marking it twice does no harm.

    The worker's clock decides; if clocks differ, the worker whose clock is ahead publishes.
    """

    def __init__(
        self,
        service: HomepageService,
        documents: HomepageDocuments,
        records: HomepageRecords,
        marks: HomepageMarks,
        territories: Territories,
    ) -> None:
        self._service = service
        self._documents = documents
        self._records = records
        self._marks = marks
        self._territories = territories

    async def publish(self) -> int:
        """Publishes the pages that are due now; returns how many this worker published."""
        return await self.publish_due(datetime.now(UTC))

    async def publish_due(self, now: datetime) -> int:
        """Publishes the pages that are due at `now`; returns how many this worker published."""
        published = 0
        for due in await self._documents.due(now):
            if await self._service.publish_due(due):
                published += 1
                logger.info(
                    "homepage_published_on_schedule", territory=due.key.territory, platform=due.key.platform.value
                )
        return published

    async def mark_behind(self) -> list[HomepageKey]:
        """Marks the pages whose record is missing or older than the published version, because their event was lost."""
        versions = await self._documents.versions()
        wanted: dict[HomepageKey, int] = {}
        for territory in self._territories.all:
            for platform in Platform:
                key = HomepageKey(territory.code, platform)
                shared = HomepageKey(self._territories.default.code, platform)
                if own := versions.get(key):
                    wanted[key] = self._records.rank(own, is_own=True)
                elif version := versions.get(shared):
                    wanted[key] = self._records.rank(version, is_own=False)
        ranks = await self._records.ranks(list(wanted))
        behind = [key for key, rank in wanted.items() if ranks[key] < rank]
        await self._marks.mark(behind)
        return behind
