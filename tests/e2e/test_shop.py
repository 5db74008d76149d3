"""The shop as users start it: `storefront up` on an empty directory."""

from tests.fixtures.running_shop import Shop


async def test_the_shop_sells_demo_products(shop: Shop) -> None:
    """The first start fills it: products have a title and a price in the visitor's currency."""
    query = "{ products(first: 3) { nodes { title priceRange { minVariantPrice { amount currencyCode } } } } }"
    nodes = (await shop.data(query))["products"]["nodes"]
    assert len(nodes) == 3
    assert all(node["title"] for node in nodes)
    prices = [node["priceRange"]["minVariantPrice"] for node in nodes]
    assert all(float(price["amount"]) > 0 and price["currencyCode"] == "GBP" for price in prices)


async def test_every_store_answers(shop: Shop) -> None:
    """Readiness names each store and finds none down."""
    answer = (await shop.client.get("/readyz")).json()
    assert answer["status"] == "ok"
    assert all(store["ok"] for store in answer["stores"].values())


async def test_a_malformed_request_is_an_error_not_a_crash(shop: Shop) -> None:
    """The next request is served as if nothing had been."""
    broken = await shop.client.post("/graphql", content=b"{", headers={"content-type": "application/json"})
    assert broken.status_code == 400
    assert await shop.data("{ __typename }") == {"__typename": "Query"}
