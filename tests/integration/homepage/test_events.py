"""A whole worker: what changes shows on the pages concerned in time, and no other page is built again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bff import worker
from bff.settings.variables import Settings
from bff.stores.wiring import Stores, open_stores
from datasources import tables
from datasources.content.writes import ContentStore
from datasources.kit import outbox
from datasources.kit.database import Tx
from datasources.kit.rows import seconds_from_now
from domain.accounts import Permission, Viewer
from domain.content import Menu
from domain.events import (
    AvailabilityChanged,
    Event,
    FlashSaleChanged,
    FlashSaleEnded,
    FlashSaleStarted,
    HomepagePublished,
    MenuChanged,
    OrderPaid,
    ProductsChanged,
)
from domain.flash_sales import FlashSaleChanges, NewFlashSale, NewFlashSaleItem
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.records import FlashSaleSection, HomepageRecord, Shelf
from domain.homepage.sources import FlashSaleSource, ProductsSource, SectionSource, ShelfSource, SoldOut, TextSection
from domain.inventory import DEFAULT_LOCATION
from services.flash_sales.planning import FlashSaleService
from tests.kit.factories.accounts import add_customer
from tests.kit.factories.catalog import Added, add_collection, add_product
from tests.kit.factories.orders import add_paid_order
from tests.kit.waiting import until

pytestmark = pytest.mark.slow

APART = 2.0
MUGS = HomepageKey("GB", Platform.WEB)
JUGS = HomepageKey("US", Platform.WEB)
TEXT = HomepageKey("EU", Platform.WEB)


class Shop:
    """Open stores with a worker: `mugs` on one page by collection, `jug` on another by hand, a third without any."""

    def __init__(self, stores: Stores, mugs: list[Added], jug: Added, loose: Added) -> None:
        self.stores = stores
        self.mugs, self.jug, self.loose = mugs, jug, loose

    async def change(self, event: Event, *statements: sa.Executable) -> None:
        """Changes rows and writes the event of it."""

        async def change(tx: Tx) -> None:
            for statement in statements:
                await tx.run(statement)
            await outbox.add(tx, event)

        await self.stores.database.transact(change)

    async def builds(self) -> dict[HomepageKey, int]:
        """How often each page was built so far."""
        return {key: builds.runs - builds.failures for key, builds in (await self.stores.homepage_builds.all()).items()}

    async def built_by(self, change: Callable[[], Awaitable[None]]) -> dict[HomepageKey, int]:
        """The builds that a change leads to, once everything is quiet again."""
        before = await self.builds()
        await change()
        await self.quiet()
        return {key: count - before.get(key, 0) for key, count in (await self.builds()).items() if count != before[key]}

    async def quiet(self) -> None:
        """Waits until no event and no mark is left."""

        async def is_quiet() -> bool:
            return not (
                await outbox.backlog(self.stores.database)
                or any((await self.stores.stream.lags()).values())
                or await self.stores.homepage_marks.marked()
            )

        await until(is_quiet)

    async def shows(self, key: HomepageKey, is_shown: Callable[[HomepageRecord], bool]) -> None:
        """Waits until a page shows something."""

        async def shows() -> bool:
            record = await self.stores.homepage_records.get(key)
            return record is not None and is_shown(record)

        await until(shows)


def cards(record: HomepageRecord) -> list[tuple[str, int, bool]]:
    """Handle, price and availability of each card of the first section."""
    shelf = record.sections[0]
    assert isinstance(shelf, Shelf)
    return [(card.handle, card.price.minor, card.available_for_sale) for card in shelf.products]


def showing(shown: list[tuple[str, int, bool]]) -> Callable[[HomepageRecord], bool]:
    """Whether a page shows these cards, in any order."""
    return lambda record: sorted(cards(record)) == sorted(shown)


async def _fill(tx: Tx) -> tuple[list[Added], Added, Added]:
    mugs = [await add_product(tx, price=1_000) for _ in range(2)]
    await add_collection(tx, [mug.product_id for mug in mugs], handle="mugs")
    return mugs, await add_product(tx), await add_product(tx)


@pytest.fixture
async def shop(shop_settings: Settings) -> AsyncIterator[Shop]:
    """An idle shop with built pages."""
    settings = shop_settings.model_copy(update={"homepage_apart_seconds": APART, "trending_seconds": 600.0})
    async with open_stores(settings) as stores:
        shop = Shop(stores, *await stores.database.transact(_fill))
        pages: dict[HomepageKey, SectionSource] = {
            MUGS: ShelfSource("mugs", "Mugs", "mugs"),
            JUGS: ProductsSource("jugs", "Jugs", (shop.jug.product_id,), SoldOut.SHOW),
            TEXT: TextSection("text", "Hello", ""),
        }
        await ContentStore(stores.documents).put_menu(Menu("main", "main", "Main", ()))
        for key, section in pages.items():
            assert await stores.homepage_documents.publish(key, 0, "main" if key is MUGS else "other", (section,))
        stopping = asyncio.Event()
        working = asyncio.create_task(worker.work(stores, stopping))
        for key in pages:
            await shop.shows(key, lambda record: bool(record.sections))

        async def is_ranked() -> bool:
            return bool((await stores.trending.computed("EU"))[1])

        await until(is_ranked)
        await shop.quiet()
        yield shop
        stopping.set()
        with suppress(TimeoutError):
            await working


async def test_a_price_and_a_stock_out_show_in_time(shop: Shop) -> None:
    """Within two seconds and the time between two builds, also right after a build; a product that is back shows
    again."""
    first, second = shop.mugs
    prices, levels = sa.update(tables.prices), sa.update(tables.stock_levels)
    mine = tables.prices.c.variant_id == first.variant_id
    stock = levels.where(tables.stock_levels.c.variant_id == second.variant_id)
    changed, available = ProductsChanged((first.product_id,)), AvailabilityChanged((second.product_id,))
    steps: list[tuple[Event, sa.Executable, list[tuple[str, int, bool]]]] = [
        (changed, prices.where(mine).values(minor=750), [(first.handle, 750, True), (second.handle, 1_000, True)]),
        (available, stock.values(available=0), [(first.handle, 750, True)]),
        (available, stock.values(available=5), [(first.handle, 750, True), (second.handle, 1_000, True)]),
    ]
    before = await shop.builds()
    for event, statement, shown in steps:
        await shop.change(event, statement)
        await shop.shows(MUGS, showing(shown))
    await shop.quiet()
    after = await shop.builds()
    assert {key for key in after if after[key] != before[key]} == {MUGS}
    assert after[MUGS] - before[MUGS] == len(steps)


async def test_no_other_page_is_built_again(shop: Shop) -> None:
    """Counted for each kind of event; a burst of them is one build of each page, a sale of a product none."""
    (mug, _), jug, loose = shop.mugs, shop.jug, shop.loose
    cases: list[tuple[Event, set[HomepageKey]]] = [
        (ProductsChanged((mug.product_id,)), {MUGS}),
        (AvailabilityChanged((jug.product_id,)), {JUGS}),
        (ProductsChanged((loose.product_id,)), set()),
        (AvailabilityChanged((loose.product_id,)), set()),
        (FlashSaleChanged(1), set()),
        (FlashSaleStarted(1, (jug.product_id, loose.product_id)), {JUGS}),
        (FlashSaleEnded(1, (jug.product_id, loose.product_id)), {JUGS}),
        (MenuChanged("main"), {MUGS}),
        (HomepagePublished("EU", "WEB"), {TEXT}),
    ]
    for event, pages in cases:
        built = await shop.built_by(lambda event=event: shop.change(event))  # type: ignore[misc]  # bound now
        assert built == dict.fromkeys(pages, 1), event

    async def burst() -> None:
        for _ in range(20):
            await shop.change(ProductsChanged((mug.product_id, jug.product_id)))

    built = await shop.built_by(burst)
    assert set(built) == {MUGS, JUGS}
    assert max(built.values()) <= 2

    async def sale() -> None:
        order_id = await shop.stores.database.transact(lambda tx: add_paid_order(tx, mug.variant_id))
        await shop.change(OrderPaid(order_id))

    assert await shop.built_by(sale) == {}


async def _planner(shop: Shop) -> Viewer:
    """A member of staff who plans sales."""
    granted = (Permission.FLASH_SALES,)
    key = await shop.stores.database.transact(lambda tx: add_customer(tx, permissions=granted))
    return Viewer(key, permissions=frozenset(granted))


def offers(record: HomepageRecord) -> list[tuple[str, str, int, int]]:
    """Title of the sale, handle, price there and units left of each offer."""
    return [
        (section.sale_title, item.product.handle, item.price.minor, item.units_left)
        for section in record.sections
        if isinstance(section, FlashSaleSection)
        for item in section.items
    ]


async def test_a_flash_sale_shows_from_its_announcement_until_its_end(shop: Shop) -> None:
    """It rebuilds the page with its section, and those that show its products at the price of the moment; no other."""
    (mug, other), stores, page = shop.mugs, shop.stores, HomepageKey("US", Platform.IOS)
    sections = (TextSection("text", "Hello", ""), FlashSaleSource("sale", "Sale"))
    assert await stores.homepage_documents.publish(page, 0, "other", sections)
    await shop.change(HomepagePublished("US", "IOS"))
    await shop.shows(page, lambda record: not offers(record))
    before = await shop.builds()

    async def pass_time(**seconds: int) -> None:
        sale, dialect = tables.flash_sales, stores.database.dialect
        times = {name: seconds_from_now(dialect, after) for name, after in seconds.items()}
        await stores.database.transact(lambda tx: tx.run(sa.update(sale).where(sale.c.id == sale_id).values(times)))

    sales, planner, now = FlashSaleService(stores.database, "GBP"), await _planner(shop), datetime.now(UTC)
    window = now + timedelta(hours=1), now + timedelta(hours=2)
    item = NewFlashSaleItem(mug.variant_id, "5.00", 4, None, DEFAULT_LOCATION)
    sale_id = await sales.create(planner, NewFlashSale("Noon", *window, (item,), now + timedelta(minutes=30)))
    await shop.change(HomepagePublished("US", "IOS"))
    await shop.shows(page, lambda record: record.built_at > now and not offers(record))
    await pass_time(announced_at=-1)
    await shop.shows(page, lambda record: offers(record) == [("Noon", mug.handle, 635, 4)])
    await sales.update(planner, sale_id, FlashSaleChanges(title="High noon"))
    await shop.shows(page, lambda record: offers(record) == [("High noon", mug.handle, 635, 4)])

    await pass_time(starts_at=-1)
    live = [(mug.handle, 500, True), (other.handle, 1_000, True)]
    await shop.shows(MUGS, showing(live))
    await pass_time(starts_at=-60, ends_at=-1)
    over = [(mug.handle, 1_000, True), (other.handle, 1_000, True)]
    await shop.shows(MUGS, showing(over))
    await shop.shows(page, lambda record: not offers(record))
    await shop.quiet()
    after = await shop.builds()
    assert {key for key in after if after[key] != before.get(key, 0)} == {MUGS, page}
