"""Tells of flash sales that started or ended, and has what is left of them given back."""

import structlog

from datasources.flash_sales.sales import FlashSales
from services.flash_sales.planning import FlashSaleService

logger = structlog.get_logger(__name__)

LIMIT = 100


class FlashSaleSweep:
    """Looks for sales whose time has come; several workers may do so at once. No sale waits for it to start or end."""

    def __init__(self, reads: FlashSales, sales: FlashSaleService) -> None:
        self._reads = reads
        self._sales = sales

    async def turn(self) -> None:
        """One sweep."""
        for sale_id in await self._reads.due(LIMIT):
            try:
                await self._sales.settle(sale_id)
            except Exception as error:  # one of them must not keep the others waiting
                logger.warning("unsettled", kind="flash_sale", key=sale_id, error=type(error).__name__)
