"""Shopify's product CSV becomes product drafts; unreadable parts are left out, each with its line and reason."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from datasources.imports.csv_records import CsvFile
from datasources.imports.products_csv import COLUMNS, MAX_IMAGES, MAX_VARIANTS, products
from domain.catalog.drafts import ProductDraft, VariantDraft
from domain.catalog.records import ProductStatus, Seo
from domain.imports import Remark, Severity
from tests.unit.imports.files import PRODUCT, saved, table, variant

Rows = Sequence[Mapping[str, str]]


def _read(directory: Path, rows: Rows) -> tuple[list[ProductDraft], list[Remark]]:
    with CsvFile(saved(directory, table(rows)), COLUMNS) as file:
        found = list(products(file, "GBP"))
    return [one for one in found if isinstance(one, ProductDraft)], [one for one in found if isinstance(one, Remark)]


def _only(directory: Path, rows: Rows) -> ProductDraft:
    drafts, remarks = _read(directory, rows)
    assert remarks == []
    (draft,) = drafts
    return draft


def _refused(directory: Path, rows: Rows) -> list[tuple[int, str]]:
    drafts, remarks = _read(directory, rows)
    assert drafts == []
    return [(remark.line, remark.reason) for remark in remarks]


def test_a_row_becomes_a_product_with_its_variant(tmp_path: Path) -> None:
    """Every column that describes the product or the variant arrives; amounts are minor units."""
    draft = _only(tmp_path, [PRODUCT | {"SEO Title": "The mug", "Variant Barcode": "'0123"}])
    assert (draft.handle, draft.title, draft.vendor, draft.product_type) == ("mug", "Mug", "Potter", "Home & Garden")
    assert draft.status is ProductStatus.ACTIVE
    assert draft.collections == (("home-garden", "Home & Garden"),)
    assert (draft.html, draft.tags, draft.seo) == ("<p>A mug.</p>", ("blue", "tea"), Seo("The mug"))
    assert draft.option_names == ("Size",)
    assert draft.variants == (VariantDraft("MUG-S", ("S",), 950, 1200, inventory=7, grams=250, barcode="0123"),)
    (image,) = draft.images
    assert (image.url, image.alt_text) == ("https://example.com/mug.jpg", "A blue mug")


def test_rows_of_one_handle_are_variants_and_pictures_of_one_product(tmp_path: Path) -> None:
    """A row with a picture only adds no variant; pictures are in the order of their positions, each once."""
    rows = [
        PRODUCT | {"Image Position": "2"},
        variant(Option1_Value="M", Variant_Price="10", Image_Src="https://example.com/m.jpg", Image_Position="1"),
        variant(Image_Src="https://example.com/mug.jpg", Image_Position="3"),
        variant(Image_Src="https://example.com/last.jpg", Image_Position="4"),
    ]
    draft = _only(tmp_path, rows)
    assert [one.option_values for one in draft.variants] == [("S",), ("M",)]
    assert [image.url[20:] for image in draft.images] == ["m.jpg", "mug.jpg", "last.jpg"]


def test_a_product_without_options_has_the_default_one(tmp_path: Path) -> None:
    """Clients always find an option called Title with one value."""
    draft = _only(tmp_path, [PRODUCT | {"Option1 Name": "", "Option1 Value": ""}])
    assert (draft.option_names, draft.variants[0].option_values) == (("Title",), ("Default Title",))


@pytest.mark.parametrize(
    ("status", "published", "expected"),
    [
        ("", "", ProductStatus.ACTIVE),
        ("Active", "TRUE", ProductStatus.ACTIVE),
        ("active", "false", ProductStatus.DRAFT),
        ("draft", "true", ProductStatus.DRAFT),
        ("unlisted", "true", ProductStatus.UNLISTED),
        ("archived", "false", ProductStatus.ARCHIVED),
    ],
)
def test_what_is_not_published_is_not_shown(
    tmp_path: Path, status: str, published: str, expected: ProductStatus
) -> None:
    """Only products both active and published are for shoppers."""
    assert _only(tmp_path, [PRODUCT | {"Status": status, "Published": published}]).shown_status is expected


@pytest.mark.parametrize(
    ("tracker", "policy", "quantity", "sells_out", "inventory"),
    [
        ("shopify", "deny", "5", True, 5),
        ("shopify", "", "5.0", True, 5),
        ("shopify", "continue", "-118", False, -118),
        ("", "deny", "", False, 0),
    ],
)
def test_only_counted_stock_sells_out(
    tmp_path: Path, tracker: str, policy: str, quantity: str, sells_out: bool, inventory: int
) -> None:
    """Stock that is not counted and stock that may be oversold are for sale with any number."""
    cells = {"Inventory Tracker": tracker, "Inventory Policy": policy, "Inventory Qty": quantity}
    draft = _only(tmp_path, [PRODUCT | {f"Variant {name}": value for name, value in cells.items()}])
    assert (draft.variants[0].sells_out, draft.variants[0].inventory) == (sells_out, inventory)


def test_negative_stock_is_taken_as_zero_with_a_warning(tmp_path: Path) -> None:
    """Stock that sells out cannot be below zero; the report says so."""
    drafts, remarks = _read(tmp_path, [PRODUCT | {"Variant Inventory Qty": "-118"}])
    assert drafts[0].variants[0].inventory == 0
    assert remarks == [Remark(2, "mug", "Variant Inventory Qty is negative: taken as 0", Severity.WARNING)]


def test_a_compare_at_price_that_is_no_more_is_no_reduction(tmp_path: Path) -> None:
    """A storefront must not show a reduction from a lower price, and the report says so."""
    drafts, remarks = _read(tmp_path, [PRODUCT | {"Variant Compare At Price": "9.5"}])
    assert drafts[0].variants[0].compare_at_minor is None
    reason = "Variant Compare At Price is not above the price: it was left out"
    assert remarks == [Remark(2, "mug", reason, Severity.WARNING)]


def test_metafields_are_kept_and_costs_are_not(tmp_path: Path) -> None:
    """Metafields and Google Shopping fields come by namespace and key; a blank cell removes its value."""
    extra = {
        "Material (product.metafields.custom.material)": "Clay",
        "Metafield: custom.origin [single_line_text_field]": "Peru",
        "Google Shopping / Age Group": "adult",
        "Cost per item": "2.10",
        "Colour (product.metafields.custom.colour)": "",
    }
    found = _only(tmp_path, [PRODUCT | extra]).metafields
    assert [(one.namespace, one.key, one.type, one.value) for one in found] == [
        ("custom", "material", "", "Clay"),
        ("custom", "origin", "single_line_text_field", "Peru"),
        ("mm-google-shopping", "age_group", "", "adult"),
        ("custom", "colour", "", ""),
    ]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:image/png;base64,x", 'https://x/"onerror=', "C:\\a.jpg", "x" * 1025]
)
def test_a_picture_that_is_no_web_address_is_left_out(tmp_path: Path, url: str) -> None:
    """The product is taken without the picture, with a warning."""
    drafts, remarks = _read(tmp_path, [PRODUCT | {"Image Src": url}])
    assert drafts[0].images == ()
    assert [(one.line, one.severity) for one in remarks] == [(2, Severity.WARNING)]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"Variant Price": "free"}, "Variant Price is not an amount of GBP"),
        ({"Variant Price": "1e3"}, "Variant Price is not an amount of GBP"),
        ({"Variant Price": "1.001"}, "Variant Price is not an amount of GBP"),
        ({"Variant Price": "-1"}, "Variant Price is negative"),
        ({"Variant Inventory Qty": "many"}, "Variant Inventory Qty is not a whole number"),
        ({"Variant Inventory Qty": "9999999999"}, "Variant Inventory Qty is not between -1000000000 and 1000000000"),
        ({"Variant Inventory Policy": "maybe"}, "Variant Inventory Policy must be deny or continue"),
        ({"Variant Grams": "-1"}, "Variant Grams is negative"),
        ({"Variant Taxable": "perhaps"}, "Variant Taxable must be true or false"),
        ({"Variant SKU": "x" * 256}, "Variant SKU is longer than 255 characters"),
        ({"Option1 Value": "S"}, "an earlier variant of its product has the same option values and SKU"),
    ],
)
def test_a_variant_that_cannot_be_read_leaves_the_rest_of_its_product(
    tmp_path: Path, cells: dict[str, str], reason: str
) -> None:
    """The product comes without that variant, marked as partial: a variant it had before must not vanish."""
    bad = variant(Option1_Value="M", Variant_Price="10") | cells
    drafts, remarks = _read(tmp_path, [PRODUCT, bad, variant(Option1_Value="L", Variant_Price="11")])
    assert [one.option_values for one in drafts[0].variants] == [("S",), ("L",)]
    assert drafts[0].is_partial
    assert remarks == [Remark(3, "mug", reason)]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"Handle": ""}, "Handle is blank"),
        ({"Handle": "x" * 256}, "Handle is longer than 255 characters"),
        ({"Handle": "a/b"}, "Handle must contain only letters, digits, hyphens and underscores"),
        ({"Title": ""}, "Title is blank"),
        ({"Title": "x" * 256}, "Title is longer than 255 characters"),
        ({"Body (HTML)": "x" * 65_537}, "Body (HTML) is longer than 65536 characters"),
        ({"Status": "gone"}, "Status must be active, draft, unlisted or archived"),
        ({"Option1 Name": "", "Option2 Name": "Size"}, "the option names have gaps or repeat a name"),
        ({"Tags": ",".join(map(str, range(251)))}, "Tags has more than 250 tags or a tag longer than 255 characters"),
    ],
)
def test_a_product_whose_first_row_cannot_be_read_is_left_out_row_by_row(
    tmp_path: Path, cells: dict[str, str], reason: str
) -> None:
    """Each of its rows has its reason."""
    rows = [PRODUCT | cells, variant(Option1_Value="M", Variant_Price="1") | {"Handle": cells.get("Handle", "mug")}]
    assert _refused(tmp_path, rows) == [(2, reason), (3, "the first row of its product was rejected")]


def test_a_product_without_a_readable_variant_is_left_out_row_by_row(tmp_path: Path) -> None:
    """Rows that only bring pictures fall with it."""
    rows = [PRODUCT | {"Variant Price": "?"}, variant(Image_Src="https://example.com/2.jpg")]
    assert _refused(tmp_path, rows) == [
        (2, "Variant Price is not an amount of GBP"),
        (3, "its product has no variant that could be read"),
    ]


def test_variants_with_the_same_option_values_are_told_apart_by_sku(tmp_path: Path) -> None:
    """No variant is lost: the SKU joins the option value, and the report says so."""
    rows = [PRODUCT, variant(Option1_Value="S", Variant_Price="10", Variant_SKU="MUG-X")]
    drafts, remarks = _read(tmp_path, rows)
    assert [one.option_values for one in drafts[0].variants] == [("S",), ("S (MUG-X)",)]
    assert [(one.line, one.severity) for one in remarks] == [(3, Severity.WARNING)]


def test_a_handle_that_comes_back_later_does_not_undo_its_product(tmp_path: Path) -> None:
    """Rows that do not follow their product are refused."""
    rows = [PRODUCT, PRODUCT | {"Handle": "cup"}, PRODUCT | {"Option1 Value": "M"}]
    drafts, remarks = _read(tmp_path, rows)
    assert [draft.handle for draft in drafts] == ["mug", "cup"]
    assert remarks == [Remark(4, "mug", "the rows of its handle are not consecutive")]


def test_a_row_with_neither_variant_nor_picture_is_refused(tmp_path: Path) -> None:
    """Nothing could be done with it."""
    _, remarks = _read(tmp_path, [PRODUCT, variant(Vendor="Nobody")])
    assert remarks == [Remark(3, "mug", "the row has neither a variant nor a picture")]


def test_a_product_has_a_bounded_number_of_variants_and_pictures(tmp_path: Path) -> None:
    """Rows beyond the limits are refused or left out, each with its reason."""
    more = [variant(Option1_Value=str(number), Variant_Price="1") for number in range(MAX_VARIANTS)]
    pictures = [variant(Image_Src=f"https://example.com/{number}.jpg") for number in range(MAX_IMAGES)]
    drafts, remarks = _read(tmp_path, [PRODUCT, *more, *pictures])
    assert (len(drafts[0].variants), len(drafts[0].images)) == (MAX_VARIANTS, MAX_IMAGES)
    assert [(one.line, one.severity) for one in remarks] == [
        (2 + MAX_VARIANTS, Severity.REJECTED),
        (2 + MAX_VARIANTS + MAX_IMAGES, Severity.WARNING),
    ]


def test_a_broken_line_within_a_product_makes_it_partial(tmp_path: Path) -> None:
    """The variant of the broken line may be one that is stored: it must not vanish."""
    content = table([PRODUCT]) + "mug,too,few\n"
    with CsvFile(saved(tmp_path, content), COLUMNS) as file:
        remark, draft = products(file, "GBP")
    assert isinstance(remark, Remark) and remark.line == 3
    assert isinstance(draft, ProductDraft) and draft.is_partial
