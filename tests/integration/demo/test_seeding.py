"""The demo shop is written once, whole, and repaired when its writing broke off."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bff.settings.variables import Settings
from bff.stores.demo import is_seeded, seed
from bff.stores.wiring import Stores, open_stores
from datasources.catalog.products import CollectionPage
from datasources.discounts import codes as discounts
from datasources.flash_sales.sales import FlashSales
from datasources.kit.documents import Documents
from datasources.tables import metadata
from demo.accounts import DEMO_PASSWORD
from demo.flash_sale import sale_handles
from domain.accounts import Permission
from domain.catalog.records import ProductSort, Variant
from domain.flash_sales import FlashSaleStatus
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.sources import FlashSaleSource, ShelfSource, SoldOut
from domain.kit.paging import PageRequest
from services.accounts.passwords import Passwords
from tests.kit.backends import ALL
from tests.kit.backends.databases import Databases
from tests.kit.fixtures.stores import present, unique_name

pytestmark = pytest.mark.slow

on_sqlite = pytest.mark.parametrize("relational", ["sqlite"], indirect=True)  # the writes are the same on each
in_one_process = pytest.mark.xdist_group("demo")
_NOWHERE = "127.0.0.1:1"  # seeding needs neither Redis nor the payment provider


def _settings(relational_url: str, documents: Documents, directory: Path) -> Settings:
    return Settings(
        database_url=SecretStr(relational_url),
        mongo_url=SecretStr(ALL["mongo"].url()),
        mongo_database=documents.db.name,
        redis_url=SecretStr(f"redis://{_NOWHERE}"),
        search_url=f"tantivy://{directory / 'search'}",
        sandbox_url=f"http://{_NOWHERE}",
        token_secret=SecretStr("a secret for the tests of the demo shop"),
    )


@pytest.fixture
async def stores(relational_url: str, documents: Documents, tmp_path: Path) -> AsyncIterator[Stores]:
    """Stores over an empty relational and an empty document database."""
    async with open_stores(_settings(relational_url, documents, tmp_path)) as stores:
        yield stores


@pytest.fixture(scope="module")
async def demo(all_databases: dict[str, Databases], tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stores]:
    """The whole demo shop, on SQLite: the reads are the same on each store. Tests must not change it."""
    directory = tmp_path_factory.mktemp("demo")
    documents = Documents(present("mongo").url(), unique_name())
    async with open_stores(_settings(await all_databases["sqlite"].clean(directory), documents, directory)) as stores:
        await seed(stores, _silently)
        yield stores
    await documents.db.client.drop_database(documents.db.name)
    await documents.close()


def _silently(_step: str, _done: int, _total: int) -> None:
    pass


async def _rows(stores: Stores, *without: str) -> dict[str, list[Any]]:
    """Every row of every table but those named, in the order of their keys."""
    found = {}
    for table in metadata.sorted_tables:
        if table.name not in without:
            rows = await stores.database.all(sa.select(table).order_by(*table.primary_key.columns))
            found[table.name] = [tuple(row) for row in rows]
    return found


async def test_seeding_again_changes_nothing(stores: Stores) -> None:
    assert not await is_seeded(stores)
    await seed(stores, _silently)
    assert await is_seeded(stores)
    before = await _rows(stores)
    assert {name: len(before[name]) for name in ("products", "orders", "customers")} == {
        "products": 200,
        "orders": 600,
        "customers": 82,
    }
    await seed(stores, _silently)
    assert await _rows(stores) == before


@on_sqlite
@pytest.mark.parametrize(
    "step",
    ["Accounts", "Products", "Collections", "Pages", "Past orders", "Discounts", "Flash sale", "Homepages", "Shop"],
)
async def test_a_run_that_broke_off_is_finished_by_the_next(
    stores: Stores, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(name: str, done: int, _total: int) -> None:
        if name == step and done > 0:
            raise ConnectionResetError

    if step == "Shop":

        async def fail(*_arguments: object) -> None:
            raise ConnectionResetError

        monkeypatch.setattr("datasources.content.writes.ContentStore.put_shop", fail)
    with pytest.raises(ConnectionResetError):
        await seed(stores, break_off)
    monkeypatch.undo()
    assert not await is_seeded(stores)
    kept = await _rows(stores, "outbox")
    await seed(stores, _silently)
    assert await is_seeded(stores)
    rows = await _rows(stores)
    counted = ("products", "variants", "collections", "orders", "customers", "discounts")
    assert {name: len(rows[name]) for name in counted} == {
        "products": 200,
        "variants": 1110,
        "collections": 16,
        "orders": 600,
        "customers": 82,
        "discounts": 3,
    }
    for name in (
        "discounts",
        "variants",
        "prices",
        "stock_movements",
        "order_lines",
        "staff_permissions",
    ):
        assert rows[name][: len(kept[name])] == kept[name]
    # The flash sale, which comes late, sets units of its variants apart.
    apart = {item[1] for item in rows["flash_sale_items"]}
    others, earlier = ([row for row in each["stock_levels"] if row[0] not in apart] for each in (rows, kept))
    assert others[: len(earlier)] == earlier


@in_one_process
async def test_the_seeded_shop_is_what_storefronts_read(demo: Stores) -> None:
    menus = await demo.content.menus(["next-js-frontend-header-menu", "next-js-frontend-footer-menu", "main-menu"])
    assert all(menu is not None and menu.items for menu in menus)
    featured = (await demo.catalog.collections.by_handle(["hidden-homepage-featured-items"]))[0]
    assert featured is not None
    assert (await demo.content.collections([featured.id]))[0].image is not None
    product = (await demo.catalog.products.by_handle(["harbour-mug"]))[0]
    assert product is not None
    assert (await demo.content.products([product.id]))[0].images
    prices = [
        (await demo.catalog.variants.by_product([product.id], territory))[0][0].price
        for territory in demo.territories.all
    ]
    assert [price.currency for price in prices] == ["GBP", "USD", "EUR"]
    shop = await demo.content.shop()
    assert shop is not None
    assert [policy.handle for policy in shop.policies] == [
        "contact-information",
        "legal-notice",
        "privacy-policy",
        "refund-policy",
        "shipping-policy",
        "subscription-policy",
        "terms-of-sale",
        "terms-of-service",
    ]


@in_one_process
async def test_every_platform_has_a_published_homepage_and_its_event(demo: Stores) -> None:
    for platform in Platform:
        page = await demo.homepage_documents.published(HomepageKey("GB", platform))
        assert page is not None
        assert (page.version, len(page.sections) > 4) == (1, True)
    events = [row[1:3] for row in (await _rows(demo))["outbox"] if row[1] == "HomepagePublished"]
    assert sorted(payload["platform"] for _, payload in events) == ["ANDROID", "IOS", "WEB"]


@in_one_process
async def test_past_orders_make_best_sellers_and_move_no_stock(demo: Stores) -> None:
    asked = PageRequest(size=250)
    products = (await demo.catalog.products.page(asked, ProductSort.BEST_SELLING, True)).items
    assert products[0].units_sold > products[50].units_sold > 0
    rows = await _rows(demo)
    sold = [level[4] for level in rows["stock_levels"]]
    assert sum(sold) == 0
    assert all(line[2] is not None for line in rows["order_lines"])


@in_one_process
async def test_the_demo_discounts_can_be_used(demo: Stores) -> None:
    found = await discounts.by_codes(demo.database, ["welcome10", "freeship", "fiver"])
    assert {code: (discount.kind.value, discount.state.value) for code, discount in found.items()} == {
        "WELCOME10": ("PERCENTAGE", "ACTIVE"),
        "FREESHIP": ("FREE_SHIPPING", "ACTIVE"),
        "FIVER": ("AMOUNT", "ACTIVE"),
    }


@in_one_process
async def test_demo_accounts_log_in_with_the_password_of_the_documentation(demo: Stores) -> None:
    granted = {}
    for name in ("staff", "stock", "shopper"):
        account = await demo.accounts.credentials(f"{name}@example.com")
        assert account is not None
        assert await Passwords().matches(DEMO_PASSWORD, account.password_hash)
        granted[name] = account.permissions
    assert granted == {
        "staff": frozenset(Permission),
        "stock": frozenset({Permission.INVENTORY}),
        "shopper": frozenset(),
    }


@on_sqlite
async def test_the_demo_shop_has_a_live_sale_a_reduction_and_a_sold_out_product_on_its_pages(stores: Stores) -> None:
    await seed(stores, _silently)
    reads = FlashSales(stores.database, stores.territories)
    (sale,) = (await reads.open_page(PageRequest(9), reverse=False)).items
    territory = stores.territories.default
    (items,) = await reads.items_by_sale([sale.id], territory)
    assert (sale.status, len(items)) == (FlashSaleStatus.LIVE, len(sale_handles()))
    variants = await stores.catalog.variants.by_id([item.variant_id for item in items], territory)
    for variant, item in zip(variants, items, strict=True):
        assert variant is not None and variant.flash is not None and variant.price == item.price
    for platform in Platform:
        page = await stores.homepage_documents.published(HomepageKey("GB", platform))
        assert page is not None
        sources = {source.id: source for source in page.sections}
        assert isinstance(sources["flash-sale"], FlashSaleSource)
        shelf = sources["new"]
        assert isinstance(shelf, ShelfSource) and shelf.sold_out is SoldOut.SHOW
        shown = await _first(stores, "new-arrivals", shelf.size)
        assert any(all(variant.available == 0 for variant in own) for own in shown)
        assert all(any(variant.compare_at for variant in own) for own in await _first(stores, "sale", shelf.size))


async def _first(stores: Stores, handle: str, size: int) -> list[tuple[Variant, ...]]:
    """The variants of the first products of a collection."""
    (collection,) = await stores.catalog.collections.by_handle([handle])
    assert collection is not None
    asked = CollectionPage(collection.id, PageRequest(size), ProductSort.MANUAL, False)
    (page,) = await stores.catalog.products.in_collections([asked])
    return await stores.catalog.variants.by_product([item.id for item in page.items], stores.territories.default)
