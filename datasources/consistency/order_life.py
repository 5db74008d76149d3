"""Orders after their payment: refunds, parcels, returns and steps."""

from typing import Any

import sqlalchemy as sa

from datasources.consistency.rule import Rule
from datasources.consistency.stock import IMPORTED, STOREFRONT
from datasources.tables import (
    TAKEN,
    fulfillment_lines,
    fulfillments,
    order_events,
    order_lines,
    orders,
    payments,
    refund_lines,
    refunds,
    stock_movements,
)
from domain.inventory import Movement
from domain.orders.after_payment import RefundState, RestockType
from domain.orders.life import TRANSITIONS, OrderStatus
from domain.payments.records import PaymentState

_PROMISED = (RefundState.PENDING.value, RefundState.DONE.value)


def _sum_of(column: sa.ColumnElement[int], which: sa.ColumnElement[bool], name: str) -> sa.Label[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((which, column), else_=0)), 0).label(name)


def _refund_sums() -> sa.Subquery:
    refund = refunds.c
    return (
        sa.select(
            refund.order_id,
            _sum_of(refund.minor, refund.state.in_(_PROMISED), "promised"),
            _sum_of(refund.minor, refund.state == RefundState.DONE.value, "done"),
        )
        .group_by(refund.order_id)
        .subquery()
    )


def _more_than_taken(_dialect: str) -> sa.Select[Any]:
    """An imported order has no payment here: its total was taken."""
    sums, payment, order = _refund_sums(), payments.c, orders.c
    taken = sa.case((order.source == IMPORTED, order.total_minor), else_=TAKEN)
    return (
        sa.select(sums.c.order_id, sums.c.promised, sa.func.coalesce(taken, 0).label("taken"))
        .outerjoin_from(sums, payments, payment.order_id == sums.c.order_id)
        .outerjoin(orders, order.id == sums.c.order_id)
        .where(sums.c.promised > sa.func.coalesce(taken, 0))
        .order_by(sums.c.order_id)
    )


def _wrongly_refunded(_dialect: str) -> sa.Select[Any]:
    """An order is REFUNDED if and only if the full captured amount was refunded."""
    sums, payment = _refund_sums(), payments.c
    done = sa.func.coalesce(sums.c.done, 0)
    is_refunded = orders.c.status == OrderStatus.REFUNDED.value
    # An order whose money is reserved in part may yet be paid.
    is_back = (done > 0) & (done == TAKEN) & (payment.state != PaymentState.AUTHORIZED.value)
    return (
        sa.select(orders.c.id, orders.c.status, TAKEN.label("minor"), done.label("done"))
        .join_from(orders, payments, payment.order_id == orders.c.id)
        .outerjoin(sums, sums.c.order_id == orders.c.id)
        .where(STOREFRONT, (is_refunded & (done != TAKEN)) | (sa.not_(is_refunded) & is_back))
        .order_by(orders.c.id)
    )


def _line_sums(_dialect: str) -> sa.Select[Any]:
    """Lines pay back what a refund pays back neither of delivery nor beside them."""
    lines, refund = sa.func.sum(refund_lines.c.minor), refunds.c
    goods = refund.minor - refund.shipping_minor - refund.extra_minor
    return (
        sa.select(refund.id, refund.order_id, goods.label("goods"), lines.label("lines_minor"))
        .join_from(refunds, refund_lines, refund_lines.c.refund_id == refund.id)
        .group_by(refund.id, refund.order_id, refund.minor, refund.shipping_minor, refund.extra_minor)
        .having((lines != 0) & (lines != goods))
        .order_by(refund.id)
    )


def _units(_dialect: str) -> sa.Select[Any]:
    line, taken = order_lines.c, refund_lines.c
    sent = (
        sa.select(fulfillments.c.order_id, fulfillment_lines.c.position, sa.func.sum(fulfillment_lines.c.quantity))
        .join_from(fulfillments, fulfillment_lines, fulfillment_lines.c.fulfillment_id == fulfillments.c.id)
        .group_by(fulfillments.c.order_id, fulfillment_lines.c.position)
        .subquery()
    )
    back = (
        sa.select(
            *(refunds.c.order_id, taken.position),
            _sum_of(taken.quantity, taken.restock_type == RestockType.CANCEL.value, "cancelled"),
            _sum_of(taken.quantity, taken.returned, "returned"),
        )
        .join_from(refunds, refund_lines, taken.refund_id == refunds.c.id)
        .group_by(refunds.c.order_id, taken.position)
        .subquery()
    )
    was_sent = sa.func.coalesce(list(sent.c)[2], 0)
    cancelled, returned = sa.func.coalesce(back.c.cancelled, 0), sa.func.coalesce(back.c.returned, 0)
    return (
        sa.select(
            *(line.order_id, line.position, line.quantity, was_sent.label("sent")),
            *(cancelled.label("cancelled"), returned.label("returned")),
        )
        .join_from(order_lines, orders, orders.c.id == line.order_id)
        .outerjoin(sent, (sent.c.order_id == line.order_id) & (sent.c.position == line.position))
        .outerjoin(back, (back.c.order_id == line.order_id) & (back.c.position == line.position))
        .where(STOREFRONT, (was_sent + cancelled > line.quantity) | (returned > was_sent))
        .order_by(line.order_id, line.position)
    )


def _restocks(_dialect: str) -> sa.Select[Any]:
    """Refunds whose restocked units differ from their movements, in either direction."""
    taken, line, move = refund_lines.c, order_lines.c, stock_movements.c
    same_line = (line.order_id == refunds.c.order_id) & (line.position == taken.position)
    asked = (
        sa.select(taken.refund_id, line.variant_id, taken.quantity.label("asked"), sa.literal(0).label("moved"))
        .join_from(refund_lines, refunds, refunds.c.id == taken.refund_id)
        .join(order_lines, same_line)
        .where(taken.restock_type != RestockType.NO_RESTOCK.value, line.variant_id.is_not(None))
    )
    moved = sa.select(move.refund_id, move.variant_id, sa.literal(0), move.available).where(
        move.kind == Movement.RESTOCK.value
    )
    both = sa.union_all(asked, moved).subquery()
    asked_units, moved_units = sa.func.sum(both.c.asked), sa.func.sum(both.c.moved)
    return (
        sa.select(both.c.refund_id, both.c.variant_id, asked_units.label("asked"), moved_units.label("moved"))
        .group_by(both.c.refund_id, both.c.variant_id)
        .having(asked_units != moved_units)
        .order_by(both.c.refund_id, both.c.variant_id)
    )


def _illegal_steps(_dialect: str) -> sa.Select[Any]:
    event = order_events.c
    before = sa.func.lag(event.status).over(partition_by=event.order_id, order_by=event.id)
    steps = sa.select(event.order_id, before.label("before"), event.status).subquery()
    legal = [
        (steps.c.before == source.value) & steps.c.status.in_([target.value for target in (source, *targets)])
        for source, targets in TRANSITIONS.items()
    ]
    return (
        sa.select(steps.c.order_id, steps.c.before, steps.c.status)
        .where(steps.c.before.is_not(None), sa.not_(sa.or_(*legal)))
        .order_by(steps.c.order_id)
    )


def _untold_states(_dialect: str) -> sa.Select[Any]:
    event = order_events.c
    last = sa.select(event.order_id, sa.func.max(event.id).label("id")).group_by(event.order_id).subquery()
    return (
        sa.select(orders.c.id, orders.c.status, event.status.label("told"))
        .join_from(orders, last, last.c.order_id == orders.c.id)
        .join(order_events, event.id == last.c.id)
        .where(STOREFRONT, orders.c.status != event.status)
        .order_by(orders.c.id)
    )


RULES = (
    Rule(
        "Refunds of order {order_id} add up to {promised}, but {taken} was captured (minor units).",
        "orders with refunds above the captured amount",
        _more_than_taken,
    ),
    Rule(
        "Order {id} is {status}, but {done} of the captured {minor} was refunded (minor units).",
        "orders whose state contradicts their refunds",
        _wrongly_refunded,
    ),
    Rule(
        "Refund {id} of order {order_id} is for {goods}, but its lines add up to {lines_minor} (minor units).",
        "refunds whose lines do not add up",
        _line_sums,
    ),
    Rule(
        "Line {position} of order {order_id} has {quantity} units, of which {sent} were sent, {cancelled} cancelled "
        "and {returned} returned.",
        "lines with more units sent or returned than ordered",
        _units,
    ),
    Rule(
        "Refund {refund_id} puts {asked} units of variant {variant_id} back for sale, but its movements put {moved}.",
        "refunds whose movements contradict their lines",
        _restocks,
    ),
    Rule("Order {order_id} went from {before} to {status}.", "illegal steps of orders", _illegal_steps),
    Rule(
        "Order {id} is {status}, but its last step led to {told}.",
        "orders that changed state without a step",
        _untold_states,
    ),
)
