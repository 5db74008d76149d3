"""The index follows the catalog."""

import pytest
import sqlalchemy as sa

from bff.stores.wiring import Stores
from datasources import tables
from datasources.content.writes import ContentStore
from datasources.kit.database import Tx
from domain.catalog.records import ProductContent, ProductStatus
from domain.events import AvailabilityChanged, ProductsChanged
from domain.search import SearchDocument
from tests.kit.factories.catalog import add_collection, add_product
from tests.kit.factories.search import RecordingEngine
from workers.search import CHUNK, Indexer


@pytest.fixture
def engine() -> RecordingEngine:
    """An empty index."""
    return RecordingEngine()


@pytest.fixture
def indexer(stores: Stores, engine: RecordingEngine) -> Indexer:
    """Writes to the index."""
    return Indexer(engine, stores.catalog, stores.content, stores.territories.default)


async def _add_many(stores: Stores, count: int) -> None:
    async def add(tx: Tx) -> None:
        for _ in range(count):
            await add_product(tx)

    await stores.database.transact(add)


async def test_a_changed_product_is_indexed_as_it_is_now(
    stores: Stores, engine: RecordingEngine, indexer: Indexer
) -> None:
    """Rows and content come together; many events of one product are one write."""
    product = await stores.database.transact(lambda tx: add_product(tx, title="Mug", variants=("S", "L"), price=700))
    await stores.database.transact(lambda tx: add_collection(tx, [product.product_id], handle="mugs"))
    content = ProductContent(product.product_id, description="Holds tea", tags=("tea",))
    await ContentStore(stores.documents).put_products({product.product_id: content})
    out = [{"product_id": product.product_id, "territory": code} for code in ("US", "JP")]
    await stores.database.transact(lambda tx: tx.run(sa.insert(tables.product_exclusions), out))
    await indexer.handle([ProductsChanged((product.product_id,)), AvailabilityChanged((product.product_id,))])
    assert engine.calls == [1]
    assert engine.documents[product.product_id] == SearchDocument(
        product_id=product.product_id,
        handle=product.handle,
        title="Mug",
        vendor="Acme",
        product_type="Mugs",
        tags=("tea",),
        collections=("mugs",),
        skus=(f"SKU-{product.product_id}-1", f"SKU-{product.product_id}-2"),
        barcodes=(),
        description="Holds tea",
        available=True,
        units_sold=0,
        excluded=("JP", "US"),
    )


async def test_a_product_that_is_no_longer_shown_is_removed(
    stores: Stores, engine: RecordingEngine, indexer: Indexer
) -> None:
    """An archived one, and one that is not there at all."""
    product = await stores.database.transact(lambda tx: add_product(tx))
    await indexer.index([product.product_id])
    assert list(engine.documents) == [product.product_id]
    archived = sa.update(tables.products).values(status=ProductStatus.ARCHIVED.value)
    await stores.database.transact(lambda tx: tx.run(archived))
    await indexer.handle([ProductsChanged((product.product_id, 2**40))])
    assert engine.documents == {}


@pytest.mark.slow
async def test_a_lost_index_is_rebuilt_by_pages(stores: Stores, engine: RecordingEngine, indexer: Indexer) -> None:
    """The whole catalog, at most 250 products at a time; an index that is not empty does not change."""
    await _add_many(stores, CHUNK + 2)
    assert await indexer.rebuild_when_lost()
    assert engine.calls == [CHUNK, 2]
    assert len(engine.documents) == CHUNK + 2
    assert not await indexer.rebuild_when_lost()
    await engine.clear()
    assert await indexer.rebuild_when_lost()
    assert len(engine.documents) == CHUNK + 2


async def test_an_empty_catalog_needs_no_index(indexer: Indexer, engine: RecordingEngine) -> None:
    """Nothing is written."""
    assert not await indexer.rebuild_when_lost()
    assert engine.calls == []
