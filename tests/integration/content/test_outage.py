"""With the document store down, every page of a storefront still sells and names its missing parts.

The pages are those of Next.js Commerce and of Hydrogen's skeleton, with the fields that they select.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from datasources import tables
from datasources.content.reads import Content
from datasources.content.writes import ContentStore
from datasources.kit.documents import FAILURES, Documents
from domain.accounts import Permission
from domain.catalog.records import CollectionContent, Image, ProductContent, ProductStatus, Seo
from domain.content import Menu, MenuItem, Shop
from domain.kit.ids import global_id
from domain.kit.refusals import Unavailable
from tests.kit.backends.databases import Databases
from tests.kit.backends.others import Mongo
from tests.kit.factories.catalog import add_collection
from tests.kit.fixtures.graphql import asking
from tests.kit.fixtures.graphql_api import Api, Record
from tests.kit.fixtures.shop import empty_shop
from tests.kit.storefront_pages import CART, COLLECTION, IMAGE, MENU, PRODUCT, SEO, SHOP
from workers.search import Indexer

pytestmark = pytest.mark.slow

VARIANT: Record = {
    "title": "Default Title",
    "availableForSale": True,
    "quantityAvailable": 10,
    "price": {"amount": "10.0", "currencyCode": "GBP"},
    "image": None,
}
PARTLESS: Record = {
    "title": "Mug",
    "description": "",
    "descriptionHtml": "",
    "tags": [],
    "featuredImage": None,
    "images": {"edges": []},
    "seo": {"title": None, "description": None},
    "priceRange": {key: {"amount": "10.0", "currencyCode": "GBP"} for key in ("minVariantPrice", "maxVariantPrice")},
}


@dataclass(frozen=True, slots=True)
class Outage:
    """A shop with a mug whose document store was stopped after serving requests."""

    api: Api
    product_id: str
    variant_id: str
    unsold: int

    async def page(self, query: str, variables: Record | None = None) -> tuple[Record, Record]:
        """The data of a page and its one warning. Asserts that the answer has no errors and must not be cached."""
        answer = await self.api.send(query, variables)
        body = answer.json()
        assert "errors" not in body, body["errors"]
        (warning,) = body["extensions"]["warnings"]
        assert answer.headers["cache-control"] == "no-store"
        assert (warning["code"], warning["retryAfter"]) == ("CONTENT_UNAVAILABLE", 1.0)
        data: Record = body["data"]
        return data, warning


@pytest.fixture(scope="module")
async def outage(
    all_databases: dict[str, Databases], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Outage]:
    """A shop whose own document store is killed. Tests must not change data that other tests read."""
    store = Mongo()
    if reason := store.missing_program():
        pytest.skip(reason)
    async with empty_shop(all_databases, "shop", tmp_path_factory.mktemp("outage")) as settings:
        own = {"mongo_url": SecretStr(store.start()), "store_seconds": 2.0}
        async with asking(settings.model_copy(update=own)) as api:
            shop = await _open(api)
            store.stop()
            yield shop


async def _open(api: Api) -> Outage:
    """A shop that sells one mug, and has a draft product, a jug."""
    stores = api.stores
    mug = await api.add_product(handle="mug")
    jug = await api.add_product(handle="jug", title="Jug", status=ProductStatus.DRAFT)
    collection_id = await api.transact(lambda tx: add_collection(tx, [mug.product_id], handle="mugs"))
    content = ContentStore(stores.documents)
    picture = Image("1", "/media/mug.svg", "A mug", 1, 1)
    texts = ProductContent(mug.product_id, "<p>A mug</p>", "A mug", ("blue",), (picture,), Seo("Mug!", "A mug."))
    await content.put_products({mug.product_id: texts})
    await content.put_collections({collection_id: CollectionContent(collection_id, "<p>Mugs</p>", "Mugs")})
    await content.put_menu(Menu("main", "main", "Main", (MenuItem("1", "Mugs", "/mugs"),)))
    await content.put_shop(Shop("Mugs Ltd", "We sell mugs.", "", "GBP"))
    await Indexer(stores.search, stores.catalog, stores.content, stores.territories.default).index([mug.product_id])
    assert (await api.data("{ shop { name } }")) == {"shop": {"name": "Mugs Ltd"}}
    return Outage(
        api, global_id("Product", mug.product_id), global_id("ProductVariant", mug.variant_id), jug.product_id
    )


def _includes(whole: Any, part: Record) -> bool:
    return {key: whole[key] for key in part} == part


async def test_the_product_page_sells(outage: Outage) -> None:
    """Title, prices, options and stock are answered, every text and picture is absent and listed in the warning."""
    query = PRODUCT + 'query { product(handle: "mug") { ...product } productRecommendations(productId: "%s") { id } }'
    data, warning = await outage.page(query % outage.product_id)
    product = data["product"]
    assert _includes(product, PARTLESS)
    assert product["options"][0]["values"] == ["Default Title"]
    (variant,) = product["variants"]["edges"]
    assert _includes(variant["node"], VARIANT)
    absent = ("description", "descriptionHtml", "tags", "featuredImage", "images", "seo")
    assert {path[1] for path in warning["paths"] if len(path) == 2} == set(absent)
    assert ["product", "variants", "edges", 0, "node", "image"] in warning["paths"]


async def test_the_collection_page_sells(outage: Outage) -> None:
    """The collection has its title, and its products have titles and prices."""
    query = COLLECTION + PRODUCT.replace(IMAGE, "").replace(SEO, "")
    query += (
        'query { collection(handle: "mugs") { ...collection products(first: 100) { edges { node { ...product } } } } }'
    )
    data, warning = await outage.page(query)
    collection = data["collection"]
    absent = {"description": "", "descriptionHtml": "", "image": None, "seo": {"title": None, "description": None}}
    assert _includes(collection, {"handle": "mugs", **absent})
    (product,) = collection["products"]["edges"]
    assert _includes(product["node"], PARTLESS)
    assert ["collection", "products", "edges", 0, "node", "tags"] in warning["paths"]


async def test_lists_of_products_and_collections_are_answered(outage: Outage) -> None:
    """Absent tags do not make a product null."""
    data, warning = await outage.page(
        "{ products(first: 10) { nodes { title tags } } collections(first: 10) { nodes { handle description } } }"
    )
    assert data["products"]["nodes"] == [{"title": "Mug", "tags": []}]
    assert data["collections"]["nodes"] == [{"handle": "mugs", "description": ""}]
    assert sorted(warning["paths"]) == [["collections", "nodes", 0, "description"], ["products", "nodes", 0, "tags"]]


async def test_search_finds_what_is_sold(outage: Outage) -> None:
    """The search page and predictive search both work."""
    query = (
        PRODUCT
        + """
        query {
          search(query: "mug", first: 5, types: [PRODUCT]) { nodes { ... on Product { ...product } } }
          pages: search(query: "mug", first: 5, types: [PAGE]) { nodes { ... on Page { title } } }
          predictiveSearch(query: "mug") {
                products { title featuredImage { url } } collections { title } pages { title }
              }
          products(first: 5, query: "mug") { edges { node { title } } }
        }
    """
    )
    data, warning = await outage.page(query)
    assert _includes(data["search"]["nodes"][0], PARTLESS)
    assert data["pages"]["nodes"] == []
    assert data["predictiveSearch"]["products"] == [{"title": "Mug", "featuredImage": None}]
    assert data["predictiveSearch"]["pages"] == []
    assert data["products"]["edges"] == [{"node": {"title": "Mug"}}]
    assert {path[0] for path in warning["paths"]} == {"search", "pages", "predictiveSearch"}


async def test_the_cart_is_made_shown_and_changed(outage: Outage) -> None:
    """A cart shows its cost, in queries and in the answers of mutations."""
    lines = [{"merchandiseId": outage.variant_id, "quantity": 2}]
    create = CART + "mutation($lines: [CartLineInput!]) { cartCreate(input: {lines: $lines}) { cart { ...cart } } }"
    data, warning = await outage.page(create, {"lines": lines})
    cart = data["cartCreate"]["cart"]
    (line,) = cart["lines"]["edges"]
    product = {"id": outage.product_id, "handle": "mug", "title": "Mug", "featuredImage": None}
    assert line["node"]["merchandise"]["product"] == product
    assert cart["cost"]["totalAmount"] == {"amount": "20.0", "currencyCode": "GBP"}
    assert ["cartCreate", "cart", "lines", "edges", 0, "node", "merchandise", "image"] in warning["paths"]
    data, _ = await outage.page(CART + "query($id: ID!) { cart(id: $id) { ...cart } }", {"id": cart["id"]})
    assert data["cart"] == cart


async def test_the_layout_of_every_page_is_answered(outage: Outage) -> None:
    """Header, footer and the shop: menus are null, and the shop answers its fields that need no document."""
    query = (
        MENU
        + SHOP
        + """
        query {
          shop { ...shop } header: menu(handle: "main") { ...menu } footer: menu(handle: "main") { ...menu }
        }
    """
    )
    data, warning = await outage.page(query)
    assert (data["header"], data["footer"]) == (None, None)
    assert _includes(data["shop"], {"name": "", "description": "", "brand": {"logo": None}, "privacyPolicy": None})
    assert data["shop"]["paymentSettings"] == {"currencyCode": "GBP"}
    assert sorted(warning["paths"]) == [["footer"], ["header"], ["shop"]]


async def test_pages_are_absent(outage: Outage) -> None:
    """A page is null, by handle and by id, and a list of pages is empty."""
    page_id, product = global_id("Page", "about"), outage.product_id
    data, warning = await outage.page(
        """
        query($page: ID!, $ids: [ID!]!) {
          page(handle: "about") { title } pageByHandle(handle: "about") { title }
          pages(first: 5) { edges { node { title } } } node(id: $page) { id } nodes(ids: $ids) { id }
        }
        """,
        {"page": page_id, "ids": [page_id, product]},
    )
    assert data == {
        "page": None,
        "pageByHandle": None,
        "pages": {"edges": []},
        "node": None,
        "nodes": [None, {"id": product}],
    }
    assert sorted(warning["paths"]) == sorted([name] for name in data)


async def test_writes_of_content_fail_and_change_nothing(outage: Outage) -> None:
    """Staff get a typed error. Changes that need no document succeed, with the same warning as a page."""
    staff = await outage.api.add_account(Permission.PRODUCTS, Permission.HOMEPAGE)
    update = """
        mutation($p: ProductUpdateInput!) { productUpdate(product: $p) { product { title tags } userErrors { code } } }
    """
    product_id = global_id("Product", outage.unsold)
    both = {"id": product_id, "title": "Big jug", "tags": ["red"]}
    answer = await outage.api(update, {"p": both}, staff.token)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["CONTENT_UNAVAILABLE"]
    stored = sa.select(tables.products.c.title).where(tables.products.c.id == outage.unsold)
    assert [row.title for row in await outage.api.stores.database.all(stored)] == ["Jug"]
    answer = await outage.api(update, {"p": {"id": product_id, "title": "Big jug"}}, staff.token)
    assert "errors" not in answer
    assert answer["data"]["productUpdate"]["product"] == {"title": "Big jug", "tags": []}
    assert answer["extensions"]["warnings"][0]["paths"] == [["productUpdate", "product", "tags"]]
    publish = 'mutation { menuUpdate(id: "gid://storefront/Menu/main", title: "Other", items: []) { menu { id } } }'
    answer = await outage.api(publish, None, staff.token)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["CONTENT_UNAVAILABLE"]


async def test_a_page_without_content_has_no_warning(outage: Outage) -> None:
    """A query that selects no content is not affected by the outage."""
    answer = await outage.api.send('{ product(handle: "mug") { title } }')
    assert answer.json() == {"data": {"product": {"title": "Mug"}}}
    assert answer.headers["cache-control"] != "no-store"


async def test_a_store_that_is_away_is_not_waited_for_each_time(documents: Documents) -> None:
    """After some failures no command is sent to the store until a background probe succeeds."""
    gone = Documents("mongodb://127.0.0.1:1", "shop", deadline=0.2)
    content = Content(gone)
    for _ in range(FAILURES):
        with pytest.raises(Unavailable):
            await content.products([1])
    gone.db = documents.db
    with pytest.raises(Unavailable):
        await content.products([1])
    await gone.ping()
    assert await content.products([1]) == [ProductContent(1)]
    await gone.close()
