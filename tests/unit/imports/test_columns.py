"""Columns by all their names, numbers as people write them, and what a file says about itself."""

from pathlib import Path

import pytest

from datasources.imports.cells import BadCell, money, rounded, whole
from datasources.imports.columns import header_of
from datasources.imports.csv_records import CsvFile
from datasources.imports.products_csv import COLUMNS, products
from domain.catalog.drafts import ProductDraft
from domain.catalog.records import ProductStatus
from domain.imports import Remark, Severity, UnreadableFile
from domain.territories.markets import Territories, Territory
from tests.unit.imports.files import PRODUCT, saved, table, variant

MARKETS = Territories((Territory("GB", "United Kingdom", "GBP", countries=("GB", "IM")), Territory("US", "USA", "USD")))
TODAY = (
    "Title,URL handle,Description,Vendor,Type,Tags,Published on online store,Status,SKU,Barcode,Option1 name,"
    "Option1 value,Price,Compare-at price,Charge tax,Inventory tracker,Inventory quantity,"
    "Continue selling when out of stock,Weight value (grams),Requires shipping,Product image URL,Image position,"
    "Image alt text,Variant image URL,Gift card,SEO title,SEO description\n"
)


def _read(directory: Path, text: str) -> tuple[list[ProductDraft], list[Remark]]:
    with CsvFile(saved(directory, text), COLUMNS) as file:
        found = list(products(file, "GBP", MARKETS))
    return [one for one in found if isinstance(one, ProductDraft)], [one for one in found if isinstance(one, Remark)]


def test_todays_template_is_read_like_the_older_export(tmp_path: Path) -> None:
    """Every column under its new name; a yes or no takes the place of the policy."""
    row = "Mug,Mug,<p>A</p>,Kiln,Mugs,a,TRUE,Active,A,1,Size,S,9.50,12,FALSE,shopify,7,TRUE,250,FALSE,"
    (draft,), remarks = _read(tmp_path, TODAY + row + "//x.test/a.jpg,1,Alt,,FALSE,T,D\n")
    assert remarks == []
    (one,) = draft.variants
    assert (draft.handle, draft.html, draft.tags, draft.shown_status) == (
        "mug",
        "<p>A</p>",
        ("a",),
        ProductStatus.ACTIVE,
    )
    assert (one.price_minor, one.compare_at_minor, one.inventory, one.grams) == (950, 1200, 7, 250)
    assert (one.continues, one.taxable, one.requires_shipping, one.sku, one.barcode) == (True, False, False, "A", "1")
    assert [(image.url, image.alt_text) for image in draft.images] == [("https://x.test/a.jpg", "Alt")]
    assert draft.absent == {"prices", "collections", "option2", "option3"}


def test_reasons_name_the_columns_of_the_file(tmp_path: Path) -> None:
    """Whoever wrote `Price` finds `Price` in the report."""
    _, (remark,) = _read(tmp_path, "URL handle,Title,Price\nmug,Mug,free\n")
    assert remark.reason == "Price is not an amount of GBP"


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        (["Vendor", "Price"], "these columns are missing: Handle or Title"),
        (["Handle", "Price", "Variant Price"], "these columns mean the same: Price, Variant Price"),
        (["Handle", "handle"], "these columns mean the same: Handle, handle"),
        (["Handle", "Price / US", "Price / usa"], "two columns mean the same metafield or the same market"),
        (["Handle", "Metafield: a.b", "X (product.metafields.a.b)"], "two columns mean the same metafield or the"),
    ],
)
def test_columns_that_contradict_each_other_make_a_file_unreadable(columns: list[str], reason: str) -> None:
    """Nobody guesses which one counts."""
    with pytest.raises(UnreadableFile, match=reason):
        header_of(columns, MARKETS)


def test_what_is_not_kept_is_named_once() -> None:
    """Columns without a meaning, of markets that the shop lacks, and positions of pictures that the file lacks."""
    columns = ["Handle", "Cost per item", "Price / France", "Image Position", "", "Included / United Kingdom"]
    assert header_of(columns, MARKETS).dropped == ("Cost per item", "Price / France", "Image Position")


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        *(("1299", 129_900), ("1299.00", 129_900), ("1,299.00", 129_900), ("1,299", 129_900), ("1299,00", 129_900)),
        *(("1.299,00", 129_900), ("1 299,00", 129_900), ("1\u00a0299.00", 129_900), ("1'299.00", 129_900)),
        *((".99", 99), ("12.", 1_200), ("12,5", 1_250), ("0", 0), ("1,234,567.89", 123_456_789)),
    ],
)
def test_amounts_as_people_write_them(text: str, minor: int) -> None:
    """Separators of thousands and decimals of most countries."""
    assert money({"Price": text}, "Price", "GBP") == minor


@pytest.mark.parametrize(
    "text", ["1e3", "$12.00", "12.345", "1,29,9", "12,345.6.7", "1..2", "12 GBP", "٣", "-", "1,2345"]
)
def test_other_texts_are_no_amounts(text: str) -> None:
    """What could be read in two ways, or in another currency, is refused."""
    with pytest.raises(BadCell):
        money({"Price": text}, "Price", "GBP")


def test_counts_have_separators_and_weights_have_decimals() -> None:
    """A count is whole, a weight is rounded half up."""
    assert [whole({"n": text}, "n", 10**9) for text in ("1,000", "12.0", "-3", "")] == [1000, 12, -3, None]
    assert [rounded({"n": text}, "n", 10**9) for text in ("453.592", "0.5", "1,000", "")] == [454, 1, 1000, None]
    with pytest.raises(BadCell, match="n is not a whole number"):
        whole({"n": "1.5"}, "n", 10)


@pytest.mark.parametrize(
    "names", [("a" * 256, "key", "url"), ("custom", "a" * 256, "url"), ("custom", "key", "a" * 65)]
)
def test_a_metafield_with_names_too_long_to_keep_is_not_kept(names: tuple[str, str, str]) -> None:
    """It counts as a column that the shop does not know, and the import goes on."""
    namespace, key, kind = names
    column, longest = f"Metafield: {namespace}.{key} [{kind}]", f"Metafield: {'a' * 255}.{'b' * 255} [{'c' * 64}]"
    header = header_of(["Handle", column, longest])
    assert (list(header.metafields), header.dropped) == ([longest], (column,))


def test_titles_alone_make_products(tmp_path: Path) -> None:
    """Rows without a title continue the product; a title without a letter makes none."""
    drafts, remarks = _read(
        tmp_path, "Title,Option1 name,Option1 value,Price\nBig mug,Size,S,1\n,,M,2\n家具,,,3\n!,,,4\n"
    )
    assert [(draft.handle, len(draft.variants)) for draft in drafts] == [("big-mug", 2), ("家具", 1)]
    assert [(one.line, one.reason) for one in remarks] == [
        (5, "Title has no letter or digit that a handle could be made of")
    ]


def test_handles_have_no_case_and_composed_accents(tmp_path: Path) -> None:
    """Rows that spell a handle in several ways are rows of one product, also apart from each other."""
    rows = [PRODUCT | {"Handle": "Café"}, variant(Option1_Value="M", Variant_Price="1") | {"Handle": "cafe\u0301"}]
    (draft,), remarks = _read(tmp_path, table(rows))
    assert (draft.handle, len(draft.variants), remarks) == ("café", 2, [])
    drafts, remarks = _read(tmp_path, table([PRODUCT, PRODUCT | {"Handle": "cup"}, PRODUCT | {"Handle": "MUG"}]))
    assert [draft.handle for draft in drafts] == ["mug", "cup"]
    assert [one.reason for one in remarks] == ["the rows of its handle are not consecutive"]


def test_later_rows_that_contradict_the_first_are_told(tmp_path: Path) -> None:
    """The first row of a product counts, for its options too; equal cells say nothing new."""
    later = variant(Option1_Name="Colour", Option1_Value="M", Variant_Price="1", Status="draft", Vendor="Potter")
    (draft,), remarks = _read(tmp_path, table([PRODUCT, later]))
    assert (draft.option_names, draft.status) == (("Size",), ProductStatus.ACTIVE)
    counts = "differs from that of the first row of its product, which counts"
    assert remarks == [
        Remark(3, "mug", f"{column} {counts}", Severity.WARNING) for column in ("Status", "Option1 Name")
    ]


def test_a_value_without_a_name_is_told(tmp_path: Path) -> None:
    """The second option has no name, so its values are left out."""
    _, remarks = _read(tmp_path, table([PRODUCT | {"Option2 Name": "", "Option2 Value": "Red"}]))
    assert [one.reason for one in remarks] == ["an option has a value but no name: it was left out"]


def test_pictures_of_variants_join_those_of_the_product(tmp_path: Path) -> None:
    """Each once, after the others; several addresses may stand in one cell."""
    cells = {"Image Src": "https://x.test/1.jpg, //x.test/2.jpg", "Variant Image": "x.test/red.jpg"}
    (draft,), remarks = _read(tmp_path, table([PRODUCT | cells]))
    assert [image.url[15:] for image in draft.images] == ["1.jpg", "2.jpg", "red.jpg"]
    assert (draft.only_of_variants, remarks) == (("https://x.test/red.jpg",), [])


def test_a_gift_card_is_a_draft_and_the_report_says_so(tmp_path: Path) -> None:
    """The shop cannot sell it yet; its own status stays active."""
    (draft,), remarks = _read(tmp_path, table([PRODUCT | {"Gift Card": "true"}]))
    assert (draft.status, draft.shown_status) == (ProductStatus.ACTIVE, ProductStatus.DRAFT)
    assert [one.reason for one in remarks] == ["gift cards cannot be sold yet: the product is kept as a draft"]


def test_a_quantity_that_is_not_said_is_told(tmp_path: Path) -> None:
    """A tracked variant without a count is not silently sold out. Only the shop knows whether it is new."""
    for cell in ("not stocked", ""):
        ((draft,), remarks) = _read(tmp_path, table([PRODUCT | {"Variant Inventory Qty": cell}]))
        said = f"Variant Inventory Qty is {cell or 'blank'}: a new variant starts with 0"
        assert (draft.variants[0].units_unknown, remarks) == (said, [])


def test_tags_that_differ_in_case_are_one(tmp_path: Path) -> None:
    """The first spelling stays."""
    ((draft,), _) = _read(tmp_path, table([PRODUCT | {"Tags": "Sale, new, sale, SALE, Straße, STRASSE"}]))
    assert draft.tags == ("Sale", "new", "Straße")


def test_a_byte_order_mark_and_other_line_ends_do_not_hide_a_column(tmp_path: Path) -> None:
    """Spreadsheets write both."""
    (draft,), remarks = _read(tmp_path, '\ufeffHandle,Title,Price\r\nmug,"Mug, ""big""",1\r\n')
    assert (draft.title, remarks) == ('Mug, "big"', [])


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("url", "javascript:alert(1)"),
        ("list.url", '["https://x.test", "data:text/html,x"]'),
        ("link", '{"text": "a: b", "url": "vbscript:x"}'),
    ],
)
def test_a_metafield_that_is_followed_names_no_script(tmp_path: Path, kind: str, value: str) -> None:
    """Addresses that browsers and phones open are taken, others reject their row."""
    column = f"Metafield: custom.more [{kind}]"
    drafts, remarks = _read(tmp_path, table([PRODUCT | {column: value}]))
    assert (drafts, [one.reason for one in remarks]) == (
        [],
        [f"{column} must be an http, https, mailto, sms or tel URL"],
    )
    for good in ("https://x.test/a", "mailto:a@x.test", '["https://x.test"]', "/pages/about"):
        (draft,), _ = _read(tmp_path, table([PRODUCT | {column: good}]))
        assert [cell.value for cell in draft.metafields] == [good]
