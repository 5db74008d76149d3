"""Captured charges that arrive together are recorded in one transaction."""

from collections.abc import Awaitable, Callable, Sequence

import structlog

from datasources.inventory import levels as inventory
from datasources.kit import outbox
from datasources.kit.database import Database, Tx
from datasources.mail import queue as mails
from datasources.orders import batches as order_batches
from domain.events import OrderPaid
from domain.inventory import Movement
from domain.kit.refusals import Unavailable
from domain.mail import MailKind, NewMail
from domain.orders.life import OrderStatus
from domain.payments.records import Charge, ChargeState
from services.kit.batching import GroupCommit
from services.kit.clock import utc_now

Capture = tuple[int, Charge]
logger = structlog.get_logger(__name__)


class Captures:
    """Moves orders from PENDING_PAYMENT to PAID. `late` handles an order in any other state."""

    def __init__(self, database: Database, late: Callable[[int, Charge], Awaitable[OrderStatus]], actor: str) -> None:
        self._database = database
        self._late = late
        self._actor = actor
        self._record = GroupCommit[Capture, OrderStatus | None](self._commit, shared=(Unavailable,))

    async def __call__(self, order_id: int, charge: Charge) -> OrderStatus:
        """Records one captured charge; returns the new state of its order."""
        return await self._record((order_id, charge)) or await self._late(order_id, charge)

    async def within(self, tx: Tx, charges: dict[int, Charge]) -> set[int]:
        """Records charges as part of an open transaction; returns the orders that waited for payment."""
        return await self._pay(tx, charges)

    async def _commit(self, captures: Sequence[Capture]) -> list[OrderStatus | Exception | None]:
        paid = await self._database.transact(lambda tx: self._pay(tx, dict(captures)))
        return [OrderStatus.PAID if order_id in paid else None for order_id, _ in captures]

    async def _pay(self, tx: Tx, charges: dict[int, Charge]) -> set[int]:
        """Pays the waiting orders, with rows locked in the order of their ids; leaves the others as they are."""
        now = utc_now()
        owed = await order_batches.lock_waiting(tx, sorted(charges))
        # Money that is reserved by a charge which may be ending at this moment would be free again.
        current = {
            order_id: amount
            for order_id, (amount, key, is_ending) in owed.items()
            if charges[order_id].key in (None, key)
            and not (is_ending and charges[order_id].state is ChargeState.AUTHORIZED)
        }
        # An order for which another amount was taken stays unpaid, and `storefront check` finds it.
        waiting = [order_id for order_id, amount in current.items() if charges[order_id].amount in (None, amount)]
        for order_id in current.keys() - waiting:
            logger.error("captured_amount_differs", order_id=order_id)
        if not waiting:
            return set()
        await order_batches.pay(tx, {order_id: charges[order_id] for order_id in waiting}, now, self._actor)
        units = await inventory.reserved_for(tx, waiting)
        lacking = await inventory.move_orders(tx, Movement.SALE, units, now, "paid")
        if lacking is not None:
            raise RuntimeError(f"less of variant {lacking[0]} is held at location {lacking[1]} than its orders say")
        await outbox.add(tx, *(OrderPaid(order_id) for order_id in waiting))
        await mails.add(tx, *(NewMail(MailKind.ORDER_CONFIRMED, order_id) for order_id in waiting))
        return set(waiting)
