"""A column that a file does not have leaves its values as they are stored; a blank cell empties its value."""

import csv
from io import StringIO

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.consistency import tracking
from datasources.consistency.rule import all_broken
from domain.imports import Outcome
from tests.kit.fixtures.shared_data import shared
from tests.kit.imported_shop import ImportedShop, cut
from tests.unit.imports.files import PRODUCT, table, variant

FULL = table(
    [
        PRODUCT
        | {
            "SEO Title": "The mug",
            "SEO Description": "Buy it",
            "Gift Card": "false",
            "Collection": "Presents",
            "Image Position": "2",
            "Variant Image": "https://example.com/s.jpg",
            "Variant Barcode": "0123",
            "Variant Taxable": "false",
            "Variant Requires Shipping": "false",
        },
        variant(
            Option1_Value="M",
            Variant_SKU="MUG-M",
            Variant_Price="10.00",
            Variant_Inventory_Tracker="shopify",
            Variant_Inventory_Qty="3",
            Variant_Inventory_Policy="continue",
            Image_Src="https://example.com/m.jpg",
            Image_Position="1",
            Variant_Taxable="false",
        ),
    ]
)
IDENTITY = ("Handle", "Option1 Value", "Variant SKU")
COLUMNS = [column for column in FULL.splitlines()[0].split(",") if column not in IDENTITY]


def _changed(text: str, column: str, value: str) -> str:
    """The file with another value in the cells of a column that are not blank."""
    rows = list(csv.DictReader(StringIO(text)))
    return table([row | {column: value if row[column] else ""} for row in rows])


@pytest.mark.parametrize("column", COLUMNS)
async def test_any_column_alone_changes_nothing_when_its_values_are_those_stored(
    shop: ImportedShop, column: str
) -> None:
    """Each column by itself, with the handle and what names the variants."""
    await shop.products(FULL)
    before = await shop.fields()
    report = await shop.products(cut(FULL, (*IDENTITY, column)))
    assert (report.rejected, report.failure) == (0, "")
    assert await shop.fields() == before


@pytest.mark.parametrize(
    ("column", "value", "changed"),
    [
        ("Title", "Cup", {"title"}),
        ("Vendor", "Kiln", {"vendor"}),
        ("Tags", "new", {"tags"}),
        ("Body (HTML)", "<p>New</p>", {"html", "description"}),
        ("SEO Title", "New", {"seo"}),
        ("Status", "draft", {"status", "own_status"}),
        ("Published", "false", {"status", "is_published"}),
        ("Gift Card", "true", {"status", "is_gift_card"}),
        ("Variant Price", "11.00", {"minor", "min_minor"}),
        ("Variant Compare At Price", "99.00", {"compare_at_minor"}),
        ("Variant Grams", "1", {"grams"}),
        ("Variant Barcode", "9", {"barcode"}),
        ("Variant Taxable", "true", {"taxable"}),
        ("Variant Inventory Policy", "continue", {"sells_out"}),
        ("Image Alt Text", "", set()),
    ],
)
async def test_a_column_alone_changes_its_own_fields(
    shop: ImportedShop, column: str, value: str, changed: set[str]
) -> None:
    """Nothing else, in no row and in no document."""
    await shop.products(FULL)
    before = await shop.fields()
    await shop.products(cut(_changed(FULL, column, value), (*IDENTITY, column)))
    after = await shop.fields()
    differing = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert {name.rpartition("/")[2] for name in differing} == changed


async def test_a_file_of_blank_cells_empties_them(shop: ImportedShop) -> None:
    """A column that is there counts, whatever its cells say."""
    await shop.products(FULL)
    await shop.products("Handle,Vendor,Tags,Body (HTML),SEO Title,Image Src\nmug,,,,,\n")
    (product,) = await shop.rows(tables.products)
    (document,) = await shop.api.stores.documents.find("products", {"_id": product.id})
    assert (product.vendor, document["tags"], document["html"], document["seo"]["title"]) == ("", [], "", None)
    assert [image["url"] for image in document["images"]] == ["https://example.com/s.jpg"]


async def test_a_draft_is_published_only_by_a_file_that_says_so(shop: ImportedShop) -> None:
    """Its own status and its publication are two columns; a file may have one of them."""
    await shop.products(table([PRODUCT | {"Status": "draft"}]))
    for file, status in (
        ("Handle,Title\nmug,New\n", "DRAFT"),
        ("Handle,Published\nmug,true\n", "DRAFT"),
        ("Handle,Published\nmug,false\n", "DRAFT"),
        ("Handle,Status\nmug,active\n", "DRAFT"),
        ("Handle,Published\nmug,true\n", "ACTIVE"),
        ("Handle,Gift Card\nmug,true\n", "DRAFT"),
        ("Handle,Status\nmug,active\n", "DRAFT"),
        ("Handle,Gift Card\nmug,\n", "ACTIVE"),
    ):
        await shop.products(file)
        assert [row.status for row in await shop.rows(tables.products)] == [status], file


async def test_a_price_below_the_stored_one_shows_the_reduction_and_one_above_it_none(
    shop: ImportedShop,
) -> None:
    """The price before the reduction stays stored, and is shown above the price only."""
    await shop.products(FULL)
    query = '{ product(handle: "mug") { variants(first: 1) { nodes { price { amount } compareAtPrice { amount } } } } }'
    shown = []
    for price in ("8.00", "15.00", "9.00"):
        await shop.products(f"Handle,Variant SKU,Variant Price\nmug,MUG-S,{price}\n")
        (node,) = (await shop.api.data(query))["product"]["variants"]["nodes"]
        shown.append((node["price"]["amount"], (node["compareAtPrice"] or {}).get("amount")))
    assert shown == [("8.0", "12.0"), ("15.0", None), ("9.0", "12.0")]


async def test_rows_that_do_not_say_which_variant_they_mean_are_left_out(shop: ImportedShop) -> None:
    """Two variants, and no option or SKU: no price may go to the wrong one."""
    await shop.products(FULL)
    before = await shop.fields()
    await shop.products("Handle,Variant Price\nmug,1.00\nmug,2.00\n")
    assert await shop.fields() == before
    assert shop.reasons == ["a row does not say which of the stored variants it means: it was left out"] * 2


async def test_some_of_the_options_name_a_variant_where_they_suffice(shop: ImportedShop) -> None:
    """A file without the second option changes the variants that the first one tells apart, and renames none."""
    rows = [
        PRODUCT | {"Option2 Name": "Color", "Option2 Value": "Red"},
        variant(Option1_Value="M", Option2_Value="Red", Variant_Price="10"),
        variant(Option1_Value="M", Option2_Value="Blue", Variant_Price="11"),
    ]
    await shop.products(table(rows))
    await shop.products("Handle,Option1 Name,Option1 Value,Variant Price\nmug,Size,S,1\nmug,,M,2\nmug,,M,3\n")
    prices = [row.minor for row in await shop.rows(tables.prices)]
    assert sorted(prices) == [100, 1000, 1100]
    assert [row.title for row in await shop.rows(tables.variants)] == ["S / Red", "M / Red", "M / Blue"]
    assert shop.reasons == [
        "an earlier variant of its product has the same option values and SKU",
        "a row does not say which of the stored variants it means: it was left out",
    ]


async def test_a_handle_that_the_shop_lacks_needs_a_title(shop: ImportedShop) -> None:
    """The row is rejected with its line; others of the file are written."""
    await shop.products(FULL)
    report = await shop.products("Handle,Vendor\ncup,Kiln\nmug,Kiln\n")
    assert report.outcomes == {
        Outcome.CREATED: 0,
        Outcome.UPDATED: 1,
        Outcome.UNCHANGED: 0,
        Outcome.REJECTED: 1,
    }
    assert [(one.line, one.key) for one in shop.remarks] == [(2, "cup")]


async def test_staff_edits_of_what_a_file_lacks_stay(shop: ImportedShop) -> None:
    """A membership that staff made and an own price of a territory are no columns of the file."""
    await shop.products(FULL)
    (product,) = await shop.rows(tables.products)
    variant_id = (await shop.rows(tables.variants))[0].id
    await shop.api.change(
        sa.insert(tables.prices).values(variant_id=variant_id, territory="US", minor=5, compare_at_minor=None),
    )
    await shop.products(cut(FULL, ("Handle", "Title", "Type", "Option1 Name", "Option1 Value", "Variant Price")))
    assert [row.minor for row in await shop.rows(tables.prices) if row.territory == "US"] == [5]
    handles = {row.id: row.handle for row in await shop.rows(tables.collections)}
    members = {handles[row.collection_id] for row in await shop.rows(tables.collection_products)}
    assert members == {"home-garden", "presents"}
    await shop.products("Handle,Type\nmug,Tools\n")
    handles = {row.id: row.handle for row in await shop.rows(tables.collections)}
    assert {handles[row.collection_id] for row in await shop.rows(tables.collection_products)} == {"tools", "presents"}
    assert product.id == (await shop.rows(tables.products))[0].id


@pytest.mark.parametrize("name", ["apparel", "bicycles", "home-and-garden", "jewelry"])
@pytest.mark.parametrize(
    "columns",
    [
        ("Handle", "Title", "Option1 Name", "Option1 Value", "Variant Price"),
        ("Handle", "Tags"),
        ("Handle", "Image Src"),
        ("Handle", "Published", "Type"),
        ("Handle", "Variant SKU", "Variant Inventory Tracker"),
        ("Handle", "Body (HTML)", "Vendor", "Google Shopping / Age Group"),
    ],
)
async def test_a_real_export_cut_to_a_few_columns_changes_nothing_else(
    shop: ImportedShop, name: str, columns: tuple[str, ...]
) -> None:
    """Field by field on exports of real shops, first with the stored values, then with a new vendor and price."""
    text = shared(f"shopify/{name}.csv").read_text(encoding="utf-8-sig")
    await shop.products(text)
    before = await shop.fields()
    await shop.products(cut(text, columns))
    assert await shop.fields() == before
    await shop.products(_changed(cut(text, ("Handle", "Title", "Vendor")), "Vendor", "Somebody"))
    after = await shop.fields()
    differing = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert {key.rpartition("/")[2] for key in differing} == {"vendor"}


async def test_the_end_of_tracking_is_found_where_units_were_held_or_sold(shop: ImportedShop) -> None:
    """By the report of the import, and by `storefront check` until the stock counts again."""
    await shop.products(FULL)
    variant_id = (await shop.rows(tables.variants))[0].id
    await shop.api.change(
        sa.update(tables.stock_levels).where(tables.stock_levels.c.variant_id == variant_id).values(sold=2, available=5)
    )
    off = "Handle,Variant SKU,Variant Inventory Tracker\nmug,MUG-S,\n"
    await shop.products(off)
    assert "the units of a variant are no longer counted, although orders hold or bought some" in shop.reasons
    await shop.api.change(
        sa.update(tables.stock_levels).where(tables.stock_levels.c.variant_id == variant_id).values(available=-1)
    )
    found = await all_broken(shop.api.stores.database, tracking.RULES)
    assert found.count == 2
    assert found.sentences[0] == f"Variant {variant_id} has -1 units at location 1, although its stock counted."
    assert found.sentences[1].startswith(f"The stock of variant {variant_id} stopped to count at ")
    await shop.products(off.replace("MUG-S,", "MUG-S,shopify"))
    assert (await all_broken(shop.api.stores.database, tracking.RULES)).count == 0
