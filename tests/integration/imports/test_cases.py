"""Small files that shops found to fail, each with what must come.

The files lie beside the project. Where they do not, their tests are skipped; the modules beside this one prove the same
with files of their own.
"""

from datasources import tables
from domain.imports import Outcome
from tests.kit.fixtures.shared_data import case
from tests.kit.imported_shop import ImportedShop


async def _statuses(shop: ImportedShop) -> dict[str, str]:
    return {row.handle: row.status for row in await shop.rows(tables.products)}


async def test_fewer_columns_leave_the_rest_alone(shop: ImportedShop) -> None:
    """`full.csv`, then `update.csv`: only the prices change, and the report names the columns."""
    await shop.products(case("full.csv"))
    before = await shop.fields()
    report = await shop.products(case("update.csv"))
    after = await shop.fields()
    changed = {name.rpartition("/")[2] for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert changed == {"minor", "min_minor"}
    assert report.columns == ("Handle", "Title", "Option1 Name", "Option1 Value", "Variant Price")


async def test_a_draft_stays_a_draft(shop: ImportedShop) -> None:
    """`draft.csv`, then files without `Status` and `Published`."""
    await shop.products(case("draft.csv"))
    await shop.products(case("update.csv"))
    await shop.products("Handle,Title\ne7-p,New\n")
    assert await _statuses(shop) == {"e7-p": "DRAFT"}


async def test_todays_template_and_titles_alone(shop: ImportedShop) -> None:
    """`newformat.csv` and `titleonly.csv`: columns by their new names; the handle comes from the title."""
    assert (await shop.products(case("newformat.csv"))).outcomes[Outcome.CREATED] == 1
    assert (await shop.products(case("titleonly.csv"))).outcomes[Outcome.CREATED] == 1
    assert await _statuses(shop) == {"e1-new": "ACTIVE", "just-a-title": "ACTIVE"}
    found = await shop.product("e1-new", "title descriptionHtml variants(first: 1) { nodes { price { amount } } }")
    assert found["descriptionHtml"] == "<p>x</p>"
    assert found["variants"]["nodes"] == [{"price": {"amount": "12.0"}}]
    assert await shop.product("just-a-title", "availableForSale") == {"availableForSale": False}


async def test_pictures(shop: ImportedShop) -> None:
    """`images.csv`: positions, pictures of variants, addresses without a scheme, and what is left out."""
    report = await shop.products(case("images.csv"))
    assert report.rejected == 0

    async def urls(handle: str) -> list[str]:
        found = await shop.product(handle, "images(first: 9) { nodes { url } }")
        return [node["url"].removeprefix("https://x.test/") for node in found["images"]["nodes"]]

    assert await urls("e3-imgpos") == ["a.jpg", "b.jpg", "c.jpg"]
    assert await urls("e3-space") == ["my%20photo.jpg"]
    assert await urls("e3-uni") == ["kaffeem%C3%BChle.jpg?v=1&w=2"]
    assert await urls("e3-proto") == ["https://cdn.shopify.com/a.jpg"]
    assert await urls("e3-drive") == []
    assert await urls("e3-vimg") == ["main.jpg", "red.jpg", "blue.jpg"]
    assert await urls("e3-vonly") == ["r.jpg"]
    assert await urls("e3-list") == ["1.jpg", "2.jpg"]
    left_out = [remark.key for remark in shop.remarks if "picture was left out" in remark.reason]
    assert left_out == ["e3-drive"]
    found = await shop.product("e3-vimg", "variants(first: 9) { nodes { image { url } } }")
    assert [node["image"]["url"] for node in found["variants"]["nodes"]] == [
        "https://x.test/red.jpg",
        "https://x.test/blue.jpg",
    ]


async def test_handles_compare_without_case(shop: ImportedShop) -> None:
    """`case.csv` after `full.csv`: one product, found under both spellings."""
    await shop.products(case("full.csv"))
    await shop.products(case("case.csv"))
    assert await _statuses(shop) == {"e7-p": "ACTIVE"}
    assert await shop.product("E7-P", "handle") == {"handle": "e7-p"}


async def test_counts_of_stock(shop: ImportedShop) -> None:
    """`inv.csv` and `noqty.csv`: what is tracked shows its count; what is not said is never silently sold out."""
    await shop.products(case("inv.csv"))
    rejected = {remark.key for remark in shop.remarks if remark.severity == "REJECTED"}
    assert rejected == {"e2-inv-3"}
    shown = {}
    for number in (0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12):
        fields = "variants(first: 1) { nodes { quantityAvailable availableForSale } }"
        (node,) = (await shop.product(f"e2-inv-{number}", fields))["variants"]["nodes"]
        shown[number] = (node["quantityAvailable"], node["availableForSale"])
    assert shown == {
        0: (12, True),
        1: (1000, True),
        2: (0, False),
        4: (None, True),
        5: (None, True),
        6: (0, True),
        7: (-3, True),
        8: (7, True),
        9: (5, True),
        10: (5, True),
        11: (5, True),
        12: (0, False),
    }
    unknown = {remark.key for remark in shop.remarks if remark.reason.endswith(": a new variant starts with 0")}
    assert unknown == {"e2-inv-2", "e2-inv-12"}
    await shop.products(case("noqty.csv"))
    assert shop.reasons == [
        "a new variant is tracked, but the file does not say how many units there are: it starts with 0"
    ]


async def test_numbers_prices_statuses_and_options(shop: ImportedShop) -> None:
    """`weights.csv`, `prices.csv`, `compare.csv`, `status.csv`, `options.csv`: read, or told with the line."""
    report = await shop.products(case("weights.csv"))
    assert (report.rejected, report.dropped) == (
        0,
        ("Variant Fulfillment Service", "Variant Weight Unit", "Variant Tax Code", "Cost per item"),
    )
    assert [row.grams for row in await shop.rows(tables.variants)] == [454, 1361, 500, 1, 1000, 0, 500]

    await shop.products(case("prices.csv"))
    told = {int(remark.key.rpartition("-")[2]) for remark in shop.remarks}
    assert told == {2, 3, 4, 9, 10, 11, 12}
    rows = {row.id: row.handle for row in await shop.rows(tables.products)}
    variants = {row.id: rows[row.product_id] for row in await shop.rows(tables.variants)}
    prices = {variants[row.variant_id]: row.minor for row in await shop.rows(tables.prices)}
    numbers = {int(name.rpartition("-")[2]): minor for name, minor in prices.items() if name.startswith("e2-price")}
    assert numbers == {
        0: 129_900,
        1: 129_900,
        5: 1_250,
        6: 1_200,
        7: 0,
        8: 0,
        13: 1_200,
        14: 99,
        15: 1_200,
        16: 9_999_999_999_999,
    }

    await shop.products(case("compare.csv"))
    assert {remark.key for remark in shop.remarks} == {"e2-cmp-1", "e2-cmp-2", "e2-cmp-3"}


async def test_statuses(shop: ImportedShop) -> None:
    """`status.csv`: unlisted is a status of its own, a gift card is kept as a draft, contradictions are named."""
    await shop.products(case("status.csv"))
    statuses = {name.removeprefix("e5-"): status for name, status in (await _statuses(shop)).items()}
    assert statuses == {
        "gift": "DRAFT",
        "st-0": "ACTIVE",
        "st-1": "DRAFT",
        "st-2": "ACTIVE",
        "st-3": "DRAFT",
        "st-4": "ARCHIVED",
        "st-5": "ACTIVE",
        "st-6": "ACTIVE",
        "st-7": "UNLISTED",
        "st-8": "ACTIVE",
        "st-9": "DRAFT",
        "st-10": "ACTIVE",
        "st-11": "DRAFT",
        "st-2nd": "ACTIVE",
    }
    by_key = {remark.key: remark.reason for remark in shop.remarks}
    assert by_key["e5-gift"] == "gift cards cannot be sold yet: the product is kept as a draft"
    assert by_key["e5-st-2nd"].endswith("differs from that of the first row of its product, which counts")
    assert {"e5-st-12", "e5-st-13", "e5-st-14"} < by_key.keys()


async def test_options(shop: ImportedShop) -> None:
    """`options.csv`: an option whose name changes on a later row is reported, and so is all that is left out."""
    await shop.products(case("options.csv"))
    told = {(remark.line, remark.key.removeprefix("e4-")) for remark in shop.remarks}
    assert {key for _, key in told} >= {"empty2", "late", "dup", "dupsku", "namechg", "extra", "gap", "default"}


async def test_metafields_markets_and_collections(shop: ImportedShop) -> None:
    """`meta.csv`: kept and queried by name; markets decide price and availability; what is not kept is named once."""
    report = await shop.products(case("meta.csv"))
    assert set(report.dropped) == {
        *("Variant Fulfillment Service", "Variant Tax Code", "Variant Weight Unit", "Cost per item"),
        *("Product Category", "Price / International", "Option1 Linked To"),
        *("Unit Price Total Measure", "Unit Price Total Measure Unit", "Unknown Column"),
    }
    fields = (
        'metafield(namespace: "custom", key: "care") { value type } '
        'metafields(identifiers: [{ namespace: "custom", key: "origin" }, { key: "fabric" }, { key: "none" }]) '
        "{ value } "
        "tags descriptionHtml collections(first: 9) { nodes { title } }"
    )
    found = await shop.product("e6-meta", fields)
    assert found["metafield"] == {"value": "Wash cold", "type": "single_line_text_field"}
    assert found["metafields"] == [{"value": "Peru"}, {"value": "Wool"}, None]
    assert {node["title"] for node in found["collections"]["nodes"]} == {"Shirts", "Summer Sale"}
    for kept in ("https://www.youtube.com/embed/abc", 'href="tel:+441234"', 'target="_blank"', "<details>"):
        assert kept in found["descriptionHtml"]
    for gone in ("script", "onerror", "style", "class", "<video", "<font"):
        assert gone not in found["descriptionHtml"]
    assert {reason for reason in shop.reasons if reason.startswith("Body (HTML) lost ")} > {
        "Body (HTML) lost <script>",
        "Body (HTML) lost class",
        "Body (HTML) lost event handlers",
    }
    assert await shop.product("e6-meta", "handle", "US") is None
