"""Keeps the set of sold-out products equal to the database: after events, and as a whole after it was lost.

Writers need no lease. Each write states the latest other write that it had seen before it read, and is repeated if it
read too early. So the set is never older than the last event, whichever worker wrote it.
"""

import asyncio
from collections.abc import Sequence

import structlog

from datasources.catalog.reads import Catalog
from datasources.inventory.availability import Availability
from domain.catalog.records import ProductSort
from domain.events import AvailabilityChanged, Event, FlashSaleEnded, FlashSaleStarted, ProductsChanged
from domain.kit.paging import PageRequest
from domain.kit.refusals import Unavailable
from domain.territories.markets import Territory

logger = structlog.get_logger(__name__)

AVAILABILITY_EVENTS = (ProductsChanged, AvailabilityChanged, FlashSaleStarted, FlashSaleEnded)
CHUNK = 250
TRIES = 50
# All products are rewritten periodically: a failover of Redis may lose the last moments without a trace.
REWRITE_SECONDS = 600.0


class AvailabilityKeeper:
    """Availability is the same in every territory, so the reads use any one of them."""

    def __init__(self, availability: Availability, catalog: Catalog, territory: Territory) -> None:
        self._availability = availability
        self._catalog = catalog
        self._territory = territory
        self._rewritten_at = float("-inf")

    async def handle(self, events: Sequence[Event]) -> None:
        """Writes the current availability of the products of all events."""
        changed = [event.product_ids for event in events if isinstance(event, AVAILABILITY_EVENTS)]
        product_ids = sorted({product_id for ids in changed for product_id in ids})
        for start in range(0, len(product_ids), CHUNK):
            await self._write(product_ids[start : start + CHUNK])

    async def turn(self) -> bool:
        """Writes all products if the set is incomplete or was written long ago; returns whether it did."""
        is_due = asyncio.get_running_loop().time() - self._rewritten_at > REWRITE_SECONDS
        if not is_due and await self._availability.epoch() is not None:
            return False
        return await self.write_all()

    async def write_all(self) -> bool:
        """Writes every product, by pages. Returns False if Redis lost its memory meanwhile; it must then run again."""
        token = await self._availability.begin_pass()
        asked, written = PageRequest(CHUNK), 0
        while True:
            page = await self._catalog.products.page(asked, ProductSort.ID, reverse=False)
            await self._write([product.id for product in page.items])
            written += len(page.items)
            if not page.has_next:
                break
            asked = PageRequest(CHUNK, after=page.keys[-1])
        if not await self._availability.finish_pass(token):
            return False
        self._rewritten_at = asyncio.get_running_loop().time()
        logger.info("availability_written", products=written)
        return True

    async def _write(self, product_ids: Sequence[int]) -> None:
        """Raises `Unavailable` if others write faster than this worker reads; the event then comes back."""
        if not product_ids:
            return
        for _ in range(TRIES):
            turn = await self._availability.turn()
            variants = await self._catalog.variants.wherever_sold(product_ids)
            available = {
                product_id: any(variant.available_for_sale for variant in own)
                for product_id, own in zip(product_ids, variants, strict=True)
            }
            if await self._availability.write(turn, available):
                return
        raise Unavailable("AVAILABILITY_BUSY", "Too many workers are writing availability.")
