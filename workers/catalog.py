"""Counts what was sold of products when their orders are paid, and when they come to nothing after all."""

from collections.abc import Sequence

from datasources import outbox, products_store
from datasources.mysql import Database, Tx
from datasources.orders import Orders
from domain.events import Event, OrderCancelled, OrderPaid, OrderRefunded, SalesCounted

SALES_EVENTS = (OrderPaid, OrderCancelled, OrderRefunded)


class SalesCounter:
    """Counts anew instead of adding up, so that an event that comes twice changes nothing."""

    def __init__(self, database: Database, orders: Orders) -> None:
        self._database = database
        self._orders = orders

    async def handle(self, events: Sequence[Event]) -> None:
        """Recounts the products of all orders at once; `SalesCounted` tells the index."""
        order_ids = sorted({event.order_id for event in events if isinstance(event, SALES_EVENTS)})
        product_ids = await self._orders.products_of(order_ids)
        if not product_ids:
            return

        async def recount(tx: Tx) -> None:
            changed = await products_store.recount_units_sold(tx, product_ids)
            await outbox.add(tx, *(SalesCounted(ids) for ids in products_store.batches(changed)))

        await self._database.transact(recount)
