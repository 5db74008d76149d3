"""Keeps the search index equal to the catalog: indexes changed products and removes those that are gone."""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from datasources.catalog.reads import Catalog
from datasources.content.reads import Content
from domain.catalog.records import Collection, Product, ProductContent, Variant
from domain.events import (
    AvailabilityChanged,
    Event,
    EventsLost,
    FlashSaleEnded,
    FlashSaleStarted,
    ProductsChanged,
    SalesCounted,
)
from domain.search import MAX_HITS, SearchDocument, SearchEngine, SearchQuery
from domain.territories.markets import Territory

logger = structlog.get_logger(__name__)

SEARCH_EVENTS = (ProductsChanged, SalesCounted, AvailabilityChanged, FlashSaleStarted, FlashSaleEnded, EventsLost)
CHUNK = 250


class Indexer:
    """Writes products as documents; whether they are for sale is the same in every territory."""

    def __init__(self, engine: SearchEngine, catalog: Catalog, content: Content, territory: Territory) -> None:
        self._engine = engine
        self._catalog = catalog
        self._content = content
        self._territory = territory

    async def handle(self, events: Sequence[Event]) -> None:
        """Indexes the products of all events, each once."""
        changed = [event.product_ids for event in events if isinstance(event, SEARCH_EVENTS)]
        product_ids = sorted({product_id for ids in changed for product_id in ids})
        for start in range(0, len(product_ids), CHUNK):
            await self.index(product_ids[start : start + CHUNK])

    async def index(self, product_ids: Sequence[int]) -> int:
        """Indexes some hundreds of products and removes those not for sale; returns how many are for sale."""
        found = await self._catalog.products.by_id(product_ids)
        products = [product for product in found if product is not None and product.is_listed]
        await self._write(products)
        if gone := sorted(set(product_ids) - {product.id for product in products}):
            await self._engine.remove(gone)
        return len(products)

    async def rebuild(self, progress: Callable[[int], None] = lambda _: None) -> int:
        """Indexes every product for sale and removes the others; `progress` receives the number indexed so far."""
        indexed, last = 0, 0
        while ids := await self._catalog.products.ids_after(last, CHUNK):
            indexed += await self.index(ids)
            last = ids[-1]
            progress(indexed)
        return indexed

    async def rebuild_when_lost(self) -> bool:
        """Indexes everything if the index has less than half of the products; returns whether it did.

        An empty index is not the only sign of loss: later events or an interrupted rebuild leave some products in it.
        """
        await self._engine.prepare()
        indexed = (await self._engine.search(SearchQuery(text="", size=0))).total
        if indexed * 2 >= min(await self._catalog.products.count(), MAX_HITS):
            return False
        if indexed := await self.rebuild():
            logger.info("search_index_rebuilt", products=indexed)
        return indexed > 0

    async def _write(self, products: Sequence[Product]) -> None:
        if not products:
            return
        ids = [product.id for product in products]
        contents, variants, collections, excluded = await asyncio.gather(
            self._content.products(ids),
            self._catalog.variants.wherever_sold(ids),
            self._catalog.collections.by_product(ids),
            self._catalog.exclusions.by_product(ids),
        )
        await self._engine.index(list(map(document_of, products, contents, variants, collections, excluded)))


def document_of(
    product: Product,
    content: ProductContent,
    variants: Sequence[Variant],
    collections: Sequence[Collection],
    excluded: Sequence[str],
) -> SearchDocument:
    """A product as the search engine knows it."""
    return SearchDocument(
        product_id=product.id,
        handle=product.handle,
        title=product.title,
        vendor=product.vendor,
        product_type=product.product_type,
        tags=content.tags,
        collections=tuple(collection.handle for collection in collections),
        skus=tuple(variant.sku for variant in variants if variant.sku),
        barcodes=tuple(variant.barcode for variant in variants if variant.barcode),
        description=content.description,
        available=any(variant.available_for_sale for variant in variants),
        units_sold=product.units_sold,
        excluded=tuple(excluded),
    )
