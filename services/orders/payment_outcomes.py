"""Moves of an order between its states. Each is one guarded transition: the loser of a race does nothing."""

from datetime import datetime

from datasources import cart as carts
from datasources.discounts import usages
from datasources.inventory import levels as inventory
from datasources.kit import outbox
from datasources.kit.database import Database, Tx
from datasources.orders import reads as orders
from datasources.orders import refunds
from datasources.orders.transitions import become
from domain.events import AvailabilityChanged, Event, OrderRefunded, OrderReleased
from domain.inventory import Movement
from domain.orders.life import OrderStatus
from domain.payments import Charge, PaymentState
from services.kit.clock import utc_now
from services.orders.captures import Captures

PROVIDER = "payment provider"


class OrderService:
    """Transitions that follow from what the payment provider or the clock says."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._captures = Captures(database, self._capture_late, PROVIDER)

    async def capture(self, order_id: int, charge: Charge) -> OrderStatus:
        """Records a captured charge; answers the state the order is in afterwards.

        A charge of an order that has ended meanwhile makes it an EXCEPTION, to be refunded.
        """
        return await self._captures(order_id, charge)

    async def capture_within(self, tx: Tx, order_id: int, charge: Charge) -> OrderStatus:
        """Does what `capture` does as part of an open transaction."""
        if await self._captures.within(tx, {order_id: charge}):
            return OrderStatus.PAID
        return await self._capture_late_within(tx, order_id, charge)

    async def capture_all_within(self, tx: Tx, charges: dict[int, Charge]) -> set[int]:
        """Records captured charges of orders that wait for them as part of an open transaction; answers which did."""
        return await self._captures.within(tx, charges)

    async def _capture_late(self, order_id: int, charge: Charge) -> OrderStatus:
        return await self._database.transact(lambda tx: self._capture_late_within(tx, order_id, charge))

    async def _capture_late_within(self, tx: Tx, order_id: int, charge: Charge) -> OrderStatus:
        """Records a captured charge of an order that does not wait for it any more."""
        now = utc_now()
        if await self._is_uncaptured(tx, order_id) and await become(tx, order_id, OrderStatus.EXCEPTION, now):
            await self._record_payment(tx, order_id, PaymentState.CAPTURED, charge, OrderStatus.EXCEPTION, now)
            key, reason = f"refund-{order_id}", "paid after its end"
            if await refunds.insert_rest(tx, order_id, key, reason, PROVIDER, now) is None:
                await self.refunded_within(tx, order_id, "nothing was charged")
        return await _status(tx, order_id)

    async def fail(self, order_id: int, charge: Charge) -> OrderStatus:
        """Records a declined charge and gives the stock back; answers the state afterwards."""
        return await self._database.transact(lambda tx: self.fail_within(tx, order_id, charge))

    async def fail_within(self, tx: Tx, order_id: int, charge: Charge) -> OrderStatus:
        """Does what `fail` does as part of an open transaction."""
        now = utc_now()
        if await become(tx, order_id, OrderStatus.PAYMENT_FAILED, now):
            await self._record_payment(tx, order_id, PaymentState.DECLINED, charge, OrderStatus.PAYMENT_FAILED, now)
            await self.release(tx, order_id, "payment declined", now)
        elif await orders.payment_state(tx, order_id) is PaymentState.PENDING:
            await orders.set_payment(tx, order_id, PaymentState.DECLINED, now, charge.reference, charge.reason)
        return await _status(tx, order_id)

    async def expire(self, order_id: int) -> bool:
        """Ends an unpaid order whose hold is over by the database's clock and gives its stock back."""

        async def expire(tx: Tx) -> bool:
            now = utc_now()
            if not await become(tx, order_id, OrderStatus.EXPIRED, now, only_expired=True):
                return False
            await orders.record_event(tx, order_id, OrderStatus.EXPIRED, "clock", "the hold ended", now)
            await self.release(tx, order_id, "hold ended", now)
            return True

        return await self._database.transact(expire)

    async def refunded_within(self, tx: Tx, order_id: int, reason: str) -> bool:
        """Records that all the money of an order went back; False when it had been recorded.

        What nobody here had asked for was given back by hand at the provider and is kept as a refund of its own.
        """
        now = utc_now()
        if not await become(tx, order_id, OrderStatus.REFUNDED, now):
            return False
        await refunds.insert_rest(tx, order_id, f"refund-{order_id}-at-provider", reason, PROVIDER, now)
        await refunds.settle_all(tx, order_id, now)
        await orders.set_payment(tx, order_id, PaymentState.REFUNDED, now, None, None)
        await outbox.add(tx, OrderRefunded(order_id))
        await orders.record_event(tx, order_id, OrderStatus.REFUNDED, PROVIDER, reason, now)
        return True

    async def asked(self, order_id: int) -> None:
        """Remembers that the provider was asked about an order, so that others get their turn."""
        await self._database.transact(lambda tx: orders.asked(tx, order_id, utc_now()))

    async def _record_payment(
        self, tx: Tx, order_id: int, state: PaymentState, charge: Charge, status: OrderStatus, now: datetime
    ) -> None:
        await orders.set_payment(tx, order_id, state, now, charge.reference, charge.reason)
        await orders.record_event(tx, order_id, status, PROVIDER, charge.reason or state.lower(), now)

    async def _is_uncaptured(self, tx: Tx, order_id: int) -> bool:
        """Declined is not the last word: a provider may tell of an earlier try after the one that went well."""
        return await orders.payment_state(tx, order_id) in (PaymentState.PENDING, PaymentState.DECLINED)

    async def release(self, tx: Tx, order_id: int, reason: str, now: datetime) -> None:
        """Gives back what an order that was not paid held, its units and its uses, and opens its cart."""
        # Carts before stock before uses, as submits lock them: the other way round they would deadlock.
        await carts.release(tx, order_id)
        units = (await inventory.reserved_for(tx, [order_id]))[order_id]
        actor = f"order:{order_id}"
        came_back = await inventory.give_back(tx, Movement.RELEASE, units, now, actor, reason, order_id)
        await usages.give_back(tx, order_id)
        events: list[Event] = [OrderReleased(order_id)]
        if came_back:
            events.append(AvailabilityChanged(came_back))
        await outbox.add(tx, *events)


async def _status(tx: Tx, order_id: int) -> OrderStatus:
    order = (await orders.orders_by_id(tx, [order_id]))[0]
    if order is None:
        raise LookupError(f"there is no order {order_id}")
    return order.status
