"""What a shop exports imports to the same shop without a change, and brings back what it was."""

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from datasources import tables
from datasources.content.writes import ContentStore
from domain.catalog.records import ProductContent
from domain.imports import ImportReport, Outcome
from services.imports.exports import Exports, Write
from services.imports.inventory import InventoryImport
from tests.kit.imported_shop import ImportedShop
from tests.unit.imports.files import PRODUCT, saved, table

WORDS = st.text(st.sampled_from("abcXYZ 0189-_.,;'\"<>&/éßøЖ家ไ\u0e33\n👕"), max_size=12).map(
    lambda text: " ".join(text.split(" ")).strip()
)
NAMES = WORDS.map(lambda text: " ".join(text.split())).filter(lambda text: any(map(str.isalnum, text)))
FLAGS = st.sampled_from(["true", "false", ""])
AMOUNTS = st.integers(0, 100_000).map(lambda minor: f"{minor / 100:.2f}")
URLS = st.sampled_from([f"https://x.test/{name}.jpg" for name in "abcd"] + [""])
PRODUCT_CELLS = {
    "Title": NAMES,
    "Body (HTML)": WORDS.map(lambda text: f"<p class='a'>{text}</p>" if text else ""),
    "Vendor": NAMES | st.just(""),
    "Type": st.sampled_from(["", "Mugs", "家具", "Hidden gems"]),
    "Tags": st.lists(st.sampled_from(["a", "b c", "é"]), max_size=3).map(", ".join),
    "Published": FLAGS,
    "Status": st.sampled_from(["active", "draft", "archived", "unlisted", ""]),
    "Gift Card": FLAGS,
    "SEO Title": NAMES | st.just(""),
    "SEO Description": NAMES | st.just(""),
    "Included / United States": FLAGS,
    "Metafield: custom.a [number_integer]": st.sampled_from(["", "1", "2"]),
    "Metafield: custom.b": WORDS,
}
VARIANT_CELLS = {
    "Variant SKU": st.sampled_from(["", "A", "B-1"]),
    "Variant Grams": st.integers(0, 9999).map(str),
    "Variant Inventory Tracker": st.sampled_from(["shopify", ""]),
    "Variant Inventory Qty": st.integers(0, 50).map(str),
    "Variant Inventory Policy": st.sampled_from(["deny", "continue", ""]),
    "Variant Price": AMOUNTS,
    "Variant Compare At Price": AMOUNTS | st.just(""),
    "Variant Requires Shipping": FLAGS,
    "Variant Taxable": FLAGS,
    "Variant Barcode": st.sampled_from(["", "0123"]),
    "Variant Image": URLS,
    "Image Src": URLS,
    "Image Alt Text": NAMES | st.just(""),
    "Collection": st.sampled_from(["", "Sale", "Новинки"]),
    "Price / United States": AMOUNTS | st.just(""),
    "Compare At Price / United States": AMOUNTS | st.just(""),
    "Price / Euro area": AMOUNTS | st.just(""),
    "Variant Metafield: v.k": st.sampled_from(["", "x"]),
}


@st.composite
def product_files(draw: st.DrawFn) -> str:
    """A file with the products `a` and `b`, of one to three variants each."""
    rows: list[dict[str, str]] = []
    for handle in ("a", "b"):
        options = draw(st.sampled_from([("S",), ("S", "M"), ("L", "S", "M")]))
        for number, value in enumerate(options):
            cells = {name: draw(cell) for name, cell in VARIANT_CELLS.items()} | {"Option1 Value": value}
            if value == "L":
                cells["Variant Price"] = ""
            if number == 0:
                cells |= {name: draw(cell) for name, cell in PRODUCT_CELLS.items()} | {"Option1 Name": "Size"}
            rows.append({"Handle": handle} | cells)
    return table(rows)


class Counted:
    """Contents of products that keep which ids are read together."""

    def __init__(self, contents: ContentStore) -> None:
        self.contents = contents
        self.requests: list[Sequence[int]] = []

    async def products(self, ids: Sequence[int]) -> list[ProductContent]:
        """Contents in the order of `ids`."""
        self.requests.append(ids)
        return await self.contents.products(ids)


async def exported(shop: ImportedShop, kind: str) -> str:
    """The file of an export."""
    stores = shop.api.stores
    exports = Exports(stores.database, ContentStore(stores.documents), stores.territories)
    out = StringIO()
    write: Write = csv.writer(out, lineterminator="\n").writerow
    await {"products": exports.products, "inventory": exports.inventory, "orders": exports.orders}[kind](write)
    return out.getvalue()


async def _without_products(shop: ImportedShop) -> None:
    """Examples share the shop, whose variants are never deleted."""
    gone = (tables.stock_movements, tables.stock_levels, tables.prices, tables.product_prices, tables.variants)
    for each in (*gone, tables.product_exclusions, tables.collection_products, tables.metafields, tables.products):
        await shop.api.change(sa.delete(each))


async def _all(shop: ImportedShop) -> dict[str, Any]:
    fields = await shop.fields()
    rows = [*await shop.rows(tables.metafields), *await shop.rows(tables.product_exclusions)]
    stored = {repr(tuple(row)[1:7]) for row in rows}
    # Of stock an import of products sets the first units alone; the time at which tracking ended is no column.
    kept = {key: value for key, value in fields.items() if not key.endswith("tracking_ended_at")}
    times = {f"products/{row.id}/time": row.updated_at for row in await shop.rows(tables.products)}
    return kept | times | {"rows": stored}


async def test_html_that_an_import_takes_comes_back(shop: ImportedShop) -> None:
    """A text that is too long as it is stored is refused the first time, not when its export is imported."""
    for count, rejected in ((13_107, 0), (13_108, 1)):
        report = await shop.products(table([PRODUCT | {"Body (HTML)": "&" * count}]))
        assert report.rejected == rejected
        assert (await shop.products(await exported(shop, "products"))).rejected == 0
    assert [len(document["html"]) for document in await shop.api.stores.documents.find("products", {})] == [65_535]


async def test_an_export_reads_the_documents_of_a_page_at_once(shop: ImportedShop) -> None:
    """A request for each product would take minutes in a large shop."""
    await shop.products(table([PRODUCT | {"Handle": f"mug-{number}"} for number in range(3)]))
    stores = shop.api.stores
    contents = Counted(ContentStore(stores.documents))
    assert await Exports(stores.database, contents, stores.territories).products(len) == 3
    assert [len(ids) for ids in contents.requests] == [3]


@settings(
    max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate)
)
@given(first=product_files(), other=product_files())
async def test_products_come_back(shop: ImportedShop, first: str, other: str) -> None:
    """The export changes nothing in the shop; after another file, it restores every field that it has a column for."""
    await _without_products(shop)
    await shop.products(first)
    export = await exported(shop, "products")
    before = await _all(shop)
    report = await shop.products(export)
    assert (report.rejected, report.failure, report.dropped) == (0, "", ())
    assert (report.outcomes[Outcome.UNCHANGED], await _all(shop)) == (2, before)
    await shop.products(other)
    await shop.products(export)
    again = await exported(shop, "products")
    assert _parts(again, export) == _parts(export, export)


def _parts(text: str, export: str) -> list[tuple[str, list[list[str]]]]:
    """What an export says, by column, of what another one has too.

    A later export also has the variants that an earlier one lacks, which nothing can sell now, between the others.
    """
    known = {(row["Handle"], row["Option1 Value"]) for row in csv.DictReader(StringIO(export))}
    columns = next(csv.reader(StringIO(export)))
    of_variant = [name for name in columns if name.startswith(("Variant", "Option1 Value", "Price", "Compare"))]
    found: dict[str, list[list[str]]] = {}
    for row in csv.DictReader(StringIO(text)):
        is_known = (row["Handle"], row["Option1 Value"]) in known
        assert is_known or row["Variant Price"] == ""
        if is_known and row["Option1 Value"]:
            found.setdefault("variants", []).append([row["Handle"], *(row[name] for name in of_variant)])
        for name in columns:
            if row[name] and name not in (*of_variant, "Handle", "Image Position"):
                found.setdefault(name, []).append([row["Handle"], row[name]])
    return sorted(found.items())


async def _counts(shop: ImportedShop, text: str, directory: Path) -> ImportReport:
    shop.remarks = []
    path = saved(directory, text, "inventory.csv")
    return await InventoryImport(shop.api.stores.database).run(path, lambda *_: None, shop.remarks.append)


async def test_stock_comes_back(shop: ImportedShop, tmp_path: Path) -> None:
    """An export changes nothing; after other counts it sets those that it has, and the ledger adds up."""
    await shop.products(
        "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty\n"
        "mug,Mug,Size,S,A,1,5\nmug,,,M,B,1,3\n"
    )
    export = await exported(shop, "inventory")
    report = await _counts(shop, export, tmp_path)
    assert (report.outcomes[Outcome.UNCHANGED], report.rejected) == (2, 0)
    await _counts(shop, "SKU,On hand\nA,9\nB,0\n", tmp_path)
    assert [row.available for row in await shop.rows(tables.stock_levels)] == [9, 0]
    await _counts(shop, export, tmp_path)
    assert [row.available for row in await shop.rows(tables.stock_levels)] == [5, 3]
    moved = [(row.kind, row.available) for row in await shop.rows(tables.stock_movements)]
    assert sum(units for _, units in moved) == 8


async def test_counts_respect_what_orders_hold(shop: ImportedShop, tmp_path: Path) -> None:
    """On hand are held units too; what cannot be is rejected with its line, and the rest is written."""
    await shop.products(
        "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty\n"
        "mug,Mug,Size,S,A,1,5\nmug,,,M,B,1,3\ncup,Cup,,,C,1,1\n"
    )
    level = tables.stock_levels.c
    ids = {row.sku: row.id for row in await shop.rows(tables.variants)}
    await shop.api.change(
        sa.update(tables.stock_levels).where(level.variant_id == ids["A"]).values(available=3, reserved=2),
        sa.insert(tables.locations).values(id=7, name="Leeds", kind="WAREHOUSE", created_at=sa.func.now()),
    )
    report = await _counts(
        shop,
        "Handle,Option1 Value,SKU,Location,On hand\n"
        "MUG,S,,,10\nmug,M,,leeds,4\nmug,L,,,1\nmug,S,A,,1\nmug,,B,Paris,1\n"
        "cup,,,,not stocked\nmug,,B,,-1\ncup,,,,abc\n",
        tmp_path,
    )
    assert [(one.line, one.reason) for one in shop.remarks] == [
        (9, "On hand is not a whole number"),
        (4, "the shop has no such variant"),
        (5, "an earlier row counts the same variant at the same location"),
        (6, "Location is not the name of a warehouse"),
        (8, "stock that sells out cannot be below zero"),
    ]
    assert report.outcomes[Outcome.UPDATED] == 2
    rows = await shop.rows(tables.stock_levels)
    levels = {(row.variant_id, row.location_id): (row.available, row.reserved) for row in rows}
    assert levels == {(ids["A"], 1): (8, 2), (ids["B"], 1): (3, 0), (ids["B"], 7): (4, 0), (ids["C"], 1): (1, 0)}


@pytest.mark.parametrize(
    "content", ["", "Handle,Location\nmug,x\n", "Location,On hand\nx,1\n", "SKU,On hand,On hand (new)\n"]
)
async def test_a_file_that_counts_nothing_fails_clearly(shop: ImportedShop, tmp_path: Path, content: str) -> None:
    """Nothing is written and the report says why."""
    assert (await _counts(shop, content, tmp_path)).failure
