"""A cart is known by a secret id: who holds the id holds the cart. It keeps no prices; they are computed when read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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
    """A cart as stored. `order_id` is set once it has become an order."""

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

    @property
    def total_quantity(self) -> int:
        """Units over all lines."""
        return sum(line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class AddLine:
    """Units of a variant to be put into a cart."""

    variant_id: int
    quantity: int
    attributes: Attributes = ()


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """New quantity (0 removes), variant or attributes of a line; None leaves as is."""

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


def units_by_variant(lines: Sequence[CartLine]) -> dict[int, int]:
    """Units per variant in the order of variant ids, lines of one variant summed.

    >>> units_by_variant([CartLine(1, 9, 2), CartLine(2, 4, 1), CartLine(3, 9, 1)])
    {4: 1, 9: 3}
    """
    units: dict[int, int] = {}
    for line in lines:
        units[line.variant_id] = units.get(line.variant_id, 0) + line.quantity
    return dict(sorted(units.items()))
