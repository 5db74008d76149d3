"""What search, lists and recommendations find of imported products."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bff.stores.wiring import Stores
from datasources import tables
from domain.events import ProductsChanged
from domain.kit.ids import global_id
from tests.kit.fixtures.shared_data import case
from tests.kit.imported_shop import ImportedShop
from workers.search import Indexer


class Searching:
    """A shop whose index follows its imports."""

    def __init__(self, shop: ImportedShop, stores: Stores) -> None:
        self.shop = shop
        territory = stores.territories.default
        self._indexer = Indexer(stores.search, stores.catalog, stores.content, territory)

    async def products(self, file: Path | str) -> None:
        await self.shop.products(file)
        ids = tuple(row.id for row in await self.shop.rows(tables.products))
        await self._indexer.handle([ProductsChanged(ids)])

    async def found(self, words: str) -> list[str]:
        """Handles that search finds; `predictiveSearch` must find them too."""
        query = (
            "query($words: String!) { search(query: $words, first: 9) { nodes { ... on Product { handle } } } "
            "predictiveSearch(query: $words) { products { handle } } }"
        )
        data = await self.shop.api.data(query, {"words": words})
        handles = [node["handle"] for node in data["search"]["nodes"]]
        assert [node["handle"] for node in data["predictiveSearch"]["products"]] == handles
        return handles


@pytest.fixture
async def searching(shop: ImportedShop) -> AsyncIterator[Searching]:
    """An empty shop with its index."""
    yield Searching(shop, shop.api.stores)


async def test_types_in_any_alphabet(searching: Searching) -> None:
    """`types.csv`: each makes a listed collection, and search finds its product."""
    await searching.products(case("types.csv"))
    data = await searching.shop.api.data(
        "{ collections(first: 9) { nodes { title handle products(first: 9) { nodes { handle } } } } }"
    )
    collections = {
        one["title"]: [node["handle"] for node in one["products"]["nodes"]] for one in data["collections"]["nodes"]
    }
    assert collections == {"家具": ["g1-a"], "Обувь": ["g1-b"], "Hidden gems": ["g1-c"], "Möbel & Straße": ["g1-d"]}
    assert not any(one["handle"].startswith("hidden-") for one in data["collections"]["nodes"])
    for words, handle in (("家具", "g1-a"), ("обувь", "g1-b"), ("mobel strasse", "g1-d"), ("hidden gems", "g1-c")):
        assert handle in await searching.found(words), words


async def test_words_in_any_alphabet(searching: Searching) -> None:
    """`i18n.csv`: case, accents and typing errors do not hide a product."""
    await searching.products(case("i18n.csv"))
    for words, number in (
        *(
            ("kaffeemuhle", 1),
            ("KAFFEEMÜHLE", 1),
            ("kaffeemüle", 1),
            ("東京", 3),
            ("creme", 4),
            ("ёлка", 5),
            ("елка", 5),
        ),
        *(("ποτηρι", 6), ("น้ำชา", 7), ("شاي", 8), ("caydanlik", 9), ("smorrebrod", 10), ("lodz", 11), ("adapter", 13)),
        *(("naive facade", 20), ("zirconium", 17), ("quartzite", 17), ("alabaster", 17), ("malachite", 17)),
        *(("obsidian", 17), ("jasperstone", 17), ("fullwidth", 18), ("北京", 25), ("떡볶이", 26), ("wolle", 28)),
    ):
        assert f"e9-{number}" in await searching.found(words), words


async def test_an_unlisted_product_is_reached_by_handle_only(searching: Searching) -> None:
    """It can be seen and bought by its handle or id; no list, collection, search or recommendation has it."""
    await searching.products(
        "Handle,Title,Type,Variant Price,Status\n"
        "seen,Velvet chair,Chairs,1,active\nsecret,Velvet throne,Chairs,2,unlisted\n"
    )
    shop = searching.shop
    assert (await shop.product("secret", "availableForSale status")) == {
        "availableForSale": True,
        "status": "UNLISTED",
    }
    lists = await shop.api.data(
        "{ products(first: 9) { nodes { handle } } "
        'collection(handle: "chairs") { products(first: 9) { nodes { handle } } } }'
    )
    assert lists["products"]["nodes"] == lists["collection"]["products"]["nodes"] == [{"handle": "seen"}]
    assert await searching.found("velvet") == ["seen"]
    secret = next(row.id for row in await shop.rows(tables.products) if row.handle == "secret")
    query = "query($id: ID!) { productRecommendations(productId: $id) { handle } product(id: $id) { handle } }"
    data = await shop.api.data(query, {"id": global_id("Product", secret)})
    assert data == {"productRecommendations": [{"handle": "seen"}], "product": {"handle": "secret"}}
