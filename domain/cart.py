"""A cart is known by a secret id:

whoever holds the id may use the cart. It keeps no prices; each read computes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from domain.accounts import Viewer
from domain.kit.metafields import AttachedMetafield
from domain.kit.money import Money
from domain.territories.delivery import CartAddress, NewAddress
from domain.territories.markets import Territories, Territory

MAX_LINES = 100
MAX_QUANTITY = 1_000_000

Attributes = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NewMetafield:
    """A metafield as a client sends it."""

    namespace: str
    key: str
    type: str
    value: str


@dataclass(frozen=True, slots=True)
class CartPreferences:
    """How a buyer likes to get and to pay for things. The shop keeps it for checkout pages and acts on none of it.

    `location` is a country, degrees north and degrees east.
    """

    delivery_methods: tuple[str, ...] = ()
    pickup_handles: tuple[str, ...] = ()
    location: tuple[str, float, float] | None = None
    wallets: tuple[str, ...] = ()


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
    buyer. `territory` is where the cart was made; None for carts of older versions.
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
    territory: str | None = None
    metafields: tuple[AttachedMetafield, ...] = ()
    preferences: CartPreferences | None = None

    @property
    def destination(self) -> CartAddress | None:
        """The address that the goods go to."""
        return next((address for address in self.addresses if address.selected), None)

    @property
    def market(self) -> str | None:
        """The country whose prices apply: where the goods go, or else where the buyer says they are."""
        return self.country if self.destination is None else self.destination.address.country


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


class BuyerChanges(TypedDict, total=False):
    """What a client says about the buyer. A missing field stays as it is; None clears it."""

    email: str | None
    phone: str | None
    country: str | None
    customer_id: int | None
    preferences: CartPreferences | None


@dataclass(frozen=True, slots=True)
class NewCart:
    """What a new cart contains."""

    lines: tuple[AddLine, ...] = ()
    buyer: BuyerChanges = field(default_factory=BuyerChanges)
    note: str = ""
    attributes: Attributes = ()
    discount_codes: tuple[str, ...] = ()
    addresses: tuple[NewAddress, ...] = ()
    metafields: tuple[NewMetafield, ...] = ()


def territory_of(cart: Cart, territories: Territories, visited: Territory) -> Territory:
    """The territory whose prices and goods the cart has.

    It is the one of the destination, else of the buyer's country, else the one that the cart was made in, whatever
    territory is `visited` now.
    """
    if cart.market is not None:
        return territories.of_country(cart.market)
    return visited if cart.territory is None else territories.of_code(cart.territory)


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
