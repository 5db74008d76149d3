"""Builds of homepages: marks, leases and what a page shows."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest
import sqlalchemy as sa

from bff.stores.wiring import Stores
from datasources import tables
from datasources.homepage.index import HomepageIndex
from datasources.homepage.marks import HomepageMarks
from datasources.kit.database import Tx
from domain.events import Event, HomepageMissing, HomepagePublished, ProductsChanged
from domain.homepage.keys import HomepageKey
from domain.homepage.records import Shelf
from domain.homepage.sources import (
    HomepageDocument,
    ProductsSource,
    TextSection,
)
from domain.territories.markets import Territory
from services.homepage.compose.page import Announce, Composed, Composer, nobody
from tests.kit.factories.catalog import add_product
from tests.kit.fixtures.stores import remove_keys
from tests.kit.homepage_building import GB, TEXT, US, Counting, new_builder, publish, until_unmarked
from workers.homepage.marker import PageMarker


@pytest.fixture
def marker(stores: Stores, marks: HomepageMarks) -> PageMarker:
    """Marks the pages of events."""
    return PageMarker(marks, HomepageIndex(stores.redis, stores.settings.prefix), stores.territories)


async def test_an_event_marks_the_pages_it_makes_old(marker: PageMarker, marks: HomepageMarks) -> None:
    """A territory's own page only itself, the default one all that may show it, products that no page shows none."""
    cases: list[tuple[Event, int]] = [
        (HomepageMissing("GB", "WEB"), 1),
        (HomepagePublished("US", "WEB"), 1),
        (HomepageMissing("XX", "WEB"), 0),
        (HomepageMissing("GB", "FRIDGE"), 0),
        (HomepagePublished("GB", "IOS"), 3),
        (ProductsChanged((1,)), 0),
    ]
    for event, pages in cases:
        await marker.handle([event])
        marked = await marks.marked()
        assert len(marked) == pages, event
        for key in marked:
            mark = await marks.get(key)
            assert mark is not None
            await marks.clear(key, mark)


async def test_a_storm_of_events_builds_each_page_once(stores: Stores, marker: PageMarker, composer: Counting) -> None:
    """500 visitors miss two pages; five builders are at work."""
    await publish(stores)
    await marker.handle([HomepageMissing(("GB", "US")[number % 2], "WEB") for number in range(500)])
    await asyncio.gather(*(new_builder(stores, composer, apart_seconds=60).turn() for _ in range(5)))
    assert sorted(key.territory for key in composer.built) == ["GB", "US"]
    assert await stores.homepage_records.get(GB) is not None


async def test_an_event_during_a_build_leads_to_exactly_one_more(
    stores: Stores, marker: PageMarker, marks: HomepageMarks, composer: Counting
) -> None:
    """Three events come while the first build is held up."""
    await publish(stores)
    builder = new_builder(stores, composer)
    composer.may_end.clear()
    await marker.handle([HomepageMissing("GB", "WEB")])
    first = asyncio.create_task(builder.turn())
    await composer.started.wait()
    for _ in range(3):
        await marker.handle([HomepageMissing("GB", "WEB")])
    composer.may_end.set()
    assert await first == 1
    await until_unmarked(builder, marks)
    assert composer.built == [GB, GB]


class Slow(Counting):
    """Holds a page up that is composed, but not there yet."""

    async def compose(
        self,
        key: HomepageKey,
        document: HomepageDocument,
        territory: Territory,
        built_at: datetime,
        announce: Announce = nobody,
    ) -> Composed:
        """The page as it was read before the wait."""
        composed = await Composer.compose(self, key, document, territory, built_at, announce)
        self.built.append(key)
        self.started.set()
        await self.may_end.wait()
        return composed


async def test_a_change_after_a_build_has_read_finds_the_page(
    stores: Stores, marker: PageMarker, marks: HomepageMarks
) -> None:
    """Though it is the first build of all, and no record says yet what the page shows."""
    mug = await stores.database.transact(add_product)
    await publish(stores, GB, ProductsSource("chosen", "Chosen", (mug.product_id,)))
    slow = Slow(stores)
    slow.may_end.clear()
    builder = new_builder(stores, slow)
    await marker.handle([HomepageMissing("GB", "WEB")])
    first = asyncio.create_task(builder.turn())
    await slow.started.wait()
    cheaper = sa.update(tables.prices).where(tables.prices.c.variant_id == mug.variant_id).values(minor=1)

    async def change(tx: Tx) -> None:
        await tx.run(cheaper)

    await stores.database.transact(change)
    await marker.handle([ProductsChanged((mug.product_id,))])
    slow.may_end.set()
    assert await first == 1
    await until_unmarked(builder, marks)
    record = await stores.homepage_records.get(GB)
    assert record is not None
    (shelf,) = record.sections
    assert isinstance(shelf, Shelf)
    assert (shelf.products[0].price.minor, slow.built) == (1, [GB, GB])


async def test_a_redis_that_loses_its_memory_again_and_again_costs_one_build_at_a_time(
    stores: Stores, marker: PageMarker, composer: Counting
) -> None:
    """Lease and mark are gone each time, and visitors report the page each time: the worker keeps its pause."""
    await publish(stores)
    builder = new_builder(stores, composer, apart_seconds=60)
    for _ in range(10):
        await remove_keys(stores.redis, stores.settings.prefix)
        await marker.handle([HomepageMissing("GB", "WEB")])
        await builder.turn()
    assert composer.built == [GB]


async def test_failures_in_a_row_are_tried_again_later_and_later(stores: Stores, composer: Counting) -> None:
    """Twice the time after each, half a minute at most; a success resets the time."""
    await publish(stores)
    composer.fails = True
    lease = f"{stores.settings.prefix}{{homepages}}:GB:WEB"
    pauses = []
    await stores.homepage_marks.mark([GB])
    for _ in range(6):
        await new_builder(stores, composer, apart_seconds=2.0).turn()
        pauses.append(round(await stores.redis.pttl(lease) / 1000))
        await stores.redis.delete(lease)
    assert pauses == [2, 4, 8, 16, 30, 30]
    composer.fails = False
    await new_builder(stores, composer, apart_seconds=2.0).turn()
    assert await stores.homepage_builds.failed(GB, 0.0) == 1


async def test_no_page_is_built_by_two_at_once(stores: Stores, marker: PageMarker, composer: Counting) -> None:
    """While one builder is at work, another one finds nothing to do, and nothing right after it either."""
    await publish(stores)
    composer.may_end.clear()
    await marker.handle([HomepageMissing("GB", "WEB")])
    first = asyncio.create_task(new_builder(stores, composer, apart_seconds=60).turn())
    await composer.started.wait()
    assert await new_builder(stores, composer).turn() == 0
    composer.may_end.set()
    assert await first == 1
    await marker.handle([HomepageMissing("GB", "WEB")])
    assert await new_builder(stores, composer).turn() == 0
    assert composer.built == [GB]


async def test_a_failed_build_keeps_its_mark_and_the_last_page(
    stores: Stores, marker: PageMarker, marks: HomepageMarks, composer: Counting
) -> None:
    """The page is built once that is possible again."""
    await publish(stores)
    builder = new_builder(stores, composer)
    await marker.handle([HomepageMissing("GB", "WEB")])
    await until_unmarked(builder, marks)
    before = await stores.homepage_records.get(GB)
    composer.fails = True
    await marker.handle([HomepageMissing("GB", "WEB")])
    while len(composer.built) < 2:
        await builder.turn()
    assert await stores.homepage_records.get(GB) == before
    assert await marks.marked() == [GB]
    composer.fails = False
    await until_unmarked(builder, marks)
    after = await stores.homepage_records.get(GB)
    assert before is not None
    assert after is not None
    assert after.built_at > before.built_at


async def test_a_territory_without_own_page_shows_the_default_one_until_it_has_one(
    stores: Stores, marker: PageMarker, marks: HomepageMarks, composer: Counting
) -> None:
    """Its first own version replaces the second version of the default page, and no build of that comes back."""
    await publish(stores)
    assert await stores.homepage_documents.publish(GB, 1, "main", (TEXT,))
    builder = new_builder(stores, composer)
    await marker.handle([HomepagePublished("GB", "WEB")])
    await until_unmarked(builder, marks)
    shared = await stores.homepage_records.get(US)
    assert shared is not None
    assert shared.version == 2
    own = TextSection("own", "Howdy", "")
    assert await stores.homepage_documents.publish(US, 0, "main", (own,))
    await marker.handle([HomepagePublished("US", "WEB")])
    await until_unmarked(builder, marks)
    page = await stores.homepage_records.get(US)
    assert page is not None
    assert (page.version, page.sections) == (1, (own,))
    assert not await stores.homepage_records.replace(US, replace(shared, built_at=page.built_at), is_own=False)
