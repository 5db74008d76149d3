"""An order after its payment: parcels, returns and refunds, and what is still possible."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.kit.money import Money, charge_step
from domain.orders.life import FinancialStatus, OrderStatus
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


class FulfillmentStatus(StrEnum):
    """Where the goods of an order are."""

    UNFULFILLED = "UNFULFILLED"
    PARTIALLY_FULFILLED = "PARTIALLY_FULFILLED"
    FULFILLED = "FULFILLED"
    RESTOCKED = "RESTOCKED"


@dataclass(frozen=True, slots=True)
class LineLife:
    """Units of a line that were sent, cancelled, returned and refunded, with the refunded amount.

    `released` units were cancelled before their money was taken, so they have nothing to refund.
    """

    line: OrderLine
    fulfilled: int = 0
    cancelled: int = 0
    returned: int = 0
    refunded: int = 0
    refunded_minor: int = 0
    released: int = 0

    def price_of(self, quantity: int) -> int:
        """The price of the next units, in minor units: the prices of all units add up to the price of the line."""
        price = self.price_of_first(self.refunded + quantity) - self.price_of_first(self.refunded)
        return max(min(price, self.price_of_first(self.line.quantity - self.released) - self.refunded_minor), 0)

    def price_of_first(self, units: int) -> int:
        """The price of that many units, after discounts and with tax; that of all of them is exact."""
        paid, step = self.line.charged, charge_step(self.line.unit_price.currency)
        if units >= self.line.quantity:
            return paid.minor
        return paid.minor * units // (self.line.quantity * step) * step

    @property
    def unpriced(self) -> int:
        """Units whose price was not refunded."""
        return max(self.line.quantity - self.released - self.refunded, 0)

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

    `promised_minor` counts refunds that are done or pending, `shipping_promised_minor` what they pay back of delivery.
    `was_sold`: the order was paid in time, so that its units were sold and not released.
    """

    order: Order
    lines: tuple[LineLife, ...]
    promised_minor: int = 0
    shipping_promised_minor: int = 0
    was_sold: bool = False

    @property
    def captured(self) -> Money | None:
        """What the provider took; None for an order without a payment here (an imported one)."""
        minor = self.order.captured_minor
        return None if minor is None else Money(minor, self.order.total.currency)

    @property
    def refunded_minor(self) -> int:
        """What the provider has paid back."""
        return self.order.refunded_minor

    @property
    def shipping_left(self) -> Money:
        """What delivery cost the buyer, after discounts and with tax, less what was refunded of it."""
        return Money(self._delivery - self.shipping_promised_minor, self.order.total.currency)

    @property
    def _delivery(self) -> int:
        return self.order.total.minor - sum(line.line.charged.minor for line in self.lines)

    @property
    def sent_minor(self) -> int:
        """The price of everything that was sent. The first parcel includes delivery; with the last, it is the total."""
        units = [line.fulfilled for line in self.lines]
        return self._price(units) if any(units) else 0

    @property
    def wanted_minor(self) -> int:
        """The total, less the units that were cancelled before their money was taken."""
        return self._price([line.line.quantity - line.released for line in self.lines])

    def _price(self, units: Sequence[int]) -> int:
        """Delivery and the first units of each line, in an amount that a provider takes."""
        price = self._delivery + sum(line.price_of_first(count) for line, count in zip(self.lines, units, strict=True))
        step = charge_step(self.order.total.currency)
        return price if price == self.order.total.minor else price // step * step

    @property
    def refundable(self) -> Money:
        """The amount that can still be refunded."""
        captured = 0 if self.captured is None else self.captured.minor
        return Money(captured - self.promised_minor, self.order.total.currency)

    @property
    def is_given_back(self) -> bool:
        """Whether the full captured amount is refunded or pending, and no more will be captured."""
        return self.promised_minor > 0 and self.refundable.minor == 0 and not self.is_reserved

    @property
    def is_reserved(self) -> bool:
        """Whether all or a part of its money is reserved, and will be taken with its parcels."""
        return self.order.uncaptured is FinancialStatus.AUTHORIZED

    @property
    def is_voided(self) -> bool:
        """Whether its money was reserved, but is free again."""
        return self.order.uncaptured is FinancialStatus.VOIDED

    @property
    def total_refunded(self) -> Money:
        """The amount that the provider has paid back."""
        return self.order.total_refunded

    @property
    def is_sent(self) -> bool:
        """Whether something was sent and nothing is left to send."""
        return any(line.fulfilled for line in self.lines) and not any(line.unfulfilled > 0 for line in self.lines)

    @property
    def financial_status(self) -> FinancialStatus:
        """Where the money is."""
        return self.order.financial_status

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

    `returned` units were sent and came back, for sale again or not. The amount covers the price of `priced` units.
    `released`: the units were cancelled before their money was taken.
    """

    position: int
    quantity: int
    restock: RestockType
    minor: int = 0
    returned: bool = False
    priced: int = 0
    released: bool = False


@dataclass(frozen=True, slots=True)
class RefundParts:
    """What a refund pays back, in minor units: the price of lines, of delivery, and an amount beside them."""

    lines: tuple[RefundedLine, ...] = ()
    shipping_minor: int = 0
    extra_minor: int = 0

    @property
    def minor(self) -> int:
        """Everything."""
        return sum(line.minor for line in self.lines) + self.shipping_minor + self.extra_minor


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
    shipping_minor: int = 0


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
