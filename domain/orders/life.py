"""The states of an order, the legal transitions between them, and where the money is in each."""

from enum import StrEnum


class OrderStatus(StrEnum):
    """The life of an order; `EXCEPTION` was paid after its end and waits for its refund."""

    PENDING_PAYMENT = "PENDING_PAYMENT"
    PAID = "PAID"
    FULFILLED = "FULFILLED"
    PAYMENT_FAILED = "PAYMENT_FAILED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"
    REFUNDED = "REFUNDED"
    EXCEPTION = "EXCEPTION"


class FinancialStatus(StrEnum):
    """Where the money of an order is."""

    PENDING = "PENDING"
    AUTHORIZED = "AUTHORIZED"
    PARTIALLY_PAID = "PARTIALLY_PAID"
    PAID = "PAID"
    PARTIALLY_REFUNDED = "PARTIALLY_REFUNDED"
    REFUNDED = "REFUNDED"
    VOIDED = "VOIDED"


# Orders that count as sales.
SOLD = (OrderStatus.PAID, OrderStatus.FULFILLED)


TRANSITIONS: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.PENDING_PAYMENT: frozenset(
        {OrderStatus.PAID, OrderStatus.PAYMENT_FAILED, OrderStatus.EXPIRED, OrderStatus.CANCELLED}
    ),
    OrderStatus.PAID: frozenset({OrderStatus.FULFILLED, OrderStatus.CANCELLED, OrderStatus.REFUNDED}),
    OrderStatus.FULFILLED: frozenset({OrderStatus.REFUNDED}),
    OrderStatus.PAYMENT_FAILED: frozenset({OrderStatus.EXCEPTION}),
    OrderStatus.EXPIRED: frozenset({OrderStatus.EXCEPTION}),
    OrderStatus.CANCELLED: frozenset({OrderStatus.REFUNDED, OrderStatus.EXCEPTION}),
    OrderStatus.EXCEPTION: frozenset({OrderStatus.REFUNDED}),
    OrderStatus.REFUNDED: frozenset(),
}


def may_become(status: OrderStatus, target: OrderStatus) -> bool:
    """Whether an order may go from one state to another.

    >>> may_become(OrderStatus.PENDING_PAYMENT, OrderStatus.PAID), may_become(OrderStatus.EXPIRED, OrderStatus.PAID)
    (True, False)
    """
    return target in TRANSITIONS[status]


_WITHOUT_MONEY = {
    OrderStatus.PENDING_PAYMENT: FinancialStatus.PENDING,
    OrderStatus.PAYMENT_FAILED: FinancialStatus.VOIDED,
    OrderStatus.EXPIRED: FinancialStatus.VOIDED,
    OrderStatus.REFUNDED: FinancialStatus.REFUNDED,
}


def financial_status(status: OrderStatus, paid_minor: int, refunded_minor: int) -> FinancialStatus:
    """Where the money of an order in a state is, by what was paid for it and what was paid back.

    >>> financial_status(OrderStatus.CANCELLED, 0, 0), financial_status(OrderStatus.CANCELLED, 500, 200)
    (<FinancialStatus.VOIDED: 'VOIDED'>, <FinancialStatus.PARTIALLY_REFUNDED: 'PARTIALLY_REFUNDED'>)
    """
    if status in _WITHOUT_MONEY:
        return _WITHOUT_MONEY[status]
    if status is OrderStatus.CANCELLED and not paid_minor:
        return FinancialStatus.VOIDED
    if 0 < paid_minor <= refunded_minor:
        return FinancialStatus.REFUNDED
    return FinancialStatus.PARTIALLY_REFUNDED if refunded_minor else FinancialStatus.PAID
