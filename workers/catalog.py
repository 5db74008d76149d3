"""Counts units sold of products when their orders are paid, and again when those are cancelled or refunded."""

from collections.abc import Sequence

from datasources.catalog import product_writes as products_store
from datasources.kit import outbox
from datasources.kit.database import Database, Tx
from datasources.orders.reads import Orders
from domain.events import Event, EventsLost, OrderCancelled, OrderPaid, OrderRefunded, SalesCounted

ORDER_EVENTS = (OrderPaid, OrderCancelled, OrderRefunded)
SALES_EVENTS = (*ORDER_EVENTS, EventsLost)


class SalesCounter:
    """Recounts from the orders instead of adding up, so that a repeated event changes nothing."""

    def __init__(self, database: Database, orders: Orders) -> None:
        self._database = database
        self._orders = orders

    async def handle(self, events: Sequence[Event]) -> None:
        """Recounts the products of all orders at once. `SalesCounted` notifies the search index."""
        order_ids = sorted({event.order_id for event in events if isinstance(event, ORDER_EVENTS)})
        lost = {key for event in events if isinstance(event, EventsLost) for key in event.product_ids}
        product_ids = sorted(lost.union(await self._orders.products_of(order_ids)))
        if not product_ids:
            return

        async def recount(tx: Tx) -> None:
            changed = await products_store.recount_units_sold(tx, product_ids)
            await outbox.add(tx, *(SalesCounted(ids) for ids in products_store.batches(changed)))

        await self._database.transact(recount)


class LostEvents:
    """Replaces events that were lost when Redis lost its memory. Nothing records which events those were."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def make_up(self) -> None:
        """Emits events that name every product. They go through the outbox, so that they cannot get lost as well."""

        async def tell(tx: Tx) -> None:
            ids = await products_store.all_ids(tx)
            await outbox.add(tx, *(EventsLost(some) for some in products_store.batches(ids)))

        await self._database.transact(tell)
