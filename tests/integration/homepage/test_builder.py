"""Builds of homepages: marks, leases and what a page shows."""

import asyncio
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa

from bff.stores.wiring import Stores
from datasources import tables
from datasources.content.writes import ContentStore
from datasources.homepage.index import HomepageIndex
from datasources.homepage.marks import HomepageMarks
from datasources.kit.database import Tx
from domain.catalog.records import Image, ProductContent
from domain.content import Menu, MenuItem
from domain.events import Event, HomepageMissing, HomepagePublished, ProductsChanged
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.records import HomepageRecord, MenuEntry, Shelf, TopCategories
from domain.homepage.sources import (
    HomepageDocument,
    ProductsSource,
    SectionSource,
    ShelfSource,
    SoldOut,
    TextSection,
    TopCategoriesSource,
)
from domain.kit.money import Money
from domain.territories.markets import Territory
from services.homepage.compose.page import Announce, Composed, Composer, nobody
from tests.kit.factories.catalog import Added, add_collection, add_product
from tests.kit.fixtures.stores import remove_keys
from workers.homepage.builder import HomepageBuilder
from workers.homepage.marker import PageMarker

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


@pytest.fixture
def composer(stores: Stores) -> Counting:
    """A composer that counts."""
    return Counting(stores)


@pytest.fixture
def marks(stores: Stores) -> HomepageMarks:
    """The marks of the shop."""
    return HomepageMarks(stores.redis, stores.settings.prefix)


@pytest.fixture
def marker(stores: Stores, marks: HomepageMarks) -> PageMarker:
    """Marks the pages of events."""
    return PageMarker(marks, HomepageIndex(stores.redis, stores.settings.prefix), stores.territories)


def _builder(stores: Stores, composer: Composer, apart_seconds: float = 0.001) -> HomepageBuilder:
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


async def _publish(stores: Stores, key: HomepageKey = GB, *sections: SectionSource) -> None:
    assert await stores.homepage_documents.publish(key, 0, "main", sections or (TEXT,))


async def _until_unmarked(builder: HomepageBuilder, marks: HomepageMarks) -> None:
    async with asyncio.timeout(30):
        while await marks.marked():
            await builder.turn()


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
    await _publish(stores)
    await marker.handle([HomepageMissing(("GB", "US")[number % 2], "WEB") for number in range(500)])
    await asyncio.gather(*(_builder(stores, composer, apart_seconds=60).turn() for _ in range(5)))
    assert sorted(key.territory for key in composer.built) == ["GB", "US"]
    assert await stores.homepage_records.get(GB) is not None


async def test_an_event_during_a_build_leads_to_exactly_one_more(
    stores: Stores, marker: PageMarker, marks: HomepageMarks, composer: Counting
) -> None:
    """Three events come while the first build is held up."""
    await _publish(stores)
    builder = _builder(stores, composer)
    composer.may_end.clear()
    await marker.handle([HomepageMissing("GB", "WEB")])
    first = asyncio.create_task(builder.turn())
    await composer.started.wait()
    for _ in range(3):
        await marker.handle([HomepageMissing("GB", "WEB")])
    composer.may_end.set()
    assert await first == 1
    await _until_unmarked(builder, marks)
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
    await _publish(stores, GB, ProductsSource("chosen", "Chosen", (mug.product_id,)))
    slow = Slow(stores)
    slow.may_end.clear()
    builder = _builder(stores, slow)
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
    await _until_unmarked(builder, marks)
    record = await stores.homepage_records.get(GB)
    assert record is not None
    (shelf,) = record.sections
    assert isinstance(shelf, Shelf)
    assert (shelf.products[0].price.minor, slow.built) == (1, [GB, GB])


async def test_a_redis_that_loses_its_memory_again_and_again_costs_one_build_at_a_time(
    stores: Stores, marker: PageMarker, composer: Counting
) -> None:
    """Lease and mark are gone each time, the visitors come back each time: the worker keeps its pause."""
    await _publish(stores)
    builder = _builder(stores, composer, apart_seconds=60)
    for _ in range(10):
        await remove_keys(stores.redis, stores.settings.prefix)
        await marker.handle([HomepageMissing("GB", "WEB")])
        await builder.turn()
    assert composer.built == [GB]


async def test_failures_in_a_row_are_tried_again_later_and_later(stores: Stores, composer: Counting) -> None:
    """Twice the time after each, half a minute at most; a success begins anew."""
    await _publish(stores)
    composer.fails = True
    lease = f"{stores.settings.prefix}{{homepages}}:GB:WEB"
    pauses = []
    await stores.homepage_marks.mark([GB])
    for _ in range(6):
        await _builder(stores, composer, apart_seconds=2.0).turn()
        pauses.append(round(await stores.redis.pttl(lease) / 1000))
        await stores.redis.delete(lease)
    assert pauses == [2, 4, 8, 16, 30, 30]
    composer.fails = False
    await _builder(stores, composer, apart_seconds=2.0).turn()
    assert await stores.homepage_builds.failed(GB, 0.0) == 1


async def test_no_page_is_built_by_two_at_once(stores: Stores, marker: PageMarker, composer: Counting) -> None:
    """While one builder is at work, another one finds nothing to do, and nothing right after it either."""
    await _publish(stores)
    composer.may_end.clear()
    await marker.handle([HomepageMissing("GB", "WEB")])
    first = asyncio.create_task(_builder(stores, composer, apart_seconds=60).turn())
    await composer.started.wait()
    assert await _builder(stores, composer).turn() == 0
    composer.may_end.set()
    assert await first == 1
    await marker.handle([HomepageMissing("GB", "WEB")])
    assert await _builder(stores, composer).turn() == 0
    assert composer.built == [GB]


async def test_a_failed_build_keeps_its_mark_and_the_last_page(
    stores: Stores, marker: PageMarker, marks: HomepageMarks, composer: Counting
) -> None:
    """The page is built once that is possible again."""
    await _publish(stores)
    builder = _builder(stores, composer)
    await marker.handle([HomepageMissing("GB", "WEB")])
    await _until_unmarked(builder, marks)
    before = await stores.homepage_records.get(GB)
    composer.fails = True
    await marker.handle([HomepageMissing("GB", "WEB")])
    async with asyncio.timeout(30):
        while len(composer.built) < 2:
            await builder.turn()
    assert await stores.homepage_records.get(GB) == before
    assert await marks.marked() == [GB]
    composer.fails = False
    await _until_unmarked(builder, marks)
    after = await stores.homepage_records.get(GB)
    assert before is not None
    assert after is not None
    assert after.built_at > before.built_at


async def test_a_territory_without_own_page_shows_the_default_one_until_it_has_one(
    stores: Stores, marker: PageMarker, marks: HomepageMarks, composer: Counting
) -> None:
    """Its first own version replaces the second version of the default page, and no build of that comes back."""
    await _publish(stores)
    assert await stores.homepage_documents.publish(GB, 1, "main", (TEXT,))
    builder = _builder(stores, composer)
    await marker.handle([HomepagePublished("GB", "WEB")])
    await _until_unmarked(builder, marks)
    shared = await stores.homepage_records.get(US)
    assert shared is not None
    assert shared.version == 2
    own = TextSection("own", "Howdy", "")
    assert await stores.homepage_documents.publish(US, 0, "main", (own,))
    await marker.handle([HomepagePublished("US", "WEB")])
    await _until_unmarked(builder, marks)
    page = await stores.homepage_records.get(US)
    assert page is not None
    assert (page.version, page.sections) == (1, (own,))
    assert not await stores.homepage_records.replace(US, replace(shared, built_at=page.built_at), is_own=False)


async def _fill(stores: Stores) -> tuple[Added, Added, Added]:
    """A best seller with picture and reduction, one sold out, one never sold; all in the collection `mugs`."""

    async def fill(tx: Tx) -> tuple[Added, Added, Added]:
        best = await add_product(tx, title="Best", variants=("S", "L"), price=1_000)
        sold_out = await add_product(tx, title="Sold out", price=500, stock=0)
        unsold = await add_product(tx, title="Unsold", price=200)
        cheaper = tables.prices.c.variant_id == best.variant_ids[1]
        await tx.run(sa.update(tables.prices).where(cheaper).values(minor=800, compare_at_minor=1_200))
        for product, units in ((best, 9), (sold_out, 5)):
            sold = sa.update(tables.products).where(tables.products.c.id == product.product_id)
            await tx.run(sold.values(units_sold=units))
        keys = [unsold.product_id, sold_out.product_id, best.product_id]
        await add_collection(tx, keys, handle="mugs", title="Mugs")
        await add_collection(tx, keys, handle="hidden-everything", title="Everything")
        await add_collection(tx, [], handle="empty")
        await add_collection(tx, [unsold.product_id], handle="new", title="New")
        return best, sold_out, unsold

    added = await stores.database.transact(fill)
    content = ContentStore(stores.documents)
    image = Image("gid://storefront/Image/1", "/media/pictures/best.svg", "Best", 640, 480)
    await content.put_products({added[0].product_id: ProductContent(added[0].product_id, images=(image,))})
    items = (MenuItem("1", "Shop", "/shop", items=(MenuItem("2", "Mugs", "/mugs"),)),)
    await content.put_menu(Menu("main", "main", "Main", items))
    return added


async def _built(stores: Stores, key: HomepageKey, composer: Composer) -> HomepageRecord:
    marks = HomepageMarks(stores.redis, stores.settings.prefix)
    await marks.mark([key])
    await _until_unmarked(_builder(stores, composer), marks)
    record = await stores.homepage_records.get(key)
    assert record is not None
    return record


async def test_a_page_shows_best_sellers_at_their_lowest_price(stores: Stores, composer: Counting) -> None:
    """Menu, shelf by units sold, top categories without the hidden one; what is missing or empty is left out."""
    best, sold_out, unsold = await _fill(stores)
    await _publish(
        stores,
        GB,
        ShelfSource("shelf", "Our mugs", "mugs", 2, SoldOut.SHOW),
        ShelfSource("none", "Nothing", "no-such-collection"),
        ShelfSource("empty", "Empty", "empty"),
        TopCategoriesSource("top", "Top", 5, 1),
    )
    record = await _built(stores, GB, composer)
    assert record.menu == (MenuEntry("Shop", "/shop", (MenuEntry("Mugs", "/mugs"),)),)
    shelf, top = record.sections
    assert isinstance(shelf, Shelf)
    assert (shelf.id, shelf.title, shelf.handle) == ("shelf", "Our mugs", "mugs")
    first, second = shelf.products
    assert (first.id, first.handle) == (f"gid://storefront/Product/{best.product_id}", best.handle)
    assert (first.price, first.compare_at_price) == (Money(800, "GBP"), Money(1_200, "GBP"))
    assert first.image is not None
    assert first.image.url == "/media/pictures/best.svg"
    assert (second.handle, second.available_for_sale) == (sold_out.handle, False)
    assert isinstance(top, TopCategories)
    assert [(category.handle, [card.handle for card in category.products]) for category in top.categories] == [
        ("mugs", [best.handle]),
        ("new", [unsold.handle]),
    ]


async def test_prices_are_in_the_currency_of_the_territory(stores: Stores, composer: Counting) -> None:
    """The default territory's page, at the exchange rate of the United States."""
    await _fill(stores)
    await _publish(stores, GB, ShelfSource("shelf", "Our mugs", "mugs"))
    rate = stores.territories.of_code("US").rate
    (shelf,) = (await _built(stores, US, composer)).sections
    assert isinstance(shelf, Shelf)
    assert shelf.products[0].price == Money(int(Decimal(800) * rate), "USD")
    assert (await _built(stores, GB, composer)).territory == "GB"


async def test_more_shelves_need_no_more_statements(stores: Stores, composer: Counting) -> None:
    """One shelf and six, of other collections and sizes, take the same."""
    await _fill(stores)
    await _publish(stores, GB, ShelfSource("0", "Mugs", "mugs", 3), TopCategoriesSource("top", "Top", 5, 2))
    six = tuple(ShelfSource(str(number), "Mugs", ("mugs", "new")[number % 2], number + 1) for number in range(6))
    key = HomepageKey("GB", Platform.IOS)
    await _publish(stores, key, *six, TopCategoriesSource("top", "Top", 3, 4))
    counts = []
    for each in (GB, key):
        before = stores.database.statements, stores.documents.commands
        record = await _built(stores, each, composer)
        counts.append((stores.database.statements - before[0], stores.documents.commands - before[1]))
    assert len(record.sections) == 7
    assert counts[0] == counts[1] == (6, 3)
