"""What a composed page shows, and what composing it costs."""

from decimal import Decimal

import sqlalchemy as sa

from bff.stores.wiring import Stores
from datasources import tables
from datasources.content.writes import ContentStore
from datasources.homepage.marks import HomepageMarks
from datasources.kit.database import Tx
from domain.catalog.records import Image, ProductContent
from domain.content import Menu, MenuItem
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.records import HomepageRecord, MenuEntry, Shelf, TopCategories
from domain.homepage.sources import (
    ShelfSource,
    SoldOut,
    TopCategoriesSource,
)
from domain.kit.money import Money
from services.homepage.compose.page import Composer
from tests.kit.factories.catalog import Added, add_collection, add_product
from tests.kit.homepage_building import GB, US, Counting, new_builder, publish, until_unmarked


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
    await until_unmarked(new_builder(stores, composer), marks)
    record = await stores.homepage_records.get(key)
    assert record is not None
    return record


async def test_a_page_shows_best_sellers_at_their_lowest_price(stores: Stores, composer: Counting) -> None:
    """Menu, shelf by units sold, top categories without the hidden one; missing and empty parts are left out."""
    best, sold_out, unsold = await _fill(stores)
    await publish(
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
    await publish(stores, GB, ShelfSource("shelf", "Our mugs", "mugs"))
    rate = stores.territories.of_code("US").rate
    (shelf,) = (await _built(stores, US, composer)).sections
    assert isinstance(shelf, Shelf)
    assert shelf.products[0].price == Money(int(Decimal(800) * rate), "USD")
    assert (await _built(stores, GB, composer)).territory == "GB"


async def test_more_shelves_need_no_more_statements(stores: Stores, composer: Counting) -> None:
    """One shelf and six, of other collections and sizes, take the same."""
    await _fill(stores)
    await publish(stores, GB, ShelfSource("0", "Mugs", "mugs", 3), TopCategoriesSource("top", "Top", 5, 2))
    six = tuple(ShelfSource(str(number), "Mugs", ("mugs", "new")[number % 2], number + 1) for number in range(6))
    key = HomepageKey("GB", Platform.IOS)
    await publish(stores, key, *six, TopCategoriesSource("top", "Top", 3, 4))
    counts = []
    for each in (GB, key):
        before = stores.database.statements, stores.documents.commands
        record = await _built(stores, each, composer)
        counts.append((stores.database.statements - before[0], stores.documents.commands - before[1]))
    assert len(record.sections) == 7
    assert counts[0] == counts[1] == (6, 3)
