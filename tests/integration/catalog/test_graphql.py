"""The catalog through GraphQL: what is hidden, prices by territory, variants, content."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.content.writes import ContentStore
from domain.accounts import Permission
from domain.catalog.records import Image, ProductContent, Seo
from domain.kit.ids import global_id
from tests.kit.carts import CREATE, line, refusals
from tests.kit.factories.catalog import add_collection
from tests.kit.fixtures.graphql_api import Api, Record

FUTURE = datetime(2999, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "changed",
    [{"status": "DRAFT"}, {"status": "ARCHIVED"}, {"published_at": FUTURE}],
    ids=["draft", "archived", "future"],
)
async def test_a_hidden_product_is_nowhere(api: Api, changed: Record) -> None:
    """Not by id or handle, in no list or collection, not as a node or variant, not for a cart."""
    hidden, shown = await api.add_product(handle="hidden"), await api.add_product(handle="shown")
    await api.transact(lambda tx: add_collection(tx, [hidden.product_id, shown.product_id], handle="all"))
    query = """
    query($product: ID!, $variant: ID!) {
      byId: product(id: $product) { id } byHandle: product(handle: "hidden") { id }
      node(id: $product) { id } nodes(ids: [$product, $variant]) { id }
      products(first: 9) { nodes { handle } } falling: products(last: 9, sortKey: TITLE) { nodes { handle } }
      collection(handle: "all") { products(first: 9) { nodes { handle } } }
      productRecommendations(productId: $product) { id }
    }"""
    gids = {
        "product": global_id("Product", hidden.product_id),
        "variant": global_id("ProductVariant", hidden.variant_id),
    }
    before = await api.data(query, gids)
    await api.change(sa.update(tables.products).where(tables.products.c.id == hidden.product_id).values(**changed))
    assert all(before.values())
    assert await api.data(query, gids) == {
        "byId": None,
        "byHandle": None,
        "node": None,
        "nodes": [None, None],
        "products": {"nodes": [{"handle": "shown"}]},
        "falling": {"nodes": [{"handle": "shown"}]},
        "collection": {"products": {"nodes": [{"handle": "shown"}]}},
        "productRecommendations": None,
    }
    assert await refusals(api, CREATE, input={"lines": [line(hidden.variant_id)]}) == ["MERCHANDISE_NOT_FOUND"]


async def test_staff_is_answered_the_product_that_it_hides(api: Api) -> None:
    """With its variants, which lead back to it; shoppers see it no more."""
    mug, staff = await api.add_product(), await api.add_account(Permission.PRODUCTS)
    gid = global_id("Product", mug.product_id)
    operation = """mutation($id: ID!) { productUpdate(product: { id: $id, status: DRAFT }) {
        product { status variants(first: 1) { nodes { product { id } } } } userErrors { code } } }"""
    answer = (await api.data(operation, {"id": gid}, staff.token))["productUpdate"]
    assert answer == {
        "product": {"status": "DRAFT", "variants": {"nodes": [{"product": {"id": gid}}]}},
        "userErrors": [],
    }
    assert (await api.data("query($id: ID!) { product(id: $id) { id } }", {"id": gid}))["product"] is None


@pytest.mark.parametrize(
    "given",
    [
        {"title": "Mug"},
        {"title": " Mug ", "status": "ACTIVE"},
        {"descriptionHtml": "<p>Blue.</p>", "tags": ["a", "b"]},
        {"seo": {"title": "Mugs"}},
    ],
)
async def test_a_change_that_changes_nothing_is_no_event(api: Api, given: Record) -> None:
    """Nobody builds, indexes and hears of a product again because somebody pressed Save."""
    staff = await api.add_account(Permission.PRODUCTS)
    product = {"id": global_id("Product", (await api.add_product(title="Mug")).product_id)}
    operation = """mutation($product: ProductUpdateInput!) { productUpdate(product: $product) {
      product { title } userErrors { code } } }"""
    once = {"title": "Mug", "descriptionHtml": "<p>Blue.</p>", "tags": ["a", "b"], "seo": {"title": "Mugs"}}
    await api.data(operation, {"product": product | once}, staff.token)
    before = await api.rows(tables.outbox), await api.rows(tables.products)
    answer = await api.data(operation, {"product": product | given}, staff.token)
    assert answer["productUpdate"] == {"product": {"title": "Mug"}, "userErrors": []}
    assert (await api.rows(tables.outbox), await api.rows(tables.products)) == before
    await api.data(operation, {"product": product | {"tags": ["a"]}}, staff.token)
    assert len(await api.rows(tables.outbox)) == len(before[0]) + 1


async def test_html_is_as_long_as_it_is_stored(api: Api) -> None:
    """Each `&` is stored with five characters: a longer text could be exported, but not imported."""
    mug, staff = await api.add_product(), await api.add_account(Permission.PRODUCTS)
    operation = """mutation($product: ProductUpdateInput!) { productUpdate(product: $product) {
        product { id } userErrors { code field } } }"""
    answers = []
    for count in (13_107, 13_108):
        product = {"id": global_id("Product", mug.product_id), "descriptionHtml": "&" * count}
        answers.append((await api.data(operation, {"product": product}, staff.token))["productUpdate"]["userErrors"])
    assert answers == [[], [{"code": "TOO_LONG", "field": ["product", "descriptionHtml"]}]]


async def test_prices_are_those_of_the_visitors_territory(api: Api) -> None:
    """Its own price where set, else the shop's at the exchange rate; unknown countries pay the shop's own."""
    mug = await api.add_product(price=1_001)
    own = {"variant_id": mug.variant_id, "territory": "EU", "minor": 1_499, "compare_at_minor": 1_999}
    await api.change(sa.insert(tables.prices).values(own))
    told = {}
    for country in ("GB", "US", "FR", "JP"):
        query = f"""query @inContext(country: {country}) {{ products(first: 1) {{ nodes {{
            priceRange {{ minVariantPrice {{ amount currencyCode }} }}
            compareAtPriceRange {{ maxVariantPrice {{ amount }} }}
            variants(first: 1) {{ nodes {{ price {{ amount }} compareAtPrice {{ amount }} }} }} }} }} }}"""
        (node,) = (await api.data(query))["products"]["nodes"]
        price = node["priceRange"]["minVariantPrice"]
        variant = node["variants"]["nodes"][0]
        assert variant["price"]["amount"] == price["amount"]
        reduced = variant["compareAtPrice"] and variant["compareAtPrice"]["amount"]
        told[country] = (price["amount"], price["currencyCode"], reduced)
    assert told == {
        "GB": ("10.01", "GBP", None),
        "US": ("12.71", "USD", None),
        "FR": ("14.99", "EUR", "19.99"),
        "JP": ("10.01", "GBP", None),
    }


SELECTED = """query($options: [SelectedOptionInput!], $unknown: Boolean!, $any: Boolean!) { products(first: 1) { nodes {
  chosen: selectedOrFirstAvailableVariant(
    selectedOptions: $options, ignoreUnknownOptions: $unknown, caseInsensitiveMatch: $any) { title }
} } }"""


async def _chosen(api: Api, *options: tuple[str, str], unknown: bool = True, any_case: bool = False) -> str | None:
    asked = [{"name": name, "value": value} for name, value in options]
    data = await api.data(SELECTED, {"options": asked, "unknown": unknown, "any": any_case})
    chosen = data["products"]["nodes"][0]["chosen"]
    return chosen and str(chosen["title"])


EXACT = """query($options: [SelectedOptionInput!]!, $unknown: Boolean, $any: Boolean) { products(first: 1) { nodes {
  chosen: variantBySelectedOptions(
    selectedOptions: $options, ignoreUnknownOptions: $unknown, caseInsensitiveMatch: $any) { title }
} } }"""


async def test_the_variant_of_all_options(api: Api) -> None:
    """By every option, or by every option that the product has, with or without regard to case."""
    await api.add_product(variants=("Red", "Blue"))

    async def chosen(*options: tuple[str, str], **how: bool) -> str | None:
        asked = [{"name": name, "value": value} for name, value in options]
        found = (await api.data(EXACT, {"options": asked} | how))["products"]["nodes"][0]["chosen"]
        return found and str(found["title"])

    assert await chosen(("Title", "Blue")) == "Blue"
    assert await chosen(("title", "blue")) is None
    assert await chosen(("title", "blue"), any=True) == "Blue"
    assert await chosen(("Title", "Blue"), ("Size", "M")) is None
    assert await chosen(("Title", "Blue"), ("Size", "M"), unknown=True) == "Blue"
    assert await chosen() is None


async def test_the_chosen_variant_else_the_first_that_can_be_bought(api: Api) -> None:
    """By options, with or without regard to case; unknown options are ignored unless that is refused."""
    mug = await api.add_product(variants=("Red", "Blue", "Green"))
    red = tables.stock_levels.c.variant_id == mug.variant_id
    await api.change(sa.update(tables.stock_levels).where(red).values(available=0))
    assert await _chosen(api) == "Blue"
    assert await _chosen(api, ("Title", "Red")) == "Red"
    assert await _chosen(api, ("Title", "Green")) == "Green"
    assert await _chosen(api, ("title", "green")) == "Blue"
    assert await _chosen(api, ("title", "green"), any_case=True) == "Green"
    assert await _chosen(api, ("Size", "M"), ("Title", "Green")) == "Green"
    assert await _chosen(api, ("Size", "M"), unknown=False) is None
    await api.change(sa.update(tables.stock_levels).values(available=0))
    assert await _chosen(api) == "Red"


async def test_a_product_shows_its_content(api: Api) -> None:
    """Texts, pictures, tags; search engines get the title where nothing else was written."""
    mug = await api.add_product(title="Blue mug", variants=("S", "M"))
    images = (Image("1", "/media/a.svg", "A mug", 10, 20), Image("2", "https://example.com/b.png"))
    content = ProductContent(mug.product_id, "<p>Blue</p>", "A very blue mug", ("blue", "mug"), images, Seo())
    await ContentStore(api.stores.documents).put_products({mug.product_id: content})
    query = """{ products(first: 1) { nodes { descriptionHtml description short: description(truncateAt: 9) tags
        seo { title description } featuredImage { url altText width height } images(first: 5) { nodes { url } }
        variantsCount { count } totalInventory options { name optionValues { name firstSelectableVariant { title } } }
        adjacentVariants(selectedOptions: [{ name: "Title", value: "S" }]) { title } } } }"""
    (node,) = (await api.data(query))["products"]["nodes"]
    assert node == {
        "descriptionHtml": "<p>Blue</p>",
        "description": "A very blue mug",
        "short": "A very...",
        "tags": ["blue", "mug"],
        "seo": {"title": "Blue mug", "description": "A very blue mug"},
        "featuredImage": {"url": "http://shop.test/media/a.svg", "altText": "A mug", "width": 10, "height": 20},
        "images": {"nodes": [{"url": "http://shop.test/media/a.svg"}, {"url": "https://example.com/b.png"}]},
        "variantsCount": {"count": 2},
        "totalInventory": 20,
        "options": [
            {
                "name": "Title",
                "optionValues": [
                    {"name": "S", "firstSelectableVariant": {"title": "S"}},
                    {"name": "M", "firstSelectableVariant": {"title": "M"}},
                ],
            }
        ],
        "adjacentVariants": [{"title": "M"}],
    }


async def test_null_clears_and_omitting_leaves_the_fields_of_a_product(api: Api) -> None:
    """Each part of what search engines show by itself, too."""
    staff, mug = await api.add_account(Permission.PRODUCTS), await api.add_product(vendor="Acme", product_type="Mugs")
    operation = """mutation($product: ProductUpdateInput!) { productUpdate(product: $product) { userErrors { code }
      product { vendor productType descriptionHtml tags seo { title description } } } }"""

    async def change(**fields: object) -> Record:
        given = {"id": global_id("Product", mug.product_id), **fields}
        payload: Record = (await api.data(operation, {"product": given}, staff.token))["productUpdate"]
        assert payload["userErrors"] == []
        shown: Record = payload["product"]
        return shown

    seo = {"title": "Mug", "description": "Holds tea"}
    full = await change(descriptionHtml="<p>Blue</p>", tags=["tea"], seo=seo)
    assert await change(seo={"title": "Cup"}) == full | {"seo": seo | {"title": "Cup"}}
    assert (await change(seo={"title": None}))["seo"]["description"] == "Holds tea"
    cleared = await change(vendor=None, productType=None, descriptionHtml=None, tags=None)
    assert {name: cleared[name] for name in ("vendor", "productType", "descriptionHtml", "tags")} == {
        "vendor": "",
        "productType": "",
        "descriptionHtml": "",
        "tags": [],
    }
