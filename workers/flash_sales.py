"""Emits the events of flash sales that started or ended, and has their unsold units given back."""

import structlog

from datasources.flash_sales.sales import FlashSales
from services.flash_sales.planning import FlashSaleService

logger = structlog.get_logger(__name__)

LIMIT = 100


class FlashSaleSweep:
    """Finds sales whose start or end has come. Several workers may do so at once; the sales themselves do not wait."""

    def __init__(self, reads: FlashSales, sales: FlashSaleService) -> None:
        self._reads = reads
        self._sales = sales

    async def turn(self) -> None:
        """One sweep."""
        for sale_id in await self._reads.due(LIMIT):
            try:
                await self._sales.settle(sale_id)
            except Exception as error:  # one failure must not delay the others
                logger.warning("unsettled", kind="flash_sale", key=sale_id, error=type(error).__name__)
