"""Discounts, as records and as rows."""

from dataclasses import replace
from datetime import datetime

from datasources.discounts import codes as discounts
from datasources.kit.database import Tx
from domain.discounts.rules import Discount, DiscountKind, DiscountState
from tests.kit.factories.catalog import NOW


def a_discount(
    *,
    code: str = "TEN",
    kind: DiscountKind = DiscountKind.PERCENTAGE,
    basis_points: int = 1_000,
    minor: int = 0,
    minimum_minor: int = 0,
    starts_at: datetime = NOW,
    ends_at: datetime | None = None,
    total_limit: int | None = None,
    customer_limit: int | None = None,
    is_active: bool = True,
) -> Discount:
    """A discount that is not stored; by default ten percent off, for everybody and forever."""
    return Discount(
        id=0,
        code=code,
        title=code.title(),
        kind=kind,
        basis_points=basis_points,
        minor=minor,
        minimum_minor=minimum_minor,
        starts_at=starts_at,
        ends_at=ends_at,
        total_limit=total_limit,
        customer_limit=customer_limit,
        is_active=is_active,
        state=DiscountState.ACTIVE,
    )


async def add_discount(tx: Tx, discount: Discount | None = None) -> Discount:
    """The discount with the key that it got."""
    made = discount or a_discount()
    return replace(made, id=await discounts.insert(tx, made, NOW))
