"""Files in and out on every relational store: what is read, written, kept and found again."""

import csv
from decimal import Decimal
from io import StringIO
from pathlib import Path

import sqlalchemy as sa

from datasources import tables
from datasources.catalog.reads import Catalog
from datasources.consistency import tracking
from datasources.consistency.rule import all_broken
from datasources.kit.database import Database
from domain.catalog.metafields import MetafieldKey, MetafieldOwner
from domain.catalog.records import ProductSort
from domain.imports import ImportReport, Outcome
from domain.kit.paging import PageRequest
from domain.territories.markets import Territories, Territory
from services.imports.exports import Exports
from services.imports.files import ProductImport
from services.imports.inventory import InventoryImport
from services.imports.writes import ProductWriter
from tests.kit.imports import Contents
from tests.unit.imports.files import saved

GB, US = Territory("GB", "UK", "GBP", countries=("GB",)), Territory("US", "USA", "USD", Decimal("1.25"), ("US",))
MARKETS = Territories((GB, US))
FILE = (
    "URL handle,Title,Type,Option1 name,Option1 value,SKU,Price,Compare-at price,Inventory tracker,Inventory quantity,"
    "Weight value (grams),Collection,Price / USA,Included / US,Metafield: a.b [number_integer],Variant Metafield: a.b\n"
    'Tasse,Große Tasse,家具,Größe,S,A,"1,299.00",,shopify,"1,000",453.592,Sale,20,true,7,x\n'
    "tasse,,,,M,B,11,12,shopify,3,,Новинки,,,,\n"
    "krug,Krug,家具,,,C,5,,,,,,,false,,\n"
)


class Shop:
    """A shop on one of the stores."""

    def __init__(self, database: Database, contents: Contents, directory: Path) -> None:
        self.database = database
        self.contents = contents
        self.directory = directory

    async def products(self, text: str) -> ImportReport:
        importing = ProductImport(ProductWriter(self.database, self.contents, MARKETS), "GBP")
        return await importing.run(saved(self.directory, text), lambda *_: None, lambda _: None)

    async def counts(self, text: str) -> ImportReport:
        return await InventoryImport(self.database).run(saved(self.directory, text), lambda *_: None, lambda _: None)

    async def exported(self, kind: str) -> str:
        exports = Exports(self.database, self.contents, MARKETS)
        out = StringIO()
        await {"products": exports.products, "inventory": exports.inventory}[kind](csv.writer(out).writerow)
        return out.getvalue()


async def test_a_file_of_todays_template_comes_back(database: Database, contents: Contents, tmp_path: Path) -> None:
    """Its export changes no product, price, metafield, exclusion or collection."""
    shop = Shop(database, contents, tmp_path)
    report = await shop.products(FILE)
    assert (report.outcomes[Outcome.CREATED], report.rejected, report.dropped) == (2, 0, ())
    export = await shop.exported("products")
    assert (await shop.products(export)).rejected == 0
    assert await shop.exported("products") == export
    rows = await database.all(sa.select(tables.prices.c.territory, tables.prices.c.minor))
    assert sorted(map(tuple, rows)) == [("GB", 500), ("GB", 1100), ("GB", 129_900), ("US", 2000)]


async def test_a_file_of_one_column_changes_that_column(database: Database, contents: Contents, tmp_path: Path) -> None:
    """Prices, exclusions and metafields of a file that lacks their columns stay."""
    shop = Shop(database, contents, tmp_path)
    await shop.products(FILE)
    before = await shop.exported("products")
    await shop.products("Handle,Vendor\nTASSE,Töpferei\nkrug,\n")
    assert await shop.exported("products") == before.replace("Große Tasse,,,", "Große Tasse,,Töpferei,")


async def test_a_territory_without_a_product_has_it_in_no_list(
    database: Database, contents: Contents, tmp_path: Path
) -> None:
    """Elsewhere it is there; its variants have no price where it is not."""
    shop, catalog = Shop(database, contents, tmp_path), Catalog(database, MARKETS)
    await shop.products(FILE)
    listed = {}
    for territory in MARKETS.all:
        page = await catalog.products.page(PageRequest(9), ProductSort.TITLE, False, territory)
        listed[territory.code] = {product.handle for product in page.items}
    assert listed == {"GB": {"tasse", "krug"}, "US": {"tasse"}}
    (krug,) = await catalog.products.by_handle(["Krug"], GB)
    assert krug is not None
    assert await catalog.products.by_id([krug.id], US) == [None]
    assert [len(own) for own in await catalog.variants.by_product([krug.id], US)] == [0]
    assert [len(own) for own in await catalog.variants.wherever_sold([krug.id])] == [1]


async def test_metafields_are_found_in_the_order_of_their_keys(
    database: Database, contents: Contents, tmp_path: Path
) -> None:
    """Names of a product and of a variant are compared byte by byte."""
    shop, catalog = Shop(database, contents, tmp_path), Catalog(database, MARKETS)
    await shop.products(FILE)
    (tasse,) = await catalog.products.by_handle(["tasse"])
    assert tasse is not None
    ((small, _),) = await catalog.variants.by_product([tasse.id], GB)
    keys = [
        MetafieldKey(MetafieldOwner.VARIANT, small.id, "a", "b"),
        MetafieldKey(MetafieldOwner.PRODUCT, tasse.id, "a", "B"),
        MetafieldKey(MetafieldOwner.PRODUCT, tasse.id, "a", "b"),
    ]
    found = await catalog.metafields.by_key(keys)
    assert [one and (one.type, one.value) for one in found] == [
        ("single_line_text_field", "x"),
        None,
        ("number_integer", "7"),
    ]


async def test_counts_set_stock_and_lost_tracking_is_found(
    database: Database, contents: Contents, tmp_path: Path
) -> None:
    """Counts come back from an export; a variant that stopped to count although units were sold is a finding."""
    shop = Shop(database, contents, tmp_path)
    await shop.products(FILE)
    export = await shop.exported("inventory")
    assert (await shop.counts("SKU,On hand\nA,3\nB,3\n")).outcomes[Outcome.UPDATED] == 1
    assert (await shop.counts(export)).outcomes[Outcome.UPDATED] == 1
    assert await shop.exported("inventory") == export
    level = tables.stock_levels
    await database.transact(lambda tx: tx.run(sa.update(level).values(sold=1).where(level.c.available == 3)))
    assert (await all_broken(database, tracking.RULES)).count == 0
    await shop.products("Handle,SKU,Inventory tracker\ntasse,B,\n")
    found = await all_broken(database, tracking.RULES)
    assert (found.count, "with 0 units held and 1 sold" in found.sentences[0]) == (1, True)
