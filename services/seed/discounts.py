"""The discount codes of the demo shop."""

from datetime import UTC, datetime

from domain.discounts.rules import Discount, DiscountKind, DiscountState

_SINCE = datetime(2025, 1, 1, tzinfo=UTC)


def demo_discounts() -> tuple[Discount, ...]:
    """Ten percent off one order of each buyer, free shipping, and a sum that 500 orders can have."""
    return (
        _discount("WELCOME10", "10 % off one order", DiscountKind.PERCENTAGE, basis_points=1_000, each=1),
        _discount("FREESHIP", "Free shipping from 30.00", DiscountKind.FREE_SHIPPING, minimum=3_000),
        _discount("FIVER", "5.00 off 25.00 and more", DiscountKind.AMOUNT, minor=500, minimum=2_500, total=500, each=1),
    )


def _discount(
    code: str,
    title: str,
    kind: DiscountKind,
    *,
    basis_points: int = 0,
    minor: int = 0,
    minimum: int = 0,
    total: int | None = None,
    each: int | None = None,
) -> Discount:
    return Discount(
        id=0,
        code=code,
        title=title,
        kind=kind,
        basis_points=basis_points,
        minor=minor,
        minimum_minor=minimum,
        starts_at=_SINCE,
        ends_at=None,
        total_limit=total,
        customer_limit=each,
        is_active=True,
        state=DiscountState.ACTIVE,
    )
