"""Orders and their lines as they were bought, and past orders to be imported."""

from dataclasses import dataclass
from datetime import datetime

from domain.cart import Attributes
from domain.kit.money import Money
from domain.orders.life import OrderStatus
from domain.territories.delivery import Address


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line as it was bought; the product may be gone since (`variant_id` None).

    Discount and tax are of all its units, in minor units; prices contain the tax when `taxes_included`.
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
    def charged(self) -> Money:
        """What the buyer pays for the line, after discounts and with tax."""
        tax = 0 if self.taxes_included else self.tax_minor
        return Money(self.total.minor - self.discount_minor + tax, self.unit_price.currency)


@dataclass(frozen=True, slots=True)
class Order:
    """An order as placed or imported. `token` is the secret by which a guest reads it.

    total = subtotal - discount + shipping, + tax where prices do not contain it. Past orders know only the total.
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

    @property
    def discount(self) -> Money:
        """What was taken off lines and delivery."""
        return Money(self.discount_minor, self.total.currency)

    @property
    def shipping(self) -> Money:
        """What delivery costs before discounts."""
        return Money(self.shipping_minor, self.total.currency)

    @property
    def tax(self) -> Money:
        """Tax in or on the whole order."""
        return Money(self.tax_minor, self.total.currency)


@dataclass(frozen=True, slots=True)
class PastLine:
    """A line of a past order to be imported, not tied to a variant yet."""

    sku: str | None
    title: str
    quantity: int
    price_minor: int


@dataclass(frozen=True, slots=True)
class PastOrder:
    """A past order to be imported, known by `name`. It moves no stock.

    Quantities are negative in a cancelled order that takes an earlier one back. `total_minor` is what was charged with
    shipping, taxes and discounts, None where that is the sum of the lines.
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
