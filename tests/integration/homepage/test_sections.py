"""What each kind of section shows, and when a page looks different without any event."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bff.stores.wiring import Stores
from bff.worker import trending_counter, trending_keeper
from datasources import tables
from datasources.content.writes import ContentStore
from datasources.kit.database import Tx
from domain.catalog.records import ProductStatus
from domain.content import Menu, MenuItem
from domain.homepage.index import Shown
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.records import (
    FlashSaleCard,
    FlashSaleSection,
    MenuEntry,
    MenuSection,
    Recommendations,
    Section,
    Shelf,
    TopCategories,
)
from domain.homepage.sales import Sale, SaleItem
from domain.homepage.sources import (
    FlashSaleSource,
    HomepageDocument,
    MenuSource,
    ProductsSource,
    RecommendationsSource,
    SectionSource,
    ShelfSource,
    SoldOut,
    TextSection,
    Timed,
    TopCategoriesSource,
    TrendingSource,
)
from domain.kit.ids import global_id
from domain.kit.money import Money
from domain.territories.markets import Territory
from services.homepage.compose.page import Composed, Composer
from tests.integration.trending.test_trending import sell
from tests.kit.factories.catalog import Added, add_collection, add_product
from tests.kit.waiting import until
from workers.homepage.builder import HomepageBuilder

GB = HomepageKey("GB", Platform.WEB)
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class OneSale:
    """Flash sales of a shop that has one; it is over at its end."""

    def __init__(self, sale: Sale) -> None:
        self.sale_of: Mapping[int | None, Sale] = {sale.id: sale, None: sale}

    async def sale(self, sale_id: int | None, territory: Territory) -> Sale | None:
        """The sale."""
        return self.sale_of.get(sale_id)


async def composed(
    stores: Stores, *sections: SectionSource, sales: OneSale | None = None, at: datetime = NOW
) -> Composed:
    """A page of these sections."""
    composer = Composer(stores.catalog, stores.content, stores.trending, sales)
    document = HomepageDocument("GB", Platform.WEB, 1, "main", sections)
    return await composer.compose(GB, document, stores.territories.default, at)


def ids(section: Section) -> list[str]:
    """The products of a row."""
    assert isinstance(section, Shelf | Recommendations)
    return [card.id for card in section.products]


def gids(*products: Added) -> list[str]:
    """Global ids of products."""
    return [global_id("Product", product.product_id) for product in products]


async def five(tx: Tx) -> list[Added]:
    """Products that sold less and less: the second is sold out, the third is hidden."""
    products = [await add_product(tx, stock=0 if number == 1 else 10) for number in range(5)]
    hidden = sa.update(tables.products).where(tables.products.c.id == products[2].product_id)
    await tx.run(hidden.values(status=ProductStatus.DRAFT.value))
    for product, units in zip(products, (50, 40, 30, 20, 10), strict=True):
        await sell(tx, product.variant_id, units)
    await add_collection(tx, [product.product_id for product in products], handle="mugs")
    await add_collection(tx, [products[4].product_id], handle="jugs", title="Jugs")
    return products


@pytest.fixture
async def products(stores: Stores) -> list[Added]:
    """Five products with their sales counted."""
    added = await stores.database.transact(five)
    await trending_keeper(stores, trending_counter(stores)).turn()
    return added


async def test_rows_show_best_sellers_of_the_territory(stores: Stores, products: list[Added]) -> None:
    """Sold-out products are left out or shown, as the section says; hidden ones never are."""
    first, gone, _, fourth, fifth = products
    page = await composed(
        stores,
        TrendingSource("a", "Trending", 2),
        TrendingSource("b", "Trending", 3, SoldOut.SHOW),
        ShelfSource("c", "Mugs", "mugs", 2),
        RecommendationsSource("d", "For you", 9),
        TopCategoriesSource("e", "Top", 2, 1),
        ProductsSource("f", "Chosen", (fifth.product_id, gone.product_id, first.product_id, 99)),
    )
    trending, shown, shelf, recommended, top, chosen = page.record.sections
    assert ids(trending) == gids(first, fourth)
    assert ids(shown) == gids(first, gone, fourth)
    assert ids(shelf) == gids(first, fourth)
    assert ids(recommended) == gids(first, fourth, fifth)
    assert isinstance(top, TopCategories)
    assert [(shelf.handle, ids(shelf)) for shelf in top.categories] == [("mugs", gids(first)), ("jugs", gids(fifth))]
    assert ids(chosen) == gids(fifth, first)


async def test_a_page_is_known_by_what_would_change_it(stores: Stores, products: list[Added]) -> None:
    """What it shows, and what would be shown if it were not sold out; not what comes after the last of a row."""
    first, gone, _, fourth, _ = products
    page = await composed(stores, ShelfSource("c", "Mugs", "mugs", 2), MenuSource("m", "Shop", "footer"))
    assert page.shown == Shown(
        products=frozenset(product.product_id for product in (first, gone, fourth)),
        collections=frozenset({"mugs"}),
        menus=frozenset({"main", "footer"}),
        follows_trends=True,
    )
    page = await composed(stores, TopCategoriesSource("e", "Top", 1, 1), FlashSaleSource("f", "Sale", 4))
    assert page.shown.collections == {"mugs"}
    assert page.shown.sales == {4}
    assert not page.shown.follows_sales
    assert (await composed(stores, FlashSaleSource("f", "Sale"))).shown.follows_sales


async def test_what_has_left_a_collection_is_not_shown_there(stores: Stores, products: list[Added]) -> None:
    """Though it is still ranked in it."""
    first, _, _, fourth, fifth = products
    gone = sa.delete(tables.collection_products).where(tables.collection_products.c.product_id == first.product_id)

    async def leave(tx: Tx) -> None:
        await tx.run(gone)

    await stores.database.transact(leave)
    (shelf,) = (await composed(stores, ShelfSource("c", "Mugs", "mugs", 9))).record.sections
    assert ids(shelf) == gids(fourth, fifth)


async def test_without_sales_rows_are_filled_all_the_same(stores: Stores) -> None:
    """By units sold in earlier times, in the order of their keys falling."""
    products = [await stores.database.transact(add_product) for _ in range(3)]
    (shelf,) = (await composed(stores, TrendingSource("a", "Trending", 2))).record.sections
    assert ids(shelf) == gids(*reversed(products[1:]))


async def test_menus_are_parts_of_the_page(stores: Stores) -> None:
    """One that is not there is left out."""
    items = (MenuItem("1", "Shop", "/shop"),)
    await ContentStore(stores.documents).put_menu(Menu("footer", "footer", "Footer", items))
    page = await composed(stores, MenuSource("m", "Shop", "footer"), MenuSource("n", "None", "nowhere"))
    assert page.record.sections == (MenuSection("m", "Shop", (MenuEntry("Shop", "/shop"),)),)
    assert page.record.menu == ()


async def test_sections_appear_and_end_at_their_times(stores: Stores) -> None:
    """The page says when it will look different next."""
    text = TextSection("a", "Now", "")
    later = Timed(TextSection("b", "Later", ""), NOW + HOUR, NOW + 2 * HOUR)
    ending = Timed(TextSection("c", "Ending", ""), None, NOW + 3 * HOUR)
    shown = {
        NOW: ("ac", NOW + HOUR),
        NOW + HOUR: ("abc", NOW + 2 * HOUR),
        NOW + 2 * HOUR: ("ac", NOW + 3 * HOUR),
        NOW + 3 * HOUR: ("a", None),
    }
    for at, (names, next_change) in shown.items():
        page = await composed(stores, text, later, ending, at=at)
        assert ("".join(section.id for section in page.record.sections), page.next_change) == (names, next_change)


def _sale(product: Added, units: int = 3) -> Sale:
    items = (SaleItem(product.product_id, Money(400, "GBP"), units), SaleItem(99, Money(1, "GBP"), 1))
    return Sale(7, "Midnight", NOW + HOUR, NOW + 2 * HOUR, items)


async def test_a_flash_sale_shows_its_prices_and_what_is_left(stores: Stores, products: list[Added]) -> None:
    """With its times: the page changes at its start and its end. Without a reader of sales the section is left out."""
    (first, *_) = products
    section = FlashSaleSource("f", "Sale")
    page = await composed(stores, section, sales=OneSale(_sale(first)))
    (made,) = page.record.sections
    assert isinstance(made, FlashSaleSection)
    assert (made.sale_title, made.starts_at, made.ends_at) == ("Midnight", NOW + HOUR, NOW + 2 * HOUR)
    (item,) = made.items
    assert isinstance(item, FlashSaleCard)
    assert (item.product.handle, item.price, item.units_left) == (first.handle, Money(400, "GBP"), 3)
    assert page.shown.products == {first.product_id, 99}
    assert page.next_change == NOW + HOUR
    during = await composed(stores, section, sales=OneSale(_sale(first, 0)), at=NOW + HOUR)
    assert during.next_change == NOW + 2 * HOUR
    (made,) = during.record.sections
    assert isinstance(made, FlashSaleSection)
    assert [item.units_left for item in made.items] == [0]
    assert (await composed(stores, section)).record.sections == ()
    assert (await composed(stores, FlashSaleSource("f", "Sale", 8), sales=OneSale(_sale(first)))).record.sections == ()


async def test_a_page_is_built_again_when_its_time_has_come(stores: Stores) -> None:
    """The builder marks it by itself, once; a page without times is not marked."""
    builder = HomepageBuilder(
        stores.homepage_marks,
        stores.homepage_documents,
        stores.homepage_records,
        Composer(stores.catalog, stores.content, stores.trending),
        stores.territories,
        stores.redis,
        stores.settings.prefix,
        apart_seconds=0.001,
        clock=lambda: now,
    )
    now = datetime.now(UTC)
    soon = now + timedelta(hours=1)
    text = Timed(TextSection("a", "Soon", ""), soon)
    assert await stores.homepage_documents.publish(GB, 0, "main", (text,))
    await stores.homepage_marks.mark([GB])
    assert await builder.turn() == 1
    record = await stores.homepage_records.get(GB)
    assert record is not None
    assert record.sections == ()
    assert await builder.turn() == 0
    now = soon

    async def is_built() -> bool:
        return await builder.turn() == 1

    await until(is_built)
    record = await stores.homepage_records.get(GB)
    assert record is not None
    assert record.sections == (text.section,)
    marks = stores.homepage_marks
    assert [await marks.mark_due(now), await marks.marked()] == [0, []]
    await marks.mark_at(GB, now)
    assert [await marks.mark_due(now) for _ in range(2)] == [1, 0]
    await marks.mark_at(GB, now)
    await marks.mark_at(GB, None)
    assert await marks.mark_due(now) == 0
