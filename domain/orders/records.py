"""Orders and their lines as bought, and past orders to import."""

from dataclasses import dataclass
from datetime import datetime

from domain.cart import Attributes
from domain.kit.money import Money
from domain.orders.life import FinancialStatus, OrderStatus, financial_status
from domain.territories.delivery import Address


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line as it was bought; `variant_id` is None if the product is gone.

    Discount and tax cover all its units, in minor units. Prices include the tax if `taxes_included` is set.
    """

    order_id: int
    position: int
    variant_id: int | None
    sku: str | None
    title: str
    variant_title: str
    quantity: int
    unit_price: Money
    discount_minor: int = 0
    tax_minor: int = 0
    taxes_included: bool = True
    attributes: Attributes = ()

    @property
    def total(self) -> Money:
        """Price of all units of the line before discounts."""
        return self.unit_price.times(self.quantity)

    @property
    def discounted(self) -> Money:
        """Price of all units after discounts; without tax where prices do not include it."""
        return Money(self.total.minor - self.discount_minor, self.unit_price.currency)

    @property
    def charged(self) -> Money:
        """What the buyer pays for the line, after discounts and with tax."""
        tax = 0 if self.taxes_included else self.tax_minor
        return Money(self.discounted.minor + tax, self.unit_price.currency)


@dataclass(frozen=True, slots=True)
class Order:
    """An order as placed or imported. `token` is the secret that lets a guest read it.

    total = subtotal - discount + shipping, + tax where prices do not include it. Past orders may have only the total.
    `captured_minor` is None for an order without a payment here (an imported one); `refunded_minor` was paid back.
    They are read together with the status, so that they fit it.
    """

    id: int
    name: str
    token: str
    customer_id: int | None
    email: str | None
    country: str | None
    status: OrderStatus
    subtotal: Money
    total: Money
    created_at: datetime
    cancelled_at: datetime | None = None
    discount_minor: int = 0
    shipping_minor: int = 0
    tax_minor: int = 0
    taxes_included: bool = True
    discount_codes: tuple[str, ...] = ()
    address: Address | None = None
    delivery_handle: str | None = None
    delivery_title: str | None = None
    note: str | None = None
    attributes: Attributes = ()
    phone: str | None = None
    captured_minor: int | None = None
    refunded_minor: int = 0
    # What the money of an order does of which an authorization is left: AUTHORIZED, or VOIDED.
    uncaptured: FinancialStatus | None = None

    @property
    def financial_status(self) -> FinancialStatus:
        """Where the money is. Of a past order it is known only what was paid back."""
        if self.uncaptured is not None:
            return self._unpaid(self.uncaptured)
        paid = self.captured_minor
        if paid is None:
            paid = self.total.minor if self.refunded_minor else 0
        return financial_status(self.status, paid, self.refunded_minor)

    def _unpaid(self, uncaptured: FinancialStatus) -> FinancialStatus:
        if uncaptured is not FinancialStatus.AUTHORIZED or not self.captured_minor:
            return uncaptured
        return FinancialStatus.PARTIALLY_REFUNDED if self.refunded_minor else FinancialStatus.PARTIALLY_PAID

    @property
    def total_refunded(self) -> Money:
        """What was paid back."""
        return Money(self.refunded_minor, self.total.currency)

    @property
    def discount(self) -> Money:
        """The discount on lines and delivery."""
        return Money(self.discount_minor, self.total.currency)

    @property
    def shipping(self) -> Money:
        """The price of delivery before discounts."""
        return Money(self.shipping_minor, self.total.currency)

    @property
    def tax(self) -> Money:
        """The tax of the whole order, included in prices or added."""
        return Money(self.tax_minor, self.total.currency)


@dataclass(frozen=True, slots=True)
class PastLine:
    """A line of a past order to import, without a variant yet. The discount covers all its units.

    `sent` are the units that were sent of a paid order that was sent in part.
    """

    sku: str | None
    title: str
    quantity: int
    price_minor: int
    discount_minor: int = 0
    sent: int = 0


@dataclass(frozen=True, slots=True)
class PastDetails:
    """What a past order cost beside its lines, and where it went, as far as its file says.

    `discount_minor` contains the discounts of the lines. `refunded_minor` was paid back.
    """

    discount_minor: int = 0
    shipping_minor: int = 0
    tax_minor: int = 0
    taxes_included: bool = True
    refunded_minor: int = 0
    discount_codes: tuple[str, ...] = ()
    address: Address | None = None
    delivery_title: str | None = None
    note: str | None = None
    attributes: Attributes = ()
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class PastOrder:
    """A past order to import, identified by `name`. It moves no stock.

    Quantities are negative in a cancelled order that reverses an earlier one. `total_minor` is the charge with
    shipping, taxes and discounts; None means the sum of the parts.
    """

    name: str
    email: str | None
    country: str | None
    currency: str
    status: OrderStatus
    created_at: datetime
    cancelled_at: datetime | None
    lines: tuple[PastLine, ...]
    total_minor: int | None = None
    details: PastDetails = PastDetails()

    @property
    def charged_minor(self) -> int:
        """What the buyer was charged."""
        if self.total_minor is not None:
            return self.total_minor
        return self.added_up_minor

    @property
    def added_up_minor(self) -> int:
        """What lines, discounts, delivery and added taxes come to."""
        details = self.details
        added = 0 if details.taxes_included else details.tax_minor
        return self.subtotal_minor - details.discount_minor + details.shipping_minor + added

    @property
    def units(self) -> int:
        """Units over all lines."""
        return sum(line.quantity for line in self.lines)

    @property
    def subtotal_minor(self) -> int:
        """Price of all lines."""
        return sum(line.quantity * line.price_minor for line in self.lines)


def order_name(order_id: int) -> str:
    """A short name for people, from the order's key.

    >>> order_name(1)
    '#S00000001'
    """
    digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    text = ""
    while order_id or len(text) < 8:
        order_id, digit = divmod(order_id, 32)
        text = digits[digit] + text
    return f"#S{text}"
