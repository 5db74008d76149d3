"""`collections(query:)`: by the words of titles, as clients of Shopify write them."""

from functools import partial

import pytest

from tests.kit.factories.catalog import add_collection
from tests.kit.fixtures.graphql_api import Api

QUERY = "query($query: String!) { collections(first: 5, query: $query, sortKey: TITLE) { nodes { title } totalCount } }"


@pytest.fixture
async def shelves(api: Api) -> Api:
    """A shop with three collections."""
    for title in ("Kitchen", "Kitchen textiles", "Garden"):
        await api.transact(partial(add_collection, product_ids=[], title=title))
    return api


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("kitchen", ["Kitchen", "Kitchen textiles"]),
        ("title:Kitchen", ["Kitchen", "Kitchen textiles"]),
        ('title:"kitchen textiles"', ["Kitchen textiles"]),
        ("title:kitch*", ["Kitchen", "Kitchen textiles"]),
        ("title:Cellar", []),
        ("AND", []),
    ],
)
async def test_words_with_and_without_the_name_of_the_field_are_found(
    shelves: Api, query: str, titles: list[str]
) -> None:
    """By every word of them."""
    found = (await shelves.data(QUERY, {"query": query}))["collections"]
    assert [each["title"] for each in found["nodes"]] == titles


async def test_what_collections_do_not_have_is_warned_of(shelves: Api) -> None:
    """And nothing is found, rather than something wrong."""
    answer = await shelves(QUERY, {"query": "kitchen collection_type:smart"})
    assert answer["data"]["collections"]["nodes"] == []
    assert answer["extensions"]["warnings"][0]["unsupported"] == ["collection_type"]
