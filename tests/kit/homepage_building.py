"""Builders of homepages that count what they do."""

import asyncio
from datetime import datetime

from bff.stores.wiring import Stores
from datasources.homepage.marks import HomepageMarks
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.sources import (
    HomepageDocument,
    SectionSource,
    TextSection,
)
from domain.territories.markets import Territory
from services.homepage.compose.page import Announce, Composed, Composer, nobody
from workers.homepage.builder import HomepageBuilder

GB, US = HomepageKey("GB", Platform.WEB), HomepageKey("US", Platform.WEB)
TEXT = TextSection("text", "Hello", "<p>Hello</p>")


class Counting(Composer):
    """Counts builds; one can be held up to see what happens meanwhile."""

    def __init__(self, stores: Stores) -> None:
        super().__init__(stores.catalog, stores.content, stores.trending)
        self.built: list[HomepageKey] = []
        self.started = asyncio.Event()
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.fails = False

    async def compose(
        self,
        key: HomepageKey,
        document: HomepageDocument,
        territory: Territory,
        built_at: datetime,
        announce: Announce = nobody,
    ) -> Composed:
        """As ever, once it may end."""
        self.built.append(key)
        self.started.set()
        await self.may_end.wait()
        if self.fails:
            raise OSError("no catalog")
        return await super().compose(key, document, territory, built_at, announce)


def new_builder(stores: Stores, composer: Composer, apart_seconds: float = 0.001) -> HomepageBuilder:
    return HomepageBuilder(
        HomepageMarks(stores.redis, stores.settings.prefix),
        stores.homepage_documents,
        stores.homepage_records,
        composer,
        stores.territories,
        stores.redis,
        stores.settings.prefix,
        apart_seconds=apart_seconds,
    )


async def publish(stores: Stores, key: HomepageKey = GB, *sections: SectionSource) -> None:
    assert await stores.homepage_documents.publish(key, 0, "main", sections or (TEXT,))


async def until_unmarked(builder: HomepageBuilder, marks: HomepageMarks) -> None:
    while await marks.marked():
        await builder.turn()
