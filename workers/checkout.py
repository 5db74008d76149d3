"""Finishes orders whose payment was not settled when it was asked for: periodic sweeps, safe to run many times."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from datasources.orders import Orders
from services.payments import PaymentService
from services.refunds import RefundService
from workers.pauses import jittered, wait

logger = structlog.get_logger(__name__)

LIMIT = 200
CONCURRENCY = 8


class Sweeps:
    """Asks the payment provider about orders and refunds that have waited for `age_seconds`."""

    def __init__(
        self,
        orders: Orders,
        payments: PaymentService,
        refunds: RefundService,
        *,
        age_seconds: int = 10,
        every_seconds: float = 5.0,
    ) -> None:
        self._orders = orders
        self._payments = payments
        self._refunds = refunds
        self._age_seconds = age_seconds
        self._every_seconds = every_seconds

    async def run(self, stopping: asyncio.Event) -> None:
        """Sweeps until told to stop; the orders at hand are finished first."""
        while not stopping.is_set():
            await self.turn()
            await wait(stopping, jittered(self._every_seconds))

    async def turn(self) -> None:
        """One sweep of each kind. A failure ends neither the others nor the next."""
        await self._sweep("waiting", lambda: self._orders.waiting(self._age_seconds, LIMIT), self._payments.settle)
        await self._sweep("late", lambda: self._orders.unsettled(self._age_seconds, LIMIT), self._payments.settle_late)
        await self._sweep("refund", lambda: self._refunds.unsettled(self._age_seconds, LIMIT), self._refunds.settle)

    async def _sweep(
        self, kind: str, find: Callable[[], Awaitable[Sequence[int]]], finish: Callable[[int], Awaitable[object]]
    ) -> None:
        try:
            keys = await find()
        except Exception as error:  # a store out of reach is asked again by the next sweep
            logger.warning("sweep_failed", kind=kind, error=type(error).__name__)
            return
        free = asyncio.Semaphore(CONCURRENCY)

        async def finish_one(key: int) -> None:
            async with free:
                try:
                    await finish(key)
                except Exception as error:  # one of them must not keep the others waiting
                    logger.warning("unsettled", kind=kind, key=key, error=type(error).__name__)

        await asyncio.gather(*(finish_one(key) for key in keys))
