"""A cart is known by a secret id:

whoever holds the id may use the cart. It keeps no prices; each read computes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.accounts import Viewer
from domain.kit.money import Money
from domain.territories.delivery import CartAddress, NewAddress

MAX_LINES = 100
MAX_QUANTITY = 1_000_000

Attributes = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CartLine:
    """Units of one variant. Lines of the same variant and attributes are one line."""

    id: int
    variant_id: int
    quantity: int
    attributes: Attributes = ()


@dataclass(frozen=True, slots=True)
class Cart:
    """A cart as stored. `order_id` is set once it has become an order.

    `delivery_handle` is the delivery option that the buyer chose; `quote` is the last total that the shop showed the
    buyer.
    """

    id: str
    customer_id: int | None
    email: str | None
    phone: str | None
    country: str | None
    note: str
    attributes: Attributes
    discount_codes: tuple[str, ...]
    order_id: int | None
    created_at: datetime
    updated_at: datetime
    lines: tuple[CartLine, ...] = ()
    addresses: tuple[CartAddress, ...] = ()
    delivery_handle: str | None = None
    quote: Money | None = None

    @property
    def destination(self) -> CartAddress | None:
        """The address that the goods go to."""
        return next((address for address in self.addresses if address.selected), None)

    @property
    def market(self) -> str | None:
        """The country whose prices apply: where the goods go, or else where the buyer says they are."""
        return self.country if self.destination is None else self.destination.address.country

    @property
    def total_quantity(self) -> int:
        """Units over all lines."""
        return sum(line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class AddLine:
    """Units of a variant to add to a cart."""

    variant_id: int
    quantity: int
    attributes: Attributes = ()


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """New quantity (0 removes the line), variant or attributes of a line. None leaves a field as it is."""

    line_id: int
    quantity: int | None = None
    variant_id: int | None = None
    attributes: Attributes | None = None


@dataclass(frozen=True, slots=True)
class BuyerIdentity:
    """Who will buy; None leaves a field as it is."""

    email: str | None = None
    phone: str | None = None
    country: str | None = None
    customer_id: int | None = None


@dataclass(frozen=True, slots=True)
class NewCart:
    """What a new cart contains."""

    lines: tuple[AddLine, ...] = ()
    buyer: BuyerIdentity = BuyerIdentity()
    note: str = ""
    attributes: Attributes = ()
    discount_codes: tuple[str, ...] = ()
    addresses: tuple[NewAddress, ...] = ()


def may_use(viewer: Viewer, cart: Cart) -> bool:
    """Whether the viewer may use the cart. A cart of another signed-in shopper is treated as missing."""
    return cart.customer_id is None or viewer.customer_id is None or viewer.customer_id == cart.customer_id


def units_by_variant(lines: Sequence[CartLine]) -> dict[int, int]:
    """Units per variant in the order of variant ids, lines of one variant summed.

    >>> units_by_variant([CartLine(1, 9, 2), CartLine(2, 4, 1), CartLine(3, 9, 1)])
    {4: 1, 9: 3}
    """
    units: dict[int, int] = {}
    for line in lines:
        units[line.variant_id] = units.get(line.variant_id, 0) + line.quantity
    return dict(sorted(units.items()))
