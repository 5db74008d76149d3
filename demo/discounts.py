"""The discount codes of the demo shop."""

from datetime import datetime

from msgspec.structs import asdict

from demo.kit.data import Data, read
from domain.discounts.rules import Discount, DiscountKind, DiscountState


class _Code(Data, frozen=True):
    """A discount that has no end."""

    code: str
    title: str
    kind: DiscountKind
    starts_at: datetime
    basis_points: int = 0
    minor: int = 0
    minimum_minor: int = 0
    total_limit: int | None = None
    customer_limit: int | None = None


def demo_discounts() -> tuple[Discount, ...]:
    """Ten percent off one order of each buyer, free shipping, and an amount off 500 orders."""
    return tuple(map(_discount, read("discounts.json", tuple[_Code, ...])))


def _discount(code: _Code) -> Discount:
    return Discount(id=0, ends_at=None, is_active=True, state=DiscountState.ACTIVE, **asdict(code))
