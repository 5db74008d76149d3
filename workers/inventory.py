"""Keeps the set of products that are sold out as the database has it: after events, and as a whole when it was lost.

Writers need no lease: each write says up to which other write its reader had waited, and is made again when it read too
early. So the set is never older than the last event, whoever wrote it.
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
# All products are written anew now and then: a failover of Redis may lose the last moments without a trace.
REWRITE_SECONDS = 600.0


class AvailabilityKeeper:
    """What can be bought is the same in every territory, so that any will do to ask in."""

    def __init__(self, availability: Availability, catalog: Catalog, territory: Territory) -> None:
        self._availability = availability
        self._catalog = catalog
        self._territory = territory
        self._rewritten_at = float("-inf")

    async def handle(self, events: Sequence[Event]) -> None:
        """Writes down the products of all events as they are now."""
        changed = [event.product_ids for event in events if isinstance(event, AVAILABILITY_EVENTS)]
        product_ids = sorted({product_id for ids in changed for product_id in ids})
        for start in range(0, len(product_ids), CHUNK):
            await self._write(product_ids[start : start + CHUNK])

    async def turn(self) -> bool:
        """Writes all products when the set is not complete, or was written long ago; whether it did."""
        is_due = asyncio.get_running_loop().time() - self._rewritten_at > REWRITE_SECONDS
        if not is_due and await self._availability.epoch() is not None:
            return False
        return await self.write_all()

    async def write_all(self) -> bool:
        """Every product by pages; False when Redis lost its memory meanwhile, so that it has to be done again."""
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
        """Raises `Unavailable` when others write faster than this one reads; the event comes back then."""
        if not product_ids:
            return
        for _ in range(TRIES):
            turn = await self._availability.turn()
            variants = await self._catalog.variants.by_product(product_ids, self._territory)
            available = {
                product_id: any(variant.available_for_sale for variant in own)
                for product_id, own in zip(product_ids, variants, strict=True)
            }
            if await self._availability.write(turn, available):
                return
        raise Unavailable("AVAILABILITY_BUSY", "Too many write what is sold out.")
