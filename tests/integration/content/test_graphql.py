"""Menus, pages, the shop and nodes through GraphQL."""

import pytest

from datasources.content.writes import ContentStore
from domain.catalog.records import Image, Seo
from domain.content import ContentPage, Menu, MenuItem, Policy, Shop
from domain.kit.ids import global_id, new_secret
from tests.kit.factories.catalog import NOW, add_collection
from tests.kit.fixtures.graphql_api import Api
from tests.kit.refusals import refused


async def test_nodes_answer_in_the_order_of_their_ids(api: Api) -> None:
    """Each by its kind, null for what names nothing, 250 at most."""
    mug = await api.add_product()
    collection = global_id("Collection", await api.transact(lambda tx: add_collection(tx, [mug.product_id])))
    await ContentStore(api.stores.documents).put_page(_page("about"))
    product, variant = global_id("Product", mug.product_id), global_id("ProductVariant", mug.variant_id)
    page = global_id("Page", "about")
    nothing = [
        "",
        "x",
        "gid://storefront/",
        global_id("Shop", 1),
        global_id("Product", 0),
        global_id("Cart", new_secret()),
    ]
    nothing += [f"{product}x", f"?{product}", global_id("Product", 2**63), global_id("__class__", 1)]
    gids = [page, *nothing, variant, collection, product, product]
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
    nodes = (await api.data(query, {"ids": gids}))["nodes"]
    kinds = ["Page", *(None for _ in nothing), "ProductVariant", "Collection", "Product", "Product"]
    assert [node and node["__typename"] for node in nodes] == kinds
    assert [node["id"] for node in nodes if node] == [page, variant, collection, product, product]
    assert len((await api.data(query, {"ids": [product] * 250}))["nodes"]) == 250
    assert await refused(api, query, {"ids": [product] * 251}) == "TOO_MANY"


def _page(handle: str, title: str = "About us") -> ContentPage:
    return ContentPage(handle, handle, title, "<p>Hello</p>", "Hello", NOW, NOW, Seo("For machines"))


async def test_menus_are_shown_with_whole_addresses(api: Api) -> None:
    """The shop's own addresses become absolute, others stay; an unknown menu is null."""
    inner = MenuItem("2", "Far", "https://example.com/far", "HTTP")
    item = MenuItem("1", "Mugs", "/collections/mugs", "COLLECTION", global_id("Collection", 1), ("tag",), (inner,))
    await ContentStore(api.stores.documents).put_menu(Menu("main", "main", "Main menu", (item,)))
    query = """query($handle: String!) { menu(handle: $handle) { handle title itemsCount items {
        title url type resourceId tags items { title url } } } }"""
    assert (await api.data(query, {"handle": "main"}))["menu"] == {
        "handle": "main",
        "title": "Main menu",
        "itemsCount": 1,
        "items": [
            {
                "title": "Mugs",
                "url": "http://shop.test/collections/mugs",
                "type": "COLLECTION",
                "resourceId": global_id("Collection", 1),
                "tags": ["tag"],
                "items": [{"title": "Far", "url": "https://example.com/far"}],
            }
        ],
    }
    assert (await api.data(query, {"handle": "none"}))["menu"] is None


async def test_pages_are_read_by_handle_and_id_and_in_pages(api: Api) -> None:
    """In the order of their handles."""
    store = ContentStore(api.stores.documents)
    for handle in ("c", "a", "b"):
        await store.put_page(_page(handle))
    query = """query($id: ID!) { byId: page(id: $id) { handle } byHandle: page(handle: "b") { id title body bodySummary
        seo { title } createdAt } none: page(handle: "none") { id } noId: page { id }
        old: pageByHandle(handle: "b") { id }
        pages(first: 2) { nodes { handle } pageInfo { hasNextPage } } }"""
    data = await api.data(query, {"id": global_id("Page", "b")})
    page = {"id": global_id("Page", "b"), "title": "About us", "body": "<p>Hello</p>", "bodySummary": "Hello"}
    assert data["byHandle"] == page | {"seo": {"title": "For machines"}, "createdAt": "2026-01-02T03:04:05Z"}
    assert (data["byId"], data["none"], data["noId"]) == ({"handle": "b"}, None, None)
    assert data["old"] == {"id": page["id"]}
    assert data["pages"] == {"nodes": [{"handle": "a"}, {"handle": "b"}], "pageInfo": {"hasNextPage": True}}


SHOP = """{ shop { name description paymentSettings { currencyCode } shipsToCountries primaryDomain { url host }
  brand { logo { image { url altText } } }
  privacyPolicy { handle title body url } refundPolicy { title } subscriptionPolicy { title } } }"""


@pytest.mark.parametrize("host", ["evil.example/x?", 'a"><script>', "a b", "x" * 300])
async def test_what_is_no_host_is_in_no_address(api: Api, host: str) -> None:
    """The shop then uses the address that it listens on."""
    await ContentStore(api.stores.documents).put_shop(Shop("Mugs", "", "", "GBP", None, ()))
    answer = await api.send("{ shop { primaryDomain { url } } }", headers={"Host": host})
    assert answer.json()["data"]["shop"]["primaryDomain"]["url"] == "http://shop.test"


async def test_the_shop_presents_itself(api: Api) -> None:
    """With its policies, its logo and the countries that it sends to."""
    policy = Policy("1", "privacy-policy", "Privacy", "<p>None</p>", "/policies/privacy-policy")
    logo = Image("logo", "/media/logo.svg", "Our logo")
    await ContentStore(api.stores.documents).put_shop(Shop("Mugs", "We sell mugs.", "", "GBP", logo, (policy,)))
    shop = (await api.data(SHOP))["shop"]
    assert {"GB", "US", "FR"} <= set(shop.pop("shipsToCountries"))
    assert shop == {
        "name": "Mugs",
        "description": "We sell mugs.",
        "paymentSettings": {"currencyCode": "GBP"},
        "primaryDomain": {"url": "http://shop.test", "host": "shop.test"},
        "brand": {"logo": {"image": {"url": "http://shop.test/media/logo.svg", "altText": "Our logo"}}},
        "privacyPolicy": {
            "handle": "privacy-policy",
            "title": "Privacy",
            "body": "<p>None</p>",
            "url": "http://shop.test/policies/privacy-policy",
        },
        "refundPolicy": None,
        "subscriptionPolicy": None,
    }


async def test_a_shop_that_was_not_set_up_says_so(api: Api) -> None:
    """An error that says when to try again."""
    (error,) = (await api(SHOP))["errors"]
    assert error["extensions"]["code"] == "SHOP_UNAVAILABLE"
    assert error["extensions"]["retryAfter"] > 0
