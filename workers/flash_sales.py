"""Tells of flash sales that started or ended, and has what is left of them given back."""

import asyncio

import structlog

from datasources.flash_sales.sales import FlashSales
from services.flash_sales.planning import FlashSaleService
from workers.kit.pauses import jittered, wait

logger = structlog.get_logger(__name__)

LIMIT = 100


class FlashSaleSweep:
    """Looks for sales whose time has come; several workers may do so at once. No sale waits for it to start or end."""

    def __init__(self, reads: FlashSales, sales: FlashSaleService, *, every_seconds: float = 1.0) -> None:
        self._reads = reads
        self._sales = sales
        self._every_seconds = every_seconds

    async def run(self, stopping: asyncio.Event) -> None:
        """Sweeps until told to stop; the sale at hand is finished first."""
        while not stopping.is_set():
            await self.turn()
            await wait(stopping, jittered(self._every_seconds))

    async def turn(self) -> None:
        """One sweep. A failure ends neither the others nor the next."""
        try:
            due = await self._reads.due(LIMIT)
        except Exception as error:  # a store out of reach is asked again by the next sweep
            logger.warning("sweep_failed", kind="flash_sale", error=type(error).__name__)
            return
        for sale_id in due:
            try:
                await self._sales.settle(sale_id)
            except Exception as error:  # one of them must not keep the others waiting
                logger.warning("unsettled", kind="flash_sale", key=sale_id, error=type(error).__name__)
