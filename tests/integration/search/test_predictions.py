"""Suggestions while typing: how their limit counts."""

import pytest

from tests.integration.search import test_queries
from tests.kit.fixtures.graphql_api import Api

shop = test_queries.shop
KINDS = ("products", "collections", "pages", "queries")
PREDICT = """query($limit: Int, $scope: PredictiveSearchLimitScope) {
  predictiveSearch(query: "mug", limit: $limit, limitScope: $scope) {
    products { handle } collections { handle } pages { handle } queries { text } } }"""


async def _counts(api: Api, limit: int, scope: str) -> list[int]:
    found = (await api.data(PREDICT, {"limit": limit, "scope": scope}))["predictiveSearch"]
    return [len(found[kind]) for kind in KINDS]


async def test_a_limit_over_all_kinds_counts_every_result(shop: Api) -> None:
    """No kind keeps out another: four products, two pages and the titles of the products match."""
    assert await _counts(shop, 10, "ALL") == [4, 0, 2, 4]
    assert await _counts(shop, 5, "ALL") == [2, 0, 2, 1]
    assert await _counts(shop, 3, "ALL") == [1, 0, 1, 1]
    assert await _counts(shop, 1, "ALL") == [1, 0, 0, 0]


async def test_a_limit_of_each_kind_counts_alone(shop: Api) -> None:
    assert await _counts(shop, 1, "EACH") == [1, 0, 1, 1]


@pytest.mark.parametrize("limit", [0, -1, 11])
async def test_other_limits_are_refused(shop: Api, limit: int) -> None:
    """Shops would otherwise show another number of results than they expect."""
    answer = await shop(PREDICT, {"limit": limit, "scope": "ALL"})
    assert answer["errors"][0]["message"] == "`limit` must be 1 to 10."


@pytest.mark.parametrize(("wish", "found"), [("SHOW", ["cup"]), ("LAST", ["cup"]), ("HIDE", []), (None, [])])
async def test_sold_out_products_are_suggested_on_demand(shop: Api, wish: str | None, found: list[str]) -> None:
    """As in `search`: nobody who buys wants to see them, unless the client does."""
    document = """query($wish: SearchUnavailableProductsType) {
      predictiveSearch(query: "cups", types: [PRODUCT], unavailableProducts: $wish) { products { handle } } }"""
    suggested = (await shop.data(document, {"wish": wish}))["predictiveSearch"]["products"]
    assert [product["handle"] for product in suggested] == found
