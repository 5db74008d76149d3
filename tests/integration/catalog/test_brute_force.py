"""Every list of a thousand products, in every order and territory, during a flash sale and after it."""

from collections.abc import AsyncIterator, Callable, Iterator
from decimal import Decimal
from itertools import product as combinations
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bff.settings.variables import Settings
from datasources import tables
from domain.kit.ids import key_of
from tests.kit.fixtures.graphql import asking
from tests.kit.fixtures.graphql_api import Api
from tests.kit.many_products import COUNTRIES, PRODUCTS, TERRITORIES, Shown, end_sale, handles, import_many, plain
from tests.kit.many_products import plan_sale as plan
from workers.search import Indexer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

FACTS = """query($country: CountryCode!, $after: String) @inContext(country: $country) {
  list: products(first: 250, after: $after) { pageInfo { hasNextPage endCursor } nodes {
    id handle title vendor productType priceRange { minVariantPrice { amount } } } } }"""
LIST = """query($country: CountryCode!, $sort: ProductSortKeys, $reverse: Boolean, $query: String, $after: String)
  @inContext(country: $country) {
  list: products(first: 250, after: $after, sortKey: $sort, reverse: $reverse, query: $query) {
    pageInfo { hasNextPage endCursor } nodes { handle } } }"""
COLLECTION = """query($country: CountryCode!, $sort: ProductCollectionSortKeys, $reverse: Boolean, $after: String)
  @inContext(country: $country) { collection(handle: "all") {
  list: products(first: 250, after: $after, sortKey: $sort, reverse: $reverse) {
    pageInfo { hasNextPage endCursor } nodes { handle } } } }"""
SEARCH = """query($country: CountryCode!, $reverse: Boolean, $query: String!, $after: String,
  $unavailable: SearchUnavailableProductsType) @inContext(country: $country) {
  list: search(first: 250, after: $after, query: $query, sortKey: PRICE, reverse: $reverse,
    unavailableProducts: $unavailable) { pageInfo { hasNextPage endCursor } nodes { ... on Product { handle } } } }"""

# Orders whose values are shown: a sort in Python of what is shown.
VALUES: dict[str, Callable[[Shown], Any]] = {
    "ID": lambda shown: shown.id,
    "PRICE": lambda shown: shown.price,
    "PRODUCT_TYPE": lambda shown: plain(shown.product_type),
    "TITLE": lambda shown: plain(shown.title),
    "VENDOR": lambda shown: plain(shown.vendor),
}
# Orders whose values are not shown: a query of its own.
STATEMENTS = {
    "BEST_SELLING": "SELECT handle FROM products ORDER BY units_sold DESC, id DESC",
    "CREATED": "SELECT handle FROM products ORDER BY created_at, id",
    "CREATED_AT": "SELECT handle FROM products ORDER BY created_at, id",
    "UPDATED_AT": "SELECT handle FROM products ORDER BY updated_at, id",
    "MANUAL": "SELECT p.handle FROM collection_products c JOIN products p ON p.id = c.product_id ORDER BY c.position",
}
SORTS = ("BEST_SELLING", "CREATED_AT", "ID", "PRICE", "PRODUCT_TYPE", "TITLE", "UPDATED_AT", "VENDOR")
SORTS_OF_COLLECTIONS = ("BEST_SELLING", "CREATED", "ID", "MANUAL", "PRICE", "TITLE")
QUERIES = {"mug": "mug", "tag:even": "jar", "-tag:even": "mug", "vendor:acme": ""}


@pytest.fixture
async def shop(shop_settings: Settings, relational_url: str) -> AsyncIterator[Api]:
    """The shop with its products, on each relational store."""
    changes = {"territories": TERRITORIES, "database_url": SecretStr(relational_url)}
    async with asking(shop_settings.model_copy(update=changes)) as api:
        await import_many(api)
        yield api


async def index(api: Api) -> None:
    """Brings the search index up to date."""
    stores = api.stores
    await stores.search.prepare()
    await Indexer(stores.search, stores.catalog, stores.content, stores.territories.default).rebuild()


async def pages(api: Api, operation: str, country: str, **terms: Any) -> list[dict[str, Any]]:
    """All pages of a list, put together."""
    nodes: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        data = await api.data(operation, {"country": country, "after": cursor, **terms})
        page = (data.get("collection") or data)["list"]
        nodes += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return nodes
        cursor = page["pageInfo"]["endCursor"]


async def listed(api: Api, operation: str, country: str, **terms: Any) -> list[str]:
    """Handles of all pages of a list."""
    return [node["handle"] for node in await pages(api, operation, country, **terms)]


async def shown(api: Api, country: str) -> list[Shown]:
    """All products as a shopper of the country sees them."""
    nodes = await pages(api, FACTS, country)
    return [
        Shown(
            key_of(node["id"], "Product") or 0,
            node["handle"],
            node["title"],
            node["vendor"],
            node["productType"],
            Decimal(node["priceRange"]["minVariantPrice"]["amount"]),
        )
        for node in nodes
    ]


async def ordered(api: Api, every: list[Shown], sort: str) -> list[str]:
    """Handles in the order of a key, not reversed."""
    if sort in VALUES:
        return handles(sorted(every, key=lambda product: (VALUES[sort](product), product.id)))
    return [row.handle for row in await api.stores.database.all(sa.text(STATEMENTS[sort]))]


def directions(expected: list[str]) -> Iterator[tuple[bool, list[str]]]:
    """Both directions of a list."""
    return iter([(False, expected), (True, expected[::-1])])


def matching(every: list[Shown], query: str) -> set[str]:
    """Handles of the products that a list with the query must have."""
    if query == "vendor:acme":
        return {product.handle for product in every if product.vendor.casefold() == "acme"}
    return {product.handle for product in every if QUERIES[query] in product.title.split()}


async def test_every_list_is_in_the_order_of_what_is_shown(shop: Api) -> None:
    """By every key, in both directions, with and without query, in every territory, in collections and in search."""
    sale_id = await plan(shop, PRODUCTS // 10)
    await index(shop)
    # SQLite has every territory; the others two, whose prices are converted.
    countries = COUNTRIES if shop.stores.database.dialect == "sqlite" else COUNTRIES[1::2]
    everywhere = {country: await shown(shop, country) for country in countries}
    for country, every in everywhere.items():
        assert len(every) == PRODUCTS
        for sort in SORTS:
            for reverse, expected in directions(await ordered(shop, every, sort)):
                assert await listed(shop, LIST, country, sort=sort, reverse=reverse) == expected, (country, sort)
        for sort in SORTS_OF_COLLECTIONS:
            for reverse, expected in directions(await ordered(shop, every, sort)):
                assert await listed(shop, COLLECTION, country, sort=sort, reverse=reverse) == expected, (country, sort)
        for sort, query in combinations(SORTS, QUERIES):
            found = matching(every, query)
            for reverse, expected in directions([h for h in await ordered(shop, every, sort) if h in found]):
                terms = {"sort": sort, "reverse": reverse, "query": query}
                assert await listed(shop, LIST, country, **terms) == expected, (country, terms)
        await _check_search(shop, country, every)
    await end_sale(shop, sale_id)
    for country in countries:
        every = await shown(shop, country)
        assert every != everywhere[country]
        expected = await ordered(shop, every, "PRICE")
        assert await listed(shop, LIST, country, sort="PRICE") == expected
        assert await listed(shop, COLLECTION, country, sort="PRICE", reverse=True) == expected[::-1]


async def _check_search(shop: Api, country: str, every: list[Shown]) -> None:
    """Searches by price: sold-out products are left out, last, or where their price is."""
    sold_out = await _sold_out(shop)
    found = matching(every, "mug")
    for reverse, expected in directions([h for h in await ordered(shop, every, "PRICE") if h in found]):
        there, gone = [h for h in expected if h not in sold_out], [h for h in expected if h in sold_out]
        assert there and gone
        for unavailable, wanted in (("HIDE", there), ("LAST", there + gone), ("SHOW", expected)):
            terms = {"query": "mug", "reverse": reverse, "unavailable": unavailable}
            assert await listed(shop, SEARCH, country, **terms) == wanted, (country, terms)


async def _sold_out(shop: Api) -> set[str]:
    nodes = await pages(shop, FACTS.replace("title vendor", "availableForSale title vendor"), "GB")
    return {node["handle"] for node in nodes if not node["availableForSale"]}


async def test_relevance_has_the_exact_match_first(shop: Api) -> None:
    """The handle, SKU or barcode of any product, whether it can be bought or not."""
    await index(shop)
    rows = (await shop.rows(tables.variants))[::23]
    owners = {row.id: row.handle for row in await shop.rows(tables.products)}
    for row in rows:
        for text in (row.sku.lower(), row.barcode, owners[row.product_id]):
            first = (await shop.data(LIST, {"country": "US", "query": text, "sort": "RELEVANCE"}))["list"]["nodes"][0]
            assert first["handle"] == owners[row.product_id], text
