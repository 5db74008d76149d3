"""Searches in a territory where some products are not for sale."""

import pytest
import sqlalchemy as sa

from datasources import tables
from tests.kit.fixtures.graphql_api import Api
from workers.search import Indexer

SEARCH = """query($sort: SearchSortKeys, $country: CountryCode!) @inContext(country: $country) {
  search(query: "mug", first: 2, sortKey: $sort) {
    totalCount pageInfo { hasNextPage } nodes { ... on Product { handle } } } }"""
TYPING = """query($country: CountryCode!) @inContext(country: $country) {
  predictiveSearch(query: "mug", limit: 2, types: [PRODUCT]) { products { handle } } }"""


@pytest.fixture
async def shop(api: Api) -> Api:
    """Five mugs. The three that the title ranks first are not for sale in the United States."""
    added = [await api.add_product(handle=f"m{n}", title="Mug" if n < 3 else "Mug and saucer") for n in range(5)]
    out = [{"product_id": product.product_id, "territory": "US"} for product in added[:3]]
    await api.change(sa.insert(tables.product_exclusions).values(out))
    stores = api.stores
    await stores.search.prepare()
    await Indexer(stores.search, stores.catalog, stores.content, stores.territories.default).rebuild()
    return api


@pytest.mark.parametrize("sort", ["RELEVANCE", "PRICE"])
async def test_excluded_products_are_in_no_page_and_no_total(shop: Api, sort: str) -> None:
    """A first page of two is full although three better matches are not for sale there."""
    there = (await shop.data(SEARCH, {"sort": sort, "country": "US"}))["search"]
    assert {node["handle"] for node in there["nodes"]} == {"m3", "m4"}
    assert (there["totalCount"], there["pageInfo"]["hasNextPage"]) == (2, False)
    here = (await shop.data(SEARCH, {"sort": sort, "country": "GB"}))["search"]
    assert (here["totalCount"], here["pageInfo"]["hasNextPage"]) == (5, True)


async def test_suggestions_are_for_sale_there(shop: Api) -> None:
    """As many as asked for."""
    suggested = (await shop.data(TYPING, {"country": "US"}))["predictiveSearch"]["products"]
    assert {each["handle"] for each in suggested} == {"m3", "m4"}
