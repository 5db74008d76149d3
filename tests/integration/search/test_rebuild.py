"""An index that is lost or damaged is rebuilt while the worker runs."""

import asyncio
import shutil
from pathlib import Path

import pytest

from bff.stores.wiring import Stores
from datasources.kit.database import Tx
from domain.catalog.records import ProductSort
from domain.kit.paging import PageRequest
from domain.kit.refusals import Unavailable
from domain.search import SearchQuery
from tests.kit.factories.catalog import add_product
from workers.search import Indexer

PRODUCTS = 5


@pytest.fixture
async def indexer(stores: Stores) -> Indexer:
    """Keeps the index of a shop with five products that nobody has indexed."""

    async def add(tx: Tx) -> None:
        for number in range(PRODUCTS):
            await add_product(tx, title=f"Mug {number}")

    await stores.database.transact(add)
    return Indexer(stores.search, stores.catalog, stores.content, stores.territories.default)


async def _total(stores: Stores) -> int:
    return (await stores.search.search(SearchQuery("mug", 0))).total


async def test_an_index_cut_short_is_rebuilt(stores: Stores, indexer: Indexer) -> None:
    """One product of five is in it, as after a rebuild that died."""
    page = await stores.catalog.products.page(PageRequest(1), ProductSort.ID, reverse=False)
    await indexer.index([page.items[0].id])
    assert await indexer.rebuild_when_lost()
    assert await _total(stores) == PRODUCTS


async def test_an_index_that_lags_a_little_is_left_to_the_events(stores: Stores, indexer: Indexer) -> None:
    """Three of five are there: the others are on their way."""
    await indexer.rebuild()
    ids = (await stores.search.search(SearchQuery("mug", 2))).product_ids
    await stores.search.remove(ids)
    assert not await indexer.rebuild_when_lost()
    assert await _total(stores) == PRODUCTS - 2


async def test_an_index_lost_while_the_worker_runs_is_rebuilt(stores: Stores, indexer: Indexer) -> None:
    """The directory is deleted: until it is made again writing is refused, so that no event is taken for done."""
    await indexer.rebuild()
    directory = Path(stores.settings.search_url.removeprefix("tantivy://"))
    await asyncio.to_thread(shutil.rmtree, directory)
    with pytest.raises(Unavailable):
        await indexer.rebuild()
    assert await indexer.rebuild_when_lost()
    assert await _total(stores) == PRODUCTS
