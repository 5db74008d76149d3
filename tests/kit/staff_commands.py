"""What staff asks for orders."""

from domain.orders.after_payment import RefundedLine, RestockType, Tracking
from domain.orders.commands import CancelOrder, CancelReason, FulfilOrder, RefundOrder

CANCEL = CancelOrder(CancelReason.CUSTOMER, restock=True, refund=True, note="she called")


EVERYTHING = FulfilOrder(None, Tracking("Post", "1", "https://post.example/1"))


def amount(text: str, key: str | None = None) -> RefundOrder:
    """A refund of an amount."""
    return RefundOrder("late", text, key=key)


def lines(*asked: tuple[int, int, RestockType]) -> RefundOrder:
    """A refund of the price of lines."""
    return RefundOrder(None, None, tuple(RefundedLine(*line) for line in asked))
