"""Rows that cannot be read or matched, or are not in the file, take nothing from a stored product."""

import pytest

from datasources import tables
from tests.kit.imported_shop import ImportedShop
from tests.unit.imports.files import PRODUCT, table, variant

SECOND = variant(
    Option1_Value="M",
    Variant_Price="10.00",
    Image_Src="https://example.com/2.jpg",
    Collection="Presents",
)
THIRD = variant(Option1_Value="L", Variant_Price="11.00", Image_Src="https://example.com/3.jpg")
HEADER, *LINES = table([PRODUCT, SECOND, THIRD]).splitlines(keepends=True)


async def _pictures(shop: ImportedShop) -> list[str]:
    (product,) = await shop.rows(tables.products)
    (document,) = await shop.api.stores.documents.find("products", {"_id": product.id})
    return [image["url"].rpartition("/")[2] for image in document["images"]]


async def _collections(shop: ImportedShop) -> set[str]:
    handles = {row.id: row.handle for row in await shop.rows(tables.collections)}
    return {handles[row.collection_id] for row in await shop.rows(tables.collection_products)}


@pytest.mark.parametrize("line", [table([PRODUCT, SECOND | {"Variant Price": "abc"}]).splitlines()[-1], "mug,too,few"])
async def test_an_unreadable_row_takes_no_picture_and_no_collection(shop: ImportedShop, line: str) -> None:
    """Neither a mistyped price nor a line with too few cells; the pictures keep their order."""
    await shop.products(HEADER + "".join(LINES))
    report = await shop.products(HEADER + LINES[0].replace("Potter", "Kiln") + line + "\n" + LINES[2])
    assert report.rejected == 1
    assert [row.vendor for row in await shop.rows(tables.products)] == ["Kiln"]
    assert await _pictures(shop) == ["mug.jpg", "2.jpg", "3.jpg"]
    assert await _collections(shop) == {"home-garden", "presents"}


async def test_what_a_readable_file_no_longer_names_is_gone(shop: ImportedShop) -> None:
    """Pictures, collections and the collection of an earlier type, also after a file with an unreadable row."""
    await shop.products(HEADER + "".join(LINES))
    tools = LINES[0].replace("Home & Garden", "Tools")
    await shop.products(HEADER + tools + "mug,too,few\n")
    assert await _collections(shop) == {"tools", "presents"}
    await shop.products(table([PRODUCT, SECOND | {"Image Src": "", "Collection": ""}]))
    assert await _pictures(shop) == ["mug.jpg"]
    assert await _collections(shop) == {"home-garden"}


async def test_the_picture_of_one_variant_takes_none_from_the_others(shop: ImportedShop) -> None:
    """A file with one of three variants replaces its picture alone."""
    rows = [
        (PRODUCT if number == 1 else variant(Option1_Value=str(number), Variant_Price="1"))
        | {"Variant Image": f"https://example.com/v{number}.jpg"}
        for number in (1, 2, 3)
    ]
    await shop.products(table(rows))
    assert await _pictures(shop) == ["mug.jpg", "v1.jpg", "v2.jpg", "v3.jpg"]
    await shop.products("Handle,Option1 Value,Variant Image\nmug,2,https://example.com/new.jpg\n")
    assert sorted(await _pictures(shop)) == ["mug.jpg", "new.jpg", "v1.jpg", "v3.jpg"]


@pytest.mark.parametrize("column", ["", ",Variant SKU"])
async def test_rows_that_match_no_variant_take_none_off_sale(shop: ImportedShop, column: str) -> None:
    """A file without the second option, with and without SKUs that the shop lacks, deletes no price."""
    rows = [
        PRODUCT | {"Option2 Name": "Color", "Option2 Value": "Red"},
        variant(Option1_Value="S", Option2_Value="Blue", Variant_Price="10"),
        variant(Option1_Value="M", Option2_Value="Red", Variant_Price="11"),
        variant(Option1_Value="M", Option2_Value="Blue", Variant_Price="12"),
    ]
    await shop.products(table(rows))
    before = await shop.fields()
    lacking = [",NEW-1", ",NEW-2"] if column else ["", ""]
    file = f"Handle,Title,Option1 Value,Variant Price{column}\nmug,Mug,M,1{lacking[0]}\nmug,,S,2{lacking[1]}\n"
    await shop.products(file)
    assert await shop.fields() == before
    assert shop.reasons == ["a row does not say which of the stored variants it means: it was left out"] * 2
