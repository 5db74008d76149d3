"""What is stored already is unchanged, whatever file says it; of what a file leaves blank and what answers show."""

import csv
from io import StringIO

import pytest

from datasources import tables
from datasources.content.writes import ContentStore
from demo.catalog.products import drafts
from domain.imports import Outcome
from services.imports.writes import ProductWriter
from tests.integration.imports.test_round_trip import exported
from tests.kit.imported_shop import ImportedShop, cut
from tests.unit.imports.files import PRODUCT, table


@pytest.mark.parametrize(
    "cells", [{}, {"Body (HTML)": "<p>A</p>\n<script>x()</script>"}, {"Type": "Mugs", "Tags": "a"}]
)
async def test_what_is_stored_already_is_unchanged(shop: ImportedShop, cells: dict[str, str]) -> None:
    """Whatever file says it: an export, one with fewer columns, and again after both; no event and no later time."""
    await shop.products(table([PRODUCT | cells]))
    ((before,), events) = await shop.rows(tables.products), len(await shop.rows(tables.outbox))
    export = await exported(shop, "products")
    for text in (export, cut(export, ["Handle", "Title"]), cut(export, ["Handle", "Tags", "Collection"]), export):
        report = await shop.products(text)
        assert report.outcomes[Outcome.UNCHANGED] == 1
    (after,) = await shop.rows(tables.products)
    assert (after.updated_at, len(await shop.rows(tables.outbox))) == (before.updated_at, events)
    assert [row.as_of for row in await shop.rows(tables.product_prices)] == [before.updated_at] * 3


async def test_text_with_spaces_around_it_comes_back_as_it_is(shop: ImportedShop) -> None:
    """Earlier versions stored what is left after a removed element with the line ends before it; cells have none."""
    await shop.products(table([PRODUCT]))
    documents = shop.api.stores.documents
    (stored,) = await documents.find("products", {})
    await documents.put("products", {stored["_id"]: stored | {"html": "<p>A</p>\n", "description": "A"}})
    report = await shop.products(await exported(shop, "products"))
    assert report.outcomes[Outcome.UNCHANGED] == 1
    assert [each["html"] for each in await documents.find("products", {})] == ["<p>A</p>\n"]


async def test_a_change_of_any_field_is_an_update(shop: ImportedShop) -> None:
    """What is compared is all that a file can say."""
    columns = {"Collection": "Sale", "Metafield: a.b": "1", "Included / US": "true", "Price / US": "9"}
    await shop.products(table([PRODUCT | columns]))
    changed = {"Variant Price": "11", "Variant Grams": "77", "Tags": "new", "Vendor": "Else", "Status": "draft"}
    changed |= {"Collection": "New", "Metafield: a.b": "2", "Included / US": "false", "Price / US": "8"}
    changed |= {"Body (HTML)": "<p>New</p>", "Image Src": "https://x.test/new.jpg", "Type": "Other"}
    for number, (column, value) in enumerate(changed.items()):
        last = (await shop.rows(tables.products))[0].updated_at
        report = await shop.products(table([PRODUCT | columns | dict([*changed.items()][:number]) | {column: value}]))
        assert report.outcomes[Outcome.UPDATED] == 1, column
        assert (await shop.rows(tables.products))[0].updated_at > last


async def test_variants_without_a_price_come_back(shop: ImportedShop) -> None:
    """They stay without one, and what shoppers see of options and order is as before."""
    sizes = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Barcode\n"
    await shop.products(f"{sizes}mug,Mug,Size,S,A,,7\nmug,,,M,B,3,8\nmug,,,L,C,4,9\n")
    fields = "options { name values } variants(first: 9) { nodes { sku barcode } }"
    before = await shop.product("mug", fields)
    export = await exported(shop, "products")
    report = await shop.products(export)
    assert (report.outcomes[Outcome.UNCHANGED], report.rejected) == (1, 0)
    assert await shop.product("mug", fields) == before
    assert [node["sku"] for node in before["variants"]["nodes"]] == ["B", "C"]
    assert before["options"] == [{"name": "Size", "values": ["M", "L"]}]
    listed = [(row["Variant SKU"], row["Variant Price"]) for row in csv.DictReader(StringIO(export))]
    assert listed == [("A", ""), ("B", "3.00"), ("C", "4.00")]


async def test_a_blank_price_takes_no_price_away(shop: ImportedShop) -> None:
    """A stored variant keeps its price; of a new one the report says that nobody can buy it."""
    await shop.products(table([PRODUCT]))
    await shop.products(table([PRODUCT | {"Variant Price": ""}, PRODUCT | {"Handle": "new", "Variant Price": ""}]))
    assert sorted(reason.partition(",")[0].partition(":")[0] for reason in shop.reasons) == [
        "a new variant has no price",
        "a variant has a price",
    ]
    assert len(await shop.rows(tables.prices)) == 1


@pytest.mark.parametrize("cell", ["", "not stocked"])
async def test_only_a_new_variant_starts_with_no_units(shop: ImportedShop, cell: str) -> None:
    """The units of a stored one stay, so the report says nothing about them."""
    row = PRODUCT | {"Variant Inventory Tracker": "shopify", "Variant Inventory Qty": cell}
    said = f"Variant Inventory Qty is {cell or 'blank'}: a new variant starts with 0"
    await shop.products(table([row]))
    assert shop.reasons == [said]
    await shop.products(table([row | {"Tags": "again"}]))
    assert shop.reasons == []


async def test_the_address_of_a_picture_is_a_uri(shop: ImportedShop) -> None:
    """Also where a file has it as people write it; what is encoded already stays, and so does what is stored."""
    await shop.products(table([PRODUCT | {"Image Src": "https://x.test/kaffeemühle%20 1.jpg?v=3"}]))
    product = await shop.product("mug", "featuredImage { url }")
    assert product["featuredImage"]["url"] == "https://x.test/kaffeem%C3%BChle%20%201.jpg?v=3"


@pytest.mark.slow
async def test_the_export_of_the_demo_shop_changes_nothing(shop: ImportedShop) -> None:
    """The first time, although its products were never written by a file."""
    stores = shop.api.stores
    products = drafts(stores.territories)
    writer = ProductWriter(stores.database, ContentStore(stores.documents), stores.territories)
    await writer.write(products)
    report = await shop.products(await exported(shop, "products"))
    assert (report.outcomes[Outcome.UNCHANGED], report.rejected) == (len(products), 0)
