"""Lists of products through GraphQL: every order, both directions, and cursors that are refused."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import product as combinations

import pytest
import sqlalchemy as sa

from datasources import tables
from domain.kit.paging import encode_cursor
from tests.kit.factories.catalog import NOW, add_collection
from tests.kit.fixtures.graphql_api import Api, Record
from tests.kit.refusals import refused

PRODUCTS = """
query($sort: ProductSortKeys!, $reverse: Boolean!, $first: Int, $after: String, $last: Int, $before: String) {
  list: products(sortKey: $sort, reverse: $reverse, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { handle } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""
IN_COLLECTION = """
query($sort: ProductCollectionSortKeys!, $reverse: Boolean!, $first: Int, $after: String, $last: Int, $before: String) {
  collection(handle: "all") {
    list: products(sortKey: $sort, reverse: $reverse, first: $first, after: $after, last: $last, before: $before) {
      edges { cursor node { handle } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}"""
# What each order compares before the id; best sellers come first unless reversed.
KEYS = {
    "BEST_SELLING": "units_sold",
    "CREATED_AT": "created_at",
    "ID": "id",
    "PRICE": "min_minor",
    "PRODUCT_TYPE": "type_key",
    "RELEVANCE": "id",
    "TITLE": "title_key",
    "UPDATED_AT": "updated_at",
    "VENDOR": "vendor_key",
}
COLLECTION_KEYS = {
    "BEST_SELLING": "units_sold",
    "COLLECTION_DEFAULT": "position",
    "CREATED": "created_at",
    "ID": "id",
    "MANUAL": "position",
    "PRICE": "min_minor",
    "RELEVANCE": "position",
    "TITLE": "title_key",
}
SIZE = 3


@pytest.fixture
async def seven(api: Api) -> list[Record]:
    """Seven products, equal to one another in many ways, in a collection whose order is its own."""
    rows: list[Record] = []
    for number, (half, third) in enumerate(combinations((0, 1), (0, 1, 2, 2))):
        if number == 7:
            break
        at = NOW + timedelta(microseconds=half, seconds=third)
        added = await api.add_product(
            title=f"Title {third}", vendor=f"Vendor {half}", product_type=f"Type {third}", price=100 * third, now=at
        )
        await api.change(
            sa.update(tables.products).where(tables.products.c.id == added.product_id).values(units_sold=half)
        )
        rows.append({"id": added.product_id, "position": (number * 3) % 7})
    order = sorted(rows, key=lambda row: row["position"])
    await api.transact(lambda tx: add_collection(tx, [row["id"] for row in order], handle="all"))
    stored = {row.id: row._asdict() for row in await api.rows(tables.products)}
    return [stored[row["id"]] | row for row in rows]


def expected(rows: Sequence[Record], key: str, reverse: bool) -> list[str]:
    """Handles as the list must have them."""
    falling = reverse != (key == "units_sold")
    return [row["handle"] for row in sorted(rows, key=lambda row: (row[key], row["id"]), reverse=falling)]


async def paged(api: Api, query: str, sort: str, reverse: bool, backward: bool) -> list[str]:
    """Handles of all pages in the order of the list; every page knows what lies around it."""
    pages: list[list[str]] = []
    cursor = None
    while True:
        asked = {"last": SIZE, "before": cursor} if backward else {"first": SIZE, "after": cursor}
        data = await api.data(query, {"sort": sort, "reverse": reverse, **asked})
        page = (data.get("collection") or data)["list"]
        pages.append([edge["node"]["handle"] for edge in page["edges"]])
        info = page["pageInfo"]
        assert (info["startCursor"], info["endCursor"]) == (page["edges"][0]["cursor"], page["edges"][-1]["cursor"])
        assert info["hasNextPage" if backward else "hasPreviousPage"] is (cursor is not None)
        if not info["hasPreviousPage" if backward else "hasNextPage"]:
            return [handle for handles in (reversed(pages) if backward else pages) for handle in handles]
        cursor = info["startCursor" if backward else "endCursor"]


@pytest.mark.slow
async def test_every_order_of_products_gives_each_once(api: Api, seven: list[Record]) -> None:
    """By pages of three, forward and backward, also reversed, though many keys are equal."""
    for (sort, key), reverse, backward in combinations(KEYS.items(), (False, True), (False, True)):
        found = await paged(api, PRODUCTS, sort, reverse, backward)
        assert found == expected(seven, key, reverse), (sort, reverse, backward)


@pytest.mark.slow
async def test_every_order_of_a_collection_gives_each_once(api: Api, seven: list[Record]) -> None:
    """The collection's own order too."""
    for (sort, key), reverse, backward in combinations(COLLECTION_KEYS.items(), (False, True), (False, True)):
        found = await paged(api, IN_COLLECTION, sort, reverse, backward)
        assert found == expected(seven, key, reverse), (sort, reverse, backward)


async def test_a_page_between_two_cursors_has_what_lies_between(api: Api, seven: list[Record]) -> None:
    """Both ends are left out."""
    every = (await api.data(PRODUCTS, {"sort": "TITLE", "reverse": False, "first": 7}))["list"]["edges"]
    between = {"after": every[0]["cursor"], "before": every[4]["cursor"], "first": 7}
    page = (await api.data(PRODUCTS, {"sort": "TITLE", "reverse": False, **between}))["list"]
    assert page["edges"] == every[1:4]


async def test_a_cursor_of_another_list_is_refused(api: Api, seven: list[Record]) -> None:
    """So are cursors that nobody made, and those of short lists."""
    titles = (await api.data(PRODUCTS, {"sort": "TITLE", "reverse": False, "first": 1}))["list"]
    numbers = (await api.data(PRODUCTS, {"sort": "ID", "reverse": False, "first": 1}))["list"]
    title, number = (page["edges"][0]["cursor"] for page in (titles, numbers))
    variants = (
        "query($after: String) { products(first: 1) { nodes { variants(first: 1, after: $after) { nodes { id } } } } }"
    )
    asked: list[tuple[str, Record]] = [
        (PRODUCTS, {"sort": sort, "after": title}) for sort in ("ID", "PRICE", "CREATED_AT")
    ]
    asked += [(PRODUCTS, {"sort": sort, "after": number}) for sort in ("TITLE", "UPDATED_AT")]
    asked += [
        (PRODUCTS, {"sort": "ID", "after": made}) for made in ("", "x", "bm90IGpzb24", "W10", "e30", "W1tdXQ", "é")
    ]
    asked += [
        (PRODUCTS, {"sort": "CREATED_AT", "after": encode_cursor((time, 1))})
        for time in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01T00:00:00")
    ]
    asked += [(variants, {"after": cursor}) for cursor in (title, number)]
    for query, variables in asked:
        sent = variables if query is variants else {"reverse": False, "first": 1, **variables}
        assert await refused(api, query, sent) == "BAD_CURSOR", variables


@pytest.mark.parametrize(
    "page", [{}, {"first": 1, "last": 1}, {"first": -1}, {"last": -1}, {"first": 251}, {"last": 251}]
)
async def test_a_page_has_one_size_within_bounds(api: Api, page: Mapping[str, int]) -> None:
    """Neither, both, negative and too large are refused."""
    assert await refused(api, PRODUCTS, {"sort": "ID", "reverse": False, **page}) == "BAD_PAGE"


async def test_a_page_of_nothing_tells_whether_there_is_something(api: Api, seven: list[Record]) -> None:
    """A page may have zero elements."""
    page = (await api.data(PRODUCTS, {"sort": "ID", "reverse": False, "first": 0}))["list"]
    assert page == {
        "edges": [],
        "pageInfo": {"hasNextPage": True, "hasPreviousPage": False, "startCursor": None, "endCursor": None},
    }
