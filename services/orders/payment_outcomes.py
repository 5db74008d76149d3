"""Moves orders between states. Each move is one guarded transition: the loser of a race does nothing."""

from datetime import datetime

import structlog

from datasources import cart as carts
from datasources.discounts import usages
from datasources.inventory import levels as inventory
from datasources.kit import outbox
from datasources.kit.database import Database, Tx
from datasources.mail import queue as mails
from datasources.orders import authorizations, open_payments, refunds
from datasources.orders import lives as order_lives
from datasources.orders import reads as orders
from datasources.orders.transitions import become, shorten_hold
from datasources.webhooks.reports import report
from domain.events import AvailabilityChanged, Event, OrderRefunded, OrderReleased, RefundCreated
from domain.inventory import Movement
from domain.kit.ids import new_secret
from domain.kit.money import Money
from domain.mail import MailKind, NewMail
from domain.orders.after_payment import RefundParts, RefundState
from domain.orders.life import SOLD, OrderStatus
from domain.payments.records import AuthorizationState, Charge, ChargeState, PaymentState
from services.kit.clock import utc_now
from services.orders.authorized_money import PROVIDER, record_closed, record_ended, record_reserved
from services.orders.captures import Captures

# Longer than the provider has to answer a query and a cancellation.
ENDING_SECONDS = 60
_UNCAPTURED = (PaymentState.PENDING, PaymentState.DECLINED)
logger = structlog.get_logger(__name__)


class OrderService:
    """Transitions that the payment provider or the clock causes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._captures = Captures(database, self._capture_late, PROVIDER)

    async def capture(self, order_id: int, charge: Charge) -> OrderStatus:
        """Records a captured or authorized charge; returns the new state of the order.

        If the order has ended in between, it becomes an EXCEPTION, to be refunded; an authorization is voided.
        """
        return await self._captures(order_id, charge)

    async def capture_within(self, tx: Tx, order_id: int, charge: Charge) -> OrderStatus:
        """Like `capture`, but within an open transaction."""
        if await self._captures.within(tx, {order_id: charge}):
            return OrderStatus.PAID
        return await self._capture_late_within(tx, order_id, charge)

    async def capture_all_within(self, tx: Tx, charges: dict[int, Charge]) -> set[int]:
        """Records captured charges of waiting orders within an open transaction; returns these orders."""
        return await self._captures.within(tx, charges)

    async def _capture_late(self, order_id: int, charge: Charge) -> OrderStatus:
        return await self._database.transact(lambda tx: self._capture_late_within(tx, order_id, charge))

    async def _capture_late_within(self, tx: Tx, order_id: int, charge: Charge) -> OrderStatus:
        """Records a captured or authorized charge of an order that no longer waits for it."""
        now = utc_now()
        is_current = await open_payments.is_current(tx, order_id, charge.key)
        if charge.state is ChargeState.AUTHORIZED:
            if await _status(tx, order_id) is OrderStatus.PENDING_PAYMENT:
                pass  # It may be ending. Who ends it decides, or else the sweep does.
            elif is_current and await self._is_uncaptured(tx, order_id):
                await self._authorize_late(tx, order_id, charge, now)
            elif is_current:
                await record_reserved(tx, order_id, charge, now)
        elif not is_current:
            await self.replaced_within(tx, order_id, charge, PaymentState.CAPTURED)
        elif await self._take_authorized(tx, order_id, charge, now) or await self._is_promised_back(
            tx, order_id, charge, now
        ):
            pass
        elif await self._is_uncaptured(tx, order_id, held=True) and await become(
            tx, order_id, OrderStatus.EXCEPTION, now
        ):
            await self._record_payment(tx, order_id, PaymentState.CAPTURED, charge, OrderStatus.EXCEPTION, now)
            key, reason = f"refund-{order_id}", "paid after its end"
            if await refunds.insert_rest(tx, order_id, key, reason, PROVIDER, now) is None:
                await self.refunded_within(tx, order_id, "nothing was charged")
        return await _status(tx, order_id)

    async def _authorize_late(self, tx: Tx, order_id: int, charge: Charge, now: datetime) -> None:
        """Nobody sends the order, so the money is set free again."""
        await self._record_payment(tx, order_id, PaymentState.AUTHORIZED, charge, await _status(tx, order_id), now)
        await authorizations.insert(tx, [order_id], now)
        await authorizations.become(tx, order_id, AuthorizationState.VOIDING, now, AuthorizationState.HELD)

    async def _take_authorized(self, tx: Tx, order_id: int, charge: Charge, now: datetime) -> bool:
        """Records that authorized money was taken; False for any other money, or if the order must give it back."""
        if not await record_closed(tx, order_id, charge, now):
            return False
        status, held = await _status(tx, order_id), await authorizations.of_order(tx, order_id)
        if status in SOLD and held is not None and held.state is AuthorizationState.CAPTURED:
            await self._record_payment(tx, order_id, PaymentState.CAPTURED, charge, status, now)
            life = await order_lives.lock(tx, order_id)
            if life is not None and life.captured and 0 < life.captured.minor <= life.refunded_minor:
                await self.refunded_within(tx, order_id, "all that was captured was refunded")
        return status in SOLD

    async def _is_promised_back(self, tx: Tx, order_id: int, charge: Charge, now: datetime) -> bool:
        """Whether refunds cover what was taken of the reserved money of an order that has ended."""
        life = await order_lives.lock(tx, order_id)
        if life is None or not life.is_reserved or not life.promised_minor or life.refundable.minor > 0:
            return False
        await self._record_payment(tx, order_id, PaymentState.CAPTURED, charge, life.order.status, now)
        if life.refunded_minor == life.promised_minor:
            await self.refunded_within(tx, order_id, "all that was captured was refunded")
        return True

    async def authorization_ended_within(self, tx: Tx, order_id: int, charge: Charge) -> None:
        """Records that authorized money was set free: because the shop wanted it, or by itself.

        The latter leaves a sold order without money, which `storefront check` shows to staff.
        """
        await record_ended(tx, order_id, charge, await _status(tx, order_id), utc_now())

    async def replaced_within(self, tx: Tx, order_id: int, charge: Charge, state: PaymentState) -> bool:
        """Records that a replaced charge took money nevertheless, or has paid it back; False if that was recorded."""
        now, before = utc_now(), PaymentState.DECLINED if state is PaymentState.CAPTURED else PaymentState.CAPTURED
        if charge.key is None:
            return False
        if not await open_payments.replaced_becomes(tx, charge.key, before, state, charge.reference, now):
            return False
        told = "was captured and will be refunded" if state is PaymentState.CAPTURED else "was refunded"
        status = await _status(tx, order_id)
        await orders.record_event(tx, order_id, status, PROVIDER, f"a replaced charge {told}", now)
        return True

    async def replaced(self, order_id: int, charge: Charge, state: PaymentState) -> bool:
        """Like `replaced_within`, in a transaction of its own."""
        return await self._database.transact(lambda tx: self.replaced_within(tx, order_id, charge, state))

    async def require_action(self, order_id: int, charge: Charge) -> OrderStatus:
        """Records what a charge requires of the buyer; returns the state of the order."""
        return await self._database.transact(lambda tx: self.require_action_within(tx, order_id, charge))

    async def require_action_within(self, tx: Tx, order_id: int, charge: Charge) -> OrderStatus:
        """Like `require_action`, but within an open transaction. Only the first report of an action is a step."""
        payment = await open_payments.lock(tx, order_id)
        if payment is not None and charge.action is not None and charge.key in (None, payment.charge_key):
            if payment.action is None:
                reason = "the buyer must confirm the payment"
                await orders.record_event(tx, order_id, OrderStatus.PENDING_PAYMENT, PROVIDER, reason, utc_now())
            if payment.action != charge.action:
                await open_payments.require_action(tx, payment, charge.action, charge.reference)
        return await _status(tx, order_id)

    async def fail(self, order_id: int, charge: Charge, *, is_over: bool = False) -> OrderStatus:
        """Records a declined charge; returns the new state.

        The order ends and gives its stock back, unless the charge needed the buyer: then the order keeps its units to
        the end of its hold, so that another method can be tried. `is_over`: the buyer has given up.
        """
        return await self._database.transact(lambda tx: self.fail_within(tx, order_id, charge, is_over=is_over))

    async def fail_within(self, tx: Tx, order_id: int, charge: Charge, *, is_over: bool = False) -> OrderStatus:
        """Like `fail`, but within an open transaction."""
        now = utc_now()
        if not await open_payments.is_current(tx, order_id, charge.key):
            return await _status(tx, order_id)
        if await orders.payment_state(tx, order_id) is PaymentState.AUTHORIZED:
            # A declined try may have come before the authorization: only a query says whether that has ended.
            await authorizations.doubt(tx, order_id)
            return await _status(tx, order_id)
        payment = None if is_over else await open_payments.lock(tx, order_id)
        if payment is not None and payment.may_retry:
            if not payment.is_declined:
                await self._record_payment(
                    tx, order_id, PaymentState.DECLINED, charge, OrderStatus.PENDING_PAYMENT, now
                )
        elif await become(tx, order_id, OrderStatus.PAYMENT_FAILED, now):
            await self._record_payment(tx, order_id, PaymentState.DECLINED, charge, OrderStatus.PAYMENT_FAILED, now)
            await self.release(tx, order_id, "payment declined", now)
            await mails.add(tx, NewMail(MailKind.PAYMENT_FAILED, order_id))
        elif await orders.payment_state(tx, order_id) is PaymentState.PENDING:
            await orders.set_payment(tx, order_id, PaymentState.DECLINED, now, charge.reference, charge.reason)
        return await _status(tx, order_id)

    async def expire(self, order_id: int) -> bool:
        """Ends an unpaid order whose hold has ended by the database's clock and gives its stock back."""

        async def expire(tx: Tx) -> bool:
            now = utc_now()
            if not await become(tx, order_id, OrderStatus.EXPIRED, now, only_expired=True):
                return False
            await orders.record_event(tx, order_id, OrderStatus.EXPIRED, "clock", "the hold ended", now)
            await self.release(tx, order_id, "hold ended", now)
            return True

        return await self._database.transact(expire)

    async def refunded_within(self, tx: Tx, order_id: int, reason: str) -> bool:
        """Records that all the money of an order was refunded; False if this was recorded before.

        Money that no refund here covers was refunded by hand at the provider; it becomes a refund of its own.
        """
        now = utc_now()
        if not await become(tx, order_id, OrderStatus.REFUNDED, now):
            return False
        by_hand = await refunds.insert_rest(tx, order_id, f"refund-{order_id}-at-provider", reason, PROVIDER, now)
        await refunds.settle_all(tx, order_id, now)
        await orders.set_payment(tx, order_id, PaymentState.REFUNDED, now, None, None)
        if by_hand is not None:
            await report(tx, RefundCreated(order_id, by_hand))
            await mails.add(tx, NewMail(MailKind.ORDER_REFUNDED, order_id, by_hand))
        await outbox.add(tx, OrderRefunded(order_id))
        await orders.record_event(tx, order_id, OrderStatus.REFUNDED, PROVIDER, reason, now)
        return True

    async def partly_refunded_within(self, tx: Tx, order_id: int, back: Money, reason: str) -> None:
        """Records what was refunded by hand at the provider, when it reports that `back` was refunded in all.

        Refunds of the shop that are pending may be part of `back`, so only what exceeds them is recorded.
        """
        life = await order_lives.lock(tx, order_id)
        if life is None or not life.captured or life.captured.currency != back.currency:
            return
        if back.minor >= life.captured.minor and not life.is_reserved:
            await self.refunded_within(tx, order_id, reason)
        elif (by_hand := back.minor - life.promised_minor) > 0:
            now, key = utc_now(), f"refund-{order_id}-at-provider-{new_secret()}"
            amount = RefundParts(extra_minor=by_hand)
            refund_id = await refunds.insert(tx, order_id, key, back.currency, amount, reason, PROVIDER, now)
            await refunds.settle(tx, refund_id, RefundState.DONE, now)
            await report(tx, RefundCreated(order_id, refund_id))
            await mails.add(tx, NewMail(MailKind.ORDER_REFUNDED, order_id, refund_id))
            told = f"refunded at the provider: {Money(by_hand, back.currency).decimal} {back.currency}"
            await orders.record_event(tx, order_id, life.order.status, PROVIDER, told, now)

    async def begin_ending(self, order_id: int, charge_key: str) -> OrderStatus | None:
        """Lets one process at a time end a charge that reserves money; returns the state of its order.

        Until it has, or some seconds are over, what the charge reserves does not pay the order. None: another process
        is ending it.
        """

        async def begin(tx: Tx) -> OrderStatus | None:
            await open_payments.is_current(tx, order_id, charge_key)
            status = await _status(tx, order_id)
            if status is not OrderStatus.PENDING_PAYMENT:
                return status
            return status if await open_payments.begin_ending(tx, order_id, charge_key, ENDING_SECONDS) else None

        return await self._database.transact(begin)

    async def keep(self, order_id: int, charge_key: str) -> None:
        """Lets a charge pay its order that was to be ended, but had reserved its money before."""
        await self._database.transact(lambda tx: open_payments.end_ending(tx, order_id, charge_key))

    async def shorten_hold(self, order_id: int, seconds: int) -> None:
        """Lets the hold of an unpaid order end soon: nobody is paying it."""
        await self._database.transact(lambda tx: shorten_hold(tx, order_id, seconds))

    async def asked(self, order_id: int) -> None:
        """Records the time of a query to the provider about an order, so that other orders get their turn."""
        await self._database.transact(lambda tx: orders.asked(tx, order_id, utc_now()))

    async def _record_payment(
        self, tx: Tx, order_id: int, state: PaymentState, charge: Charge, status: OrderStatus, now: datetime
    ) -> None:
        await orders.set_payment(tx, order_id, state, now, charge.reference, charge.reason)
        await orders.record_event(tx, order_id, status, PROVIDER, charge.reason or state.lower(), now)

    async def _is_uncaptured(self, tx: Tx, order_id: int, *, held: bool = False) -> bool:
        """With `held`, authorized money counts too.

        DECLINED is not final: a provider may report an earlier, declined try after the one that succeeded.
        """
        state = await orders.payment_state(tx, order_id)
        return state in _UNCAPTURED or (held and state is PaymentState.AUTHORIZED)

    async def release(self, tx: Tx, order_id: int, reason: str, now: datetime) -> None:
        """Releases the units and uses of an unpaid order, and opens its cart."""
        # Carts before stock before uses, in the lock order of submits: another order would deadlock.
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
