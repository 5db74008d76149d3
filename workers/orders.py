"""Finishes orders whose payment did not settle at once: periodic sweeps that are safe to repeat."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import structlog

from datasources.orders.reads import Orders
from services.orders.refunds import RefundService
from services.payments.charges import PaymentService

Key = TypeVar("Key")
logger = structlog.get_logger(__name__)

LIMIT = 200
CONCURRENCY = 8
# Batches of ended holds per turn. The next turn continues.
_BATCHES = 50


class Sweeps:
    """Asks the payment provider about orders and refunds that have waited for `age_seconds`, and ends holds on time.

    Each sweep is its own job, so that a hanging provider does not delay the end of holds.
    """

    def __init__(
        self,
        orders: Orders,
        payments: PaymentService,
        refunds: RefundService,
        *,
        age_seconds: int = 10,
    ) -> None:
        self._orders = orders
        self._payments = payments
        self._refunds = refunds
        self._age_seconds = age_seconds

    async def end_holds(self) -> None:
        """Ends all holds that are over. After many UNKNOWN answers in a row it ends the rest without a query."""
        silent = 0

        async def end(order_id: int) -> None:
            nonlocal silent
            knows = await self._payments.end_hold(order_id, ask=silent < CONCURRENCY)
            silent = 0 if knows else silent + 1

        for _ in range(_BATCHES):
            if await _sweep("overdue", lambda: self._orders.overdue(LIMIT), end) < LIMIT:
                return

    async def settle_waiting(self) -> None:
        """Settles orders for whose payment no answer came."""
        await _sweep("waiting", lambda: self._orders.waiting(self._age_seconds, LIMIT), self._payments.settle)

    async def settle_late(self) -> None:
        """Settles orders that ended before the shop knew whether they were paid."""
        await _sweep("late", lambda: self._orders.unsettled(self._age_seconds, LIMIT), self._payments.settle_late)

    async def settle_refunds(self) -> None:
        """Settles refunds, captures and voids that the provider has not confirmed, and checks authorizations."""
        held = self._refunds.authorizations
        await _sweep("authorization", lambda: held.unsettled(self._age_seconds, LIMIT), held.settle)
        await _sweep("replaced", lambda: self._refunds.paid_twice(LIMIT), self._refunds.settle_replaced)
        await _sweep("refund", lambda: self._refunds.unsettled(self._age_seconds, LIMIT), self._refunds.settle)


async def _sweep(
    kind: str, find: Callable[[], Awaitable[Sequence[Key]]], finish: Callable[[Key], Awaitable[object]]
) -> int:
    """Tries to finish all that `find` returns; returns their number, with those that failed."""
    keys = await find()
    free = asyncio.Semaphore(CONCURRENCY)

    async def finish_one(key: Key) -> None:
        async with free:
            try:
                await finish(key)
            except Exception as error:  # one failure must not delay the others
                logger.warning("unsettled", kind=kind, key=key, error=type(error).__name__)

    await asyncio.gather(*(finish_one(key) for key in keys))
    return len(keys)
