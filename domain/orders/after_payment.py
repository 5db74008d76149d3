"""What follows the payment of an order: what was sent, came back and was given back, and what may follow."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.kit.money import Money
from domain.orders.life import OrderStatus
from domain.orders.records import Order, OrderLine


class RefundState(StrEnum):
    """A refund as recorded; PENDING until the provider has said that the money went back, or that it cannot."""

    PENDING = "PENDING"
    DONE = "DONE"
    FAILED = "FAILED"


class RestockType(StrEnum):
    """What becomes of units whose line is taken back."""

    NO_RESTOCK = "NO_RESTOCK"
    CANCEL = "CANCEL"
    RETURN = "RETURN"


class FinancialStatus(StrEnum):
    """Where the money of an order is."""

    PENDING = "PENDING"
    PAID = "PAID"
    PARTIALLY_REFUNDED = "PARTIALLY_REFUNDED"
    REFUNDED = "REFUNDED"
    VOIDED = "VOIDED"


class FulfillmentStatus(StrEnum):
    """Where the goods of an order are."""

    UNFULFILLED = "UNFULFILLED"
    PARTIALLY_FULFILLED = "PARTIALLY_FULFILLED"
    FULFILLED = "FULFILLED"
    RESTOCKED = "RESTOCKED"


@dataclass(frozen=True, slots=True)
class LineLife:
    """Units of a line that were sent, were never to be sent, came back and were paid back, with what was paid back."""

    line: OrderLine
    fulfilled: int = 0
    cancelled: int = 0
    returned: int = 0
    refunded: int = 0
    refunded_minor: int = 0

    def price_of(self, quantity: int) -> int:
        """What the next units were bought for, minor units: those of all units add up to the price of the line."""
        paid, units = self.line.charged.minor, self.line.quantity
        return paid * (self.refunded + quantity) // units - paid * self.refunded // units

    @property
    def unfulfilled(self) -> int:
        """Units still to be sent."""
        return self.line.quantity - self.fulfilled - self.cancelled

    @property
    def delivered(self) -> int:
        """Units that are with the customer."""
        return self.fulfilled - self.returned


@dataclass(frozen=True, slots=True)
class OrderLife:
    """An order with what has become of its lines and money.

    `captured` is None for an order without a payment here (an imported one). `promised_minor` counts refunds that are
    done or on their way, `refunded_minor` those that are done.
    """

    order: Order
    lines: tuple[LineLife, ...]
    captured: Money | None
    promised_minor: int = 0
    refunded_minor: int = 0

    @property
    def refundable(self) -> Money:
        """What may still be given back."""
        captured = 0 if self.captured is None else self.captured.minor
        return Money(captured - self.promised_minor, self.order.total.currency)

    @property
    def is_given_back(self) -> bool:
        """Whether all that was taken has been given back, or is on its way."""
        return self.promised_minor > 0 and self.refundable.minor == 0

    @property
    def total_refunded(self) -> Money:
        """What the provider has given back."""
        return Money(self.refunded_minor, self.order.total.currency)

    @property
    def is_sent(self) -> bool:
        """Whether something was sent and nothing is left to be sent."""
        return any(line.fulfilled for line in self.lines) and not any(line.unfulfilled > 0 for line in self.lines)

    @property
    def financial_status(self) -> FinancialStatus:
        """Where the money is."""
        status = self.order.status
        if status is OrderStatus.PENDING_PAYMENT:
            return FinancialStatus.PENDING
        if status is OrderStatus.REFUNDED:
            return FinancialStatus.REFUNDED
        if status in (OrderStatus.PAYMENT_FAILED, OrderStatus.EXPIRED):
            return FinancialStatus.VOIDED
        if status is OrderStatus.CANCELLED and (self.captured is None or self.captured.minor == 0):
            return FinancialStatus.VOIDED
        return FinancialStatus.PARTIALLY_REFUNDED if self.refunded_minor else FinancialStatus.PAID

    @property
    def fulfillment_status(self) -> FulfillmentStatus:
        """Where the goods are."""
        if self.order.status is OrderStatus.FULFILLED or self.is_sent:
            return FulfillmentStatus.FULFILLED
        if any(line.fulfilled for line in self.lines):
            return FulfillmentStatus.PARTIALLY_FULFILLED
        if self.lines and all(line.cancelled == line.line.quantity for line in self.lines):
            return FulfillmentStatus.RESTOCKED
        return FulfillmentStatus.UNFULFILLED


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """A step in the life of an order. `actor` and `note` are for staff, `reason` for everybody who sees the order."""

    id: int
    order_id: int
    status: OrderStatus
    reason: str
    actor: str
    note: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class RefundedLine:
    """Units of a line, by its position, that are taken back, and minor units given back for them.

    `returned` units had been sent and came back, to be sold again or not. The price of `priced` ones is given back.
    """

    position: int
    quantity: int
    restock: RestockType
    minor: int = 0
    returned: bool = False
    priced: bool = False


@dataclass(frozen=True, slots=True)
class Refund:
    """Money, units or both that are taken back. `key` is the provider's idempotency key of the money."""

    id: int
    order_id: int
    key: str
    amount: Money
    state: RefundState
    reason: str
    actor: str
    created_at: datetime
    charge_key: str | None = None


@dataclass(frozen=True, slots=True)
class Tracking:
    """How a parcel is followed."""

    company: str | None = None
    number: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Fulfillment:
    """One parcel that was sent."""

    id: int
    order_id: int
    tracking: Tracking
    created_at: datetime
    lines: tuple[tuple[OrderLine, int], ...] = ()
