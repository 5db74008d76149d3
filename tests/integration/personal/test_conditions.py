"""Lists without what a viewer has hidden, on every database: full pages in every order, and cursors that hold."""

from functools import partial

import pytest

from datasources.catalog.products import CollectionPage
from datasources.catalog.reads import Catalog
from datasources.kit.database import Database, Tx
from domain.catalog.records import CollectionSort, Product, ProductSort
from domain.catalog.unwanted import Unwanted
from domain.kit.paging import Page, PageRequest
from domain.territories.markets import Territories, Territory
from tests.kit.factories.catalog import add_collection, add_product

GB = Territory("GB", "United Kingdom", "GBP")


@pytest.mark.parametrize("reverse", [False, True])
async def test_every_order_leaves_out_what_is_unwanted(database: Database, reverse: bool) -> None:
    """A product, and the products of a collection, also where the handle differs in case or accent alone."""

    async def fill(tx: Tx) -> tuple[int, list[int]]:
        keys = [(await add_product(tx, price=1_000 + number % 3)).product_id for number in range(9)]
        await add_collection(tx, keys[:3], handle="größe")
        await add_collection(tx, keys[3:4], handle="Größe")
        return await add_collection(tx, keys, handle="all"), keys

    collection_id, keys = await database.transact(fill)
    catalog = Catalog(database, Territories((GB,)))
    unwanted = Unwanted(frozenset({keys[8], 99}), frozenset({"größe", "none"}))
    for sort in set(ProductSort) - {ProductSort.MANUAL}:
        list_ = partial(catalog.products.page, sort=sort, reverse=reverse, territory=GB, unwanted=unwanted)
        pages = [await list_(PageRequest(3))]
        pages.append(await list_(PageRequest(3, after=pages[0].keys[-1])))
        assert [len(page.items) for page in pages] == [3, 2], sort
        assert _keys(*pages) == set(keys[3:8]), sort
        asked = CollectionPage(collection_id, PageRequest(4), sort, reverse, GB, unwanted)
        (page,) = await catalog.products.in_collections([asked])
        assert (len(page.items), page.has_next) == (4, True)
    collections = await catalog.collections.page(PageRequest(9), CollectionSort.ID, False, unwanted)
    assert [collection.handle for collection in collections.items] == ["Größe", "all"]


def _keys(*pages: Page[Product]) -> set[int]:
    return {product.id for page in pages for product in page.items}
