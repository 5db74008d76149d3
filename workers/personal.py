"""Keeps the copies of what accounts have hidden and bought equal to the rows: after events, and all after a loss."""

from collections.abc import Sequence

import structlog

from datasources.personal.dislikes import Dislikes
from datasources.personal.purchases import Purchases
from datasources.personal.tastes import Tastes
from domain.events import DislikesChanged, Event, OrderCancelled, OrderPaid, OrderRefunded, OrdersImported
from domain.kit.ids import new_secret
from domain.personal.records import account
from services.personal.dislikes import DislikeService

logger = structlog.get_logger(__name__)

ORDER_EVENTS = (OrderPaid, OrderCancelled, OrderRefunded)
PERSONAL_EVENTS = (*ORDER_EVENTS, OrdersImported, DislikesChanged)
CHUNK = 200


class TasteKeeper:
    """Copies replace each other as a whole, so that a repeated event changes nothing."""

    def __init__(self, tastes: Tastes, dislikes: Dislikes, purchases: Purchases, service: DislikeService) -> None:
        self._tastes = tastes
        self._dislikes = dislikes
        self._purchases = purchases
        self._service = service

    async def handle(self, events: Sequence[Event]) -> None:
        """Copies the rows of the accounts of all events. After an import of orders, all accounts are due."""
        order_ids = sorted({event.order_id for event in events if isinstance(event, ORDER_EVENTS)})
        if order_ids:
            await self._copy_purchases(await self._purchases.customers_of(order_ids))
        await self._copy_dislikes(sorted({each.customer_id for each in events if isinstance(each, DislikesChanged)}))
        if any(isinstance(event, OrdersImported) for event in events):
            await self._tastes.set_due()

    async def turn(self) -> bool:
        """Copies all accounts if Redis lost the copies, never had them, or they are due; returns whether it did."""
        are_there, are_due = await self._tastes.are_copied()
        if not are_due:
            return False
        token = new_secret()
        await self._tastes.begin_pass(token)
        if not are_there:
            await self._take_over()
        last = 0
        while customer_ids := await self._purchases.customers_after(last, CHUNK):
            await self._copy_dislikes(customer_ids)
            await self._copy_purchases(customer_ids)
            last = customer_ids[-1]
        is_finished = await self._tastes.finish_pass(token)
        logger.info("tastes_copied", complete=is_finished)
        return is_finished

    async def _take_over(self) -> None:
        """Writes rows of what version 0.1 kept in Redis alone."""
        async for customer_id in self._tastes.accounts():
            if found := await self._tastes.hidden(account(customer_id)):
                await self._service.take_over(customer_id, found)

    async def _copy_dislikes(self, customer_ids: Sequence[int]) -> None:
        if customer_ids:
            found = await self._dislikes.by_customer(customer_ids)
            for customer_id, dislikes in zip(customer_ids, found, strict=True):
                await self._tastes.copy_dislikes(account(customer_id), dislikes)

    async def _copy_purchases(self, customer_ids: Sequence[int]) -> None:
        if customer_ids:
            found = await self._purchases.by_customer(customer_ids)
            for customer_id, purchases in zip(customer_ids, found, strict=True):
                await self._tastes.copy_purchases(account(customer_id), purchases)
