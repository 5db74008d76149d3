"""Changes of orders by staff. Refunds reach the provider after the commit, outside every lock."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from datasources.inventory import levels as inventory
from datasources.kit import outbox
from datasources.kit.database import Database, Tx
from datasources.mail import queue as mails
from datasources.orders import fulfillments, refunds, transitions
from datasources.orders import lives as order_lives
from datasources.orders import reads as orders
from datasources.webhooks.reports import report
from domain.accounts import Permission, Viewer
from domain.events import AvailabilityChanged, FulfillmentCreated, OrderCancelled, OrderFulfilled, RefundCreated
from domain.inventory import Movement, StockKey, give_back
from domain.kit.ids import new_secret
from domain.kit.money import Money
from domain.kit.refusals import INPUT, RefusalCode, Unavailable, refuse
from domain.mail import MailKind, NewMail
from domain.orders.after_payment import OrderLife, Refund, RefundedLine, RefundParts
from domain.orders.commands import CancelOrder, FulfilOrder, RefundOrder, ReturnUnits
from domain.orders.life import OrderStatus
from services.accounts.authority import require
from services.kit.clock import utc_now
from services.orders import authorizations
from services.orders import lines as order_lines
from services.orders.inputs import check_note, check_refund, check_tracking
from services.orders.payment_outcomes import OrderService
from services.orders.refunds import RefundService

logger = structlog.get_logger(__name__)

REFUNDABLE = (OrderStatus.PAID, OrderStatus.FULFILLED, OrderStatus.CANCELLED, OrderStatus.EXCEPTION)


class OrderLifeService:
    """Cancels, refunds, fulfills and takes back orders, with the row locked:

    of two conflicting changes one is refused.
    """

    def __init__(self, database: Database, orders: OrderService, refunds: RefundService) -> None:
        self._database = database
        self._orders = orders
        self._refunds = refunds

    async def cancel(self, viewer: Viewer, order_id: int, command: CancelOrder) -> int | None:
        """Cancels an order that has no parcels; returns the key of its refund, if there is one.

        Money that is only reserved is set free.

        Refused: NOT_FOUND, IMPORTED_ORDER, NOT_CANCELLABLE, TOO_LONG.
        """

        async def cancel(tx: Tx) -> int | None:
            actor = await require(tx, viewer, Permission.ORDERS)
            check_note(command.note)
            life = await _locked(tx, order_id)
            _check_cancellable(life)
            now = utc_now()
            await transitions.become(tx, order_id, OrderStatus.CANCELLED, now)
            reason = f"cancelled: {command.reason.lower()}"
            await orders.record_event(tx, order_id, OrderStatus.CANCELLED, actor, reason, now, command.note)
            await outbox.add(tx, OrderCancelled(order_id))
            await mails.add(tx, NewMail(MailKind.ORDER_CANCELLED, order_id))
            if life.order.status is OrderStatus.PENDING_PAYMENT:
                await self._orders.release(tx, order_id, reason, now)
                return None
            await authorizations.set_free(tx, order_id)
            return await self._give_back(tx, life, command, actor, reason, now)

        refund_id = await self._database.transact(cancel)
        await self._settle_authorization(order_id)
        if refund_id is not None:
            await self._settle(refund_id)
        return refund_id

    async def _give_back(
        self, tx: Tx, life: OrderLife, command: CancelOrder, actor: str, reason: str, now: datetime
    ) -> int | None:
        """Refunds the remaining money and units of a paid order, as far as the command says."""
        lines = order_lines.all_back(life) if command.restock else ()
        parts = RefundParts(lines, extra_minor=life.refundable.minor if command.refund else 0)
        if not lines and not parts.minor:
            return None
        key, currency = f"refund-{life.order.id}-cancel", life.order.total.currency
        refund_id = await refunds.insert(tx, life.order.id, key, currency, parts, reason, actor, now)
        await _restock(tx, life, lines, refund_id, actor, reason, now)
        await report(tx, RefundCreated(life.order.id, refund_id))
        return refund_id

    async def refund(self, viewer: Viewer, order_id: int, command: RefundOrder) -> int:
        """Refunds the price of lines, delivery and an amount beside them; returns the refund's key.

        Units of an unsent order go back for sale even after all of its money did. The provider may still refuse the
        money: then the refund is FAILED. Of money that is only reserved, the price of cancelled units is not taken.

        Refused: NOT_FOUND, IMPORTED_ORDER, NOT_REFUNDABLE, REFUND_TOO_HIGH, INVALID, LINE_NOT_FOUND, INVALID_QUANTITY,
        IDEMPOTENCY_KEY_REUSED, TOO_LONG.
        """

        async def refund(tx: Tx) -> tuple[int, bool]:
            actor = await require(tx, viewer, Permission.ORDERS)
            check_refund(command)
            life = await _locked(tx, order_id)
            key = f"refund-{order_id}-by-{command.key or new_secret()}"
            earlier = await refunds.by_key(tx, key)
            if earlier is not None:
                return await _replayed(tx, earlier, command, life), False
            _check_refundable(life, command)
            if life.is_reserved and await authorizations.is_ending(tx, order_id):
                message = "The rest of the order's money is being taken; try again when it is."
                raise refuse(RefusalCode.NOT_REFUNDABLE, message, "order_id")
            parts = order_lines.parts_to_refund(life, command)
            now, currency = utc_now(), life.order.total.currency
            reason = _told(parts, currency)
            refund_id = await refunds.insert(tx, order_id, key, currency, parts, reason, actor, now)
            await orders.record_event(tx, order_id, life.order.status, actor, reason, now, command.note)
            await _restock(tx, life, parts.lines, refund_id, actor, reason, now)
            await report(tx, RefundCreated(order_id, refund_id))
            await _finish_if_sent(tx, order_id, actor, now)
            if life.is_voided:
                return refund_id, await authorizations.set_free(tx, order_id)
            return refund_id, life.is_reserved and await authorizations.release(tx, order_id)

        refund_id, ends = await self._database.transact(refund)
        if ends:
            await self._settle_authorization(order_id)
        await self._settle(refund_id)
        return refund_id

    async def _settle(self, refund_id: int) -> None:
        """Sends a committed refund to the provider. If a store is down, the sweep does it later."""
        try:
            await self._refunds.settle(refund_id)
        except Unavailable as error:
            logger.warning("refund_left_to_sweep", refund_id=refund_id, code=error.code)

    async def _settle_authorization(self, order_id: int) -> None:
        """Takes or sets free reserved money as committed. If a store is down, the sweep does it later."""
        try:
            await self._refunds.authorizations.settle(order_id)
        except Unavailable as error:
            logger.warning("authorization_left_to_sweep", order_id=order_id, code=error.code)

    async def fulfil(self, viewer: Viewer, order_id: int, command: FulfilOrder) -> int:
        """Records a parcel; returns its key. Of money that is only reserved, it takes its part.

        Refused: NOT_FOUND, IMPORTED_ORDER, NOT_FULFILLABLE, INVALID, LINE_NOT_FOUND, INVALID_QUANTITY, TOO_LONG.
        """

        async def fulfil(tx: Tx) -> tuple[int, bool]:
            actor = await require(tx, viewer, Permission.ORDERS)
            check_tracking(command.tracking)
            life = await _locked(tx, order_id)
            if life.order.status is not OrderStatus.PAID or life.is_given_back or life.is_voided:
                raise refuse(RefusalCode.NOT_FULFILLABLE, _why_not(life), "order_id")
            units = order_lines.units_to_send(life, command.lines)
            if not units:
                raise refuse(RefusalCode.NOT_FULFILLABLE, "The order has no units left to send.", "lines")
            now = utc_now()
            fulfillment_id = await fulfillments.insert(tx, order_id, units, command.tracking, actor, now)
            await report(tx, FulfillmentCreated(order_id, fulfillment_id))
            await mails.add(tx, NewMail(MailKind.ORDER_SHIPPED, order_id, fulfillment_id))
            if not await _finish_if_sent(tx, order_id, actor, now):
                sent = f"sent {sum(units.values())} units"
                await orders.record_event(tx, order_id, OrderStatus.PAID, actor, sent, now)
            return fulfillment_id, life.is_reserved and await authorizations.take(tx, order_id, fulfillment_id)

        fulfillment_id, is_due = await self._database.transact(fulfil)
        if is_due:
            await self._settle_authorization(order_id)
        return fulfillment_id

    async def take_back(self, viewer: Viewer, order_id: int, command: ReturnUnits) -> int:
        """Records returned units; returns the key of their refund, which has no money.

        Refused: NOT_FOUND, IMPORTED_ORDER, INVALID, LINE_NOT_FOUND, INVALID_QUANTITY, TOO_LONG.
        """

        async def take_back(tx: Tx) -> int:
            actor = await require(tx, viewer, Permission.ORDERS)
            check_note(command.note)
            life = await _locked(tx, order_id)
            lines = order_lines.units_back(life, command.lines, command.restock)
            now = utc_now()
            reason = f"returned {sum(line.quantity for line in lines)} units"
            key, currency = f"return-{order_id}-{new_secret()}", life.order.total.currency
            refund_id = await refunds.insert(tx, order_id, key, currency, RefundParts(lines), reason, actor, now)
            await orders.record_event(tx, order_id, life.order.status, actor, reason, now, command.note)
            await _restock(tx, life, lines, refund_id, actor, reason, now)
            await report(tx, RefundCreated(order_id, refund_id))
            return refund_id

        return await self._database.transact(take_back)


async def _locked(tx: Tx, order_id: int) -> OrderLife:
    life = await order_lives.lock(tx, order_id)
    if life is None:
        raise refuse(RefusalCode.NOT_FOUND, "The order does not exist.", "order_id")
    if life.captured is None:
        raise refuse(RefusalCode.IMPORTED_ORDER, "The order was imported and cannot be changed here.", "order_id")
    return life


def _check_refundable(life: OrderLife, command: RefundOrder) -> None:
    """An order whose money is all back may still have units to put back for sale."""
    is_untaken = life.order.uncaptured is not None and not life.order.captured_minor
    if is_untaken and not (command.only_restocks and _leaves_some(life, command)):
        message = f"The money of the order is {life.order.uncaptured}, not taken; cancel the order instead."
        raise refuse(RefusalCode.NOT_REFUNDABLE, message, "order_id")
    is_back = life.order.status is OrderStatus.REFUNDED and command.only_restocks
    if life.order.status not in REFUNDABLE and not is_back:
        message = f"The order is {life.order.status}; it must be {', '.join(REFUNDABLE)} to be refunded."
        raise refuse(RefusalCode.NOT_REFUNDABLE, message, "order_id")


def _leaves_some(life: OrderLife, command: RefundOrder) -> bool:
    """Whether units of an order of which nothing was paid can be cancelled: some were sent, or will be for money."""
    cancelled: dict[int, int] = {line.position: line.quantity for line in command.lines}
    left = [replace(line, released=line.released + cancelled.get(line.line.position, 0)) for line in life.lines]
    has_units = any(line.unfulfilled > cancelled.get(line.line.position, 0) for line in life.lines)
    is_sent = any(line.fulfilled for line in life.lines)
    return is_sent or (life.is_reserved and has_units and replace(life, lines=tuple(left)).wanted_minor > 0)


def _told(parts: RefundParts, currency: str) -> str:
    if parts.minor:
        return f"refund of {Money(parts.minor, currency).decimal} {currency}"
    return f"refund of {sum(line.quantity for line in parts.lines)} units without money"


def _check_cancellable(life: OrderLife) -> None:
    ends_by = (OrderStatus.PENDING_PAYMENT, OrderStatus.PAID)
    is_sent = any(line.fulfilled for line in life.lines)
    if life.order.status not in ends_by or is_sent or life.is_given_back:
        raise refuse(RefusalCode.NOT_CANCELLABLE, _why_not(life), "order_id")


def _why_not(life: OrderLife) -> str:
    if life.order.status is OrderStatus.PAID and life.is_voided:
        return "The authorization of the payment has ended, and no money was taken; cancel the order."
    if life.order.status is OrderStatus.PAID and life.is_given_back:
        return "The order's money is already refunded, or its refund is pending."
    if life.order.status is OrderStatus.PAID:
        return "A part of the order was already sent."
    return f"The order is {life.order.status}."


async def _replayed(tx: Tx, earlier: Refund, command: RefundOrder, life: OrderLife) -> int:
    """The earlier refund with this key, if it has the same content."""
    if not order_lines.is_same(life, command, earlier, await refunds.lines(tx, earlier.id)):
        message = f"{INPUT} was used before, for a refund with different content."
        raise refuse(RefusalCode.IDEMPOTENCY_KEY_REUSED, message, "key")
    return earlier.id


async def _finish_if_sent(tx: Tx, order_id: int, actor: str, now: datetime) -> bool:
    """Moves a paid order with nothing left to send to FULFILLED."""
    life = await order_lives.lock(tx, order_id)
    if life is None or not life.is_sent or not await transitions.become(tx, order_id, OrderStatus.FULFILLED, now):
        return False
    await orders.record_event(tx, order_id, OrderStatus.FULFILLED, actor, "everything was sent", now)
    await report(tx, OrderFulfilled(order_id))
    return True


async def _restock(
    tx: Tx, life: OrderLife, lines: Sequence[RefundedLine], refund_id: int, actor: str, reason: str, now: datetime
) -> None:
    """Puts units back for sale where they were sold from, once per refund; announces products that were sold out."""
    order_id = life.order.id
    units = order_lines.units_by_variant(life, lines)
    sold = (await inventory.reserved_for(tx, [order_id]))[order_id] if units else {}
    before = await refunds.restocked(tx, order_id, refund_id) if units else {}
    back: dict[StockKey, int] = {}
    for variant_id, count in units.items():
        sold_at = {place: taken for (variant, place), taken in sold.items() if variant == variant_id}
        places = give_back(count, sold_at, before.get(variant_id, 0))
        if places is None:
            raise RuntimeError(f"order {order_id} bought fewer units of variant {variant_id} than its refunds put back")
        back |= {(variant_id, place): share for place, share in places.items()}
    products = await inventory.give_back(tx, Movement.RESTOCK, back, now, actor, reason, refund_id=refund_id)
    if products:
        await outbox.add(tx, AvailabilityChanged(products))
