"""An order after its payment: parcels, returns and refunds, and what is still possible."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.kit.money import Money
from domain.orders.life import OrderStatus
from domain.orders.records import Order, OrderLine


class RefundState(StrEnum):
    """A refund as recorded; PENDING until the provider confirms or refuses to pay the money back."""

    PENDING = "PENDING"
    DONE = "DONE"
    FAILED = "FAILED"


class RestockType(StrEnum):
    """What happens to refunded units."""

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
    """Units of a line that were sent, cancelled, returned and refunded, with the refunded amount."""

    line: OrderLine
    fulfilled: int = 0
    cancelled: int = 0
    returned: int = 0
    refunded: int = 0
    refunded_minor: int = 0

    def price_of(self, quantity: int) -> int:
        """The price of the next units, in minor units: the prices of all units add up to the price of the line."""
        paid, units = self.line.charged.minor, self.line.quantity
        return paid * (self.refunded + quantity) // units - paid * self.refunded // units

    @property
    def unfulfilled(self) -> int:
        """Units still to send."""
        return self.line.quantity - self.fulfilled - self.cancelled

    @property
    def delivered(self) -> int:
        """Units that are with the customer."""
        return self.fulfilled - self.returned


@dataclass(frozen=True, slots=True)
class OrderLife:
    """An order with its lines and money after payment.

    `captured` is None for an order without a payment here (an imported one). `promised_minor` counts refunds that are
    done or pending, `refunded_minor` only those that are done.
    """

    order: Order
    lines: tuple[LineLife, ...]
    captured: Money | None
    promised_minor: int = 0
    refunded_minor: int = 0

    @property
    def refundable(self) -> Money:
        """The amount that can still be refunded."""
        captured = 0 if self.captured is None else self.captured.minor
        return Money(captured - self.promised_minor, self.order.total.currency)

    @property
    def is_given_back(self) -> bool:
        """Whether the full captured amount is refunded or pending."""
        return self.promised_minor > 0 and self.refundable.minor == 0

    @property
    def total_refunded(self) -> Money:
        """The amount that the provider has paid back."""
        return Money(self.refunded_minor, self.order.total.currency)

    @property
    def is_sent(self) -> bool:
        """Whether something was sent and nothing is left to send."""
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
    """A step in the life of an order. `actor` and `note` are for staff, `reason` for everyone who sees the order."""

    id: int
    order_id: int
    status: OrderStatus
    reason: str
    actor: str
    note: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class RefundedLine:
    """Units of a line, by its position, to refund, with their amount in minor units.

    `returned` units were sent and came back, for sale again or not. The amount covers the price of the `priced` units.
    """

    position: int
    quantity: int
    restock: RestockType
    minor: int = 0
    returned: bool = False
    priced: bool = False


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund of money, units or both. `key` is its idempotency key at the provider."""

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
    """Tracking information of a parcel."""

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
