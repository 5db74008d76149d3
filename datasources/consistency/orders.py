"""Orders: their totals, payments, attempts and carts."""

from typing import Any

import sqlalchemy as sa

from datasources.consistency.rule import Rule
from datasources.consistency.stock import HOLDING, RELEASED, SOLD, STOREFRONT
from datasources.kit.rows import seconds_from_now
from datasources.tables import (
    attempts,
    authorizations,
    captures,
    carts,
    disputes,
    order_lines,
    orders,
    payments,
    replaced_charges,
)
from domain.orders.life import OrderStatus
from domain.payments.disputes import DisputeState
from domain.payments.records import AuthorizationState, CaptureState, PaymentState

# Seconds that the sweeper may be late before an expired hold counts as an error.
GRACE_SECONDS = 60
# Carts end some days after their last change; for a day at least every order still has its cart.
_CARTS_KEPT_SECONDS = 86_400
# The payment states allowed by the state of the order; a cancelled order allows any until its refund.
_PAYMENTS = {
    # After a declined charge that needed the buyer, another one may follow.
    OrderStatus.PENDING_PAYMENT: (PaymentState.PENDING, PaymentState.DECLINED),
    OrderStatus.PAID: (PaymentState.CAPTURED, PaymentState.AUTHORIZED),
    OrderStatus.FULFILLED: (PaymentState.CAPTURED, PaymentState.AUTHORIZED),
    # Money that is reserved too late is set free.
    OrderStatus.PAYMENT_FAILED: (PaymentState.DECLINED, PaymentState.AUTHORIZED, PaymentState.VOIDED),
    OrderStatus.EXPIRED: (PaymentState.PENDING, PaymentState.DECLINED, PaymentState.AUTHORIZED, PaymentState.VOIDED),
    OrderStatus.EXCEPTION: (PaymentState.CAPTURED,),
    OrderStatus.REFUNDED: (PaymentState.REFUNDED,),
}


_VOIDED = AuthorizationState.VOIDED


def _totals(_dialect: str) -> sa.Select[Any]:
    """Compares subtotals with lines, discounts and taxes with those of lines, and totals with all of these."""
    line, order = order_lines.c, orders.c
    sums = (
        sa.select(
            line.order_id,
            sa.func.sum(line.quantity * line.unit_minor).label("minor"),
            sa.func.sum(line.discount_minor).label("discount"),
            sa.func.sum(line.tax_minor).label("tax"),
        )
        .group_by(line.order_id)
        .subquery()
    )
    minor = sa.func.coalesce(sums.c.minor, 0)
    added = sa.case((order.taxes_included, 0), else_=order.tax_minor)
    whole = order.subtotal_minor - order.discount_minor + order.shipping_minor + added
    # Delivery has its own share of discounts and taxes. A past order has only a total.
    wrong = (order.total_minor != whole) | (order.discount_minor < sums.c.discount) | (order.tax_minor < sums.c.tax)
    parts = (order.subtotal_minor, order.discount_minor, order.shipping_minor, order.tax_minor, order.total_minor)
    return (
        sa.select(order.id, order.currency, *parts, minor.label("lines_minor"))
        .outerjoin_from(orders, sums, sums.c.order_id == order.id)
        .where((order.subtotal_minor != minor) | (STOREFRONT & wrong))
        .order_by(order.id)
    )


def _without_lines(_dialect: str) -> sa.Select[Any]:
    line = sa.exists().where(order_lines.c.order_id == orders.c.id)
    return sa.select(orders.c.id).where(STOREFRONT, ~line).order_by(orders.c.id)


def _without_payment(_dialect: str) -> sa.Select[Any]:
    payment = sa.exists().where(payments.c.order_id == orders.c.id)
    return sa.select(orders.c.id).where(STOREFRONT, ~payment).order_by(orders.c.id)


def _payment_states(_dialect: str) -> sa.Select[Any]:
    right = [
        (orders.c.status == status.value) & payments.c.state.in_([state.value for state in states])
        for status, states in _PAYMENTS.items()
    ]
    # Everything that costs something was cancelled, and the rest was sent.
    voided = sa.exists().where(authorizations.c.order_id == orders.c.id).where(authorizations.c.state == _VOIDED.value)
    is_free = (orders.c.status == OrderStatus.FULFILLED.value) & (payments.c.state == PaymentState.VOIDED.value)
    right.append(is_free & voided)
    return (
        sa.select(orders.c.id, orders.c.status, payments.c.state)
        .join_from(orders, payments, payments.c.order_id == orders.c.id)
        .where(STOREFRONT, orders.c.status != OrderStatus.CANCELLED.value, sa.not_(sa.or_(*right)))
        .order_by(orders.c.id)
    )


def _payment_amounts(_dialect: str) -> sa.Select[Any]:
    order, payment = orders.c, payments.c
    return (
        sa.select(order.id, order.total_minor, order.currency, payment.minor, payment.currency.label("paid_in"))
        .join_from(orders, payments, payment.order_id == order.id)
        .where((payment.minor != order.total_minor) | (payment.currency != order.currency))
        .order_by(order.id)
    )


def _attempts(_dialect: str) -> sa.Select[Any]:
    count = sa.func.count(attempts.c.order_id)
    return (
        sa.select(orders.c.id, count.label("attempts"))
        .outerjoin_from(orders, attempts, attempts.c.order_id == orders.c.id)
        .where(STOREFRONT)
        .group_by(orders.c.id)
        .having(count != 1)
        .order_by(orders.c.id)
    )


def _attempts_of_nothing(_dialect: str) -> sa.Select[Any]:
    attempt = attempts.c
    return (
        sa.select(attempt.buyer, attempt.order_id)
        .outerjoin_from(attempts, orders, orders.c.id == attempt.order_id)
        .where(orders.c.id.is_(None))
        .order_by(attempt.order_id)
    )


def _unbound_carts(dialect: str) -> sa.Select[Any]:
    binding = (carts.c.id == orders.c.cart_id) & (carts.c.order_id == orders.c.id)
    return (
        sa.select(orders.c.id, orders.c.status)
        .outerjoin_from(orders, carts, binding)
        .where(STOREFRONT, orders.c.status.in_(HOLDING + SOLD), carts.c.id.is_(None))
        .where(orders.c.created_at > seconds_from_now(dialect, -_CARTS_KEPT_SECONDS))
        .order_by(orders.c.id)
    )


def _stuck_carts(_dialect: str) -> sa.Select[Any]:
    return (
        sa.select(orders.c.id, orders.c.status)
        .join_from(carts, orders, orders.c.id == carts.c.order_id)
        .where(orders.c.status.in_(RELEASED))
        .order_by(orders.c.id)
    )


def _carts_of_nothing(_dialect: str) -> sa.Select[Any]:
    return (
        sa.select(carts.c.order_id)
        .outerjoin_from(carts, orders, orders.c.id == carts.c.order_id)
        .where(carts.c.order_id.is_not(None), orders.c.id.is_(None))
        .order_by(carts.c.order_id)
    )


def _forgotten(dialect: str) -> sa.Select[Any]:
    over = orders.c.hold_expires_at < seconds_from_now(dialect, -GRACE_SECONDS)
    return (
        sa.select(orders.c.id, orders.c.hold_expires_at)
        .where(orders.c.status.in_(HOLDING), over)
        .order_by(orders.c.hold_expires_at, orders.c.id)
    )


def _paid_twice(dialect: str) -> sa.Select[Any]:
    """A worker pays such money back within the grace."""
    charge = replaced_charges.c
    late = charge.updated_at < seconds_from_now(dialect, -GRACE_SECONDS)
    return (
        sa.select(charge.order_id, charge.charge_key, charge.minor, charge.currency)
        .where(charge.state == PaymentState.CAPTURED.value, late)
        .order_by(charge.order_id, charge.charge_key)
    )


def _not_taken(dialect: str) -> sa.Select[Any]:
    """Captures that failed, captures and voids that a worker would have done, and sent orders without a capture."""
    held, waits = authorizations.c, (AuthorizationState.CAPTURING.value, AuthorizationState.VOIDING.value)
    late = held.updated_at < seconds_from_now(dialect, -GRACE_SECONDS)
    is_sent = orders.c.status == OrderStatus.FULFILLED.value
    wrong = [
        (held.state == AuthorizationState.FAILED.value) & (payments.c.state == PaymentState.AUTHORIZED.value),
        held.state.in_(waits) & late,
        (held.state == AuthorizationState.HELD.value) & is_sent,
    ]
    return (
        sa.select(held.order_id, held.state, payments.c.minor, payments.c.currency)
        .join_from(authorizations, payments, payments.c.order_id == held.order_id)
        .join(orders, orders.c.id == held.order_id)
        .where(sa.or_(*wrong))
        .order_by(held.order_id)
    )


def _captures(_dialect: str) -> sa.Select[Any]:
    """What was taken is what the captures took, and captures take no more than was reserved."""
    done, capture = CaptureState.DONE.value, captures.c
    minor = sa.case((capture.state == done, capture.minor), else_=0)
    wanted = sa.case((capture.state != CaptureState.FAILED.value, capture.minor), else_=0)
    sums = (
        sa.select(capture.order_id, sa.func.sum(minor).label("done"), sa.func.sum(wanted).label("wanted"))
        .group_by(capture.order_id)
        .subquery()
    )
    taken = sa.func.coalesce(payments.c.captured_minor, 0)
    return (
        sa.select(payments.c.order_id, payments.c.minor, taken.label("taken"), sums.c.done, sums.c.wanted)
        .join_from(payments, sums, sums.c.order_id == payments.c.order_id)
        .where((taken != sums.c.done) | (sums.c.wanted > payments.c.minor))
        .order_by(payments.c.order_id)
    )


def _disputed(_dialect: str) -> sa.Select[Any]:
    """A dispute that nobody answers is lost."""
    dispute = disputes.c
    return (
        sa.select(dispute.order_id, dispute.dispute_id, dispute.reason, dispute.minor, dispute.currency)
        .where(dispute.state == DisputeState.NEEDS_RESPONSE.value)
        .order_by(dispute.order_id, dispute.dispute_id)
    )


RULES = (
    Rule(
        "Of the {minor} that were authorized for order {order_id}, {taken} were taken; its captures took {done} and "
        "want {wanted} (minor units).",
        "captures that do not add up",
        _captures,
    ),
    Rule(
        "The authorization of order {order_id} ({minor} minor units of {currency}) is {state}: take the money or set "
        "it free at the payment provider.",
        "authorizations that are not settled",
        _not_taken,
    ),
    Rule(
        "Dispute {dispute_id} of order {order_id} ({reason}, {minor} minor units of {currency}) needs an answer at the "
        "payment provider.",
        "disputes that need an answer",
        _disputed,
    ),
    Rule(
        "Charge {charge_key} of order {order_id} was replaced, but took {minor} {currency} (minor units), which must "
        "be paid back.",
        "replaced charges that took money",
        _paid_twice,
    ),
    Rule(
        "Order {id} has a subtotal of {subtotal_minor} and a total of {total_minor} (minor units of {currency}), but "
        "its lines add up to {lines_minor}, with discounts of {discount_minor}, delivery of {shipping_minor} and taxes "
        "of {tax_minor}.",
        "orders whose lines do not add up to their totals",
        _totals,
    ),
    Rule("Order {id} has no lines.", "orders without lines", _without_lines),
    Rule("Order {id} has no payment.", "orders without a payment", _without_payment),
    Rule(
        "Order {id} is {status}, but its payment is {state}.",
        "orders with a payment in the wrong state",
        _payment_states,
    ),
    Rule(
        "Order {id} costs {total_minor} {currency}, but its payment is of {minor} {paid_in} (minor units).",
        "orders with a payment of a different amount",
        _payment_amounts,
    ),
    Rule("Order {id} has {attempts} attempts where it needs one.", "orders without exactly one attempt", _attempts),
    Rule("An attempt names order {order_id}, which does not exist.", "attempts of no order", _attempts_of_nothing),
    Rule("Order {id} is {status}, but its cart is not bound to it.", "orders with an open cart", _unbound_carts),
    Rule("Order {id} is {status}, but a cart is still bound to it.", "ended orders with a bound cart", _stuck_carts),
    Rule(
        "A cart is bound to order {order_id}, which does not exist.", "carts bound to missing orders", _carts_of_nothing
    ),
    Rule(
        "Order {id} waits for its payment although its hold was over at {hold_expires_at:%Y-%m-%d %H:%M:%S} UTC.",
        "unpaid orders whose hold has ended",
        _forgotten,
    ),
)
