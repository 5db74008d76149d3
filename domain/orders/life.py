"""The states of an order and the legal transitions between them."""

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
