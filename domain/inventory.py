"""Stock: available + reserved + sold = initial + adjustments, at every instant; the movements tell why."""

from dataclasses import dataclass
from enum import StrEnum


class Movement(StrEnum):
    """Kinds of rows in the append-only ledger, each with its effect on (available, reserved, sold)."""

    INITIAL = "INITIAL"
    ADJUSTMENT = "ADJUSTMENT"
    RESERVATION = "RESERVATION"
    SALE = "SALE"
    RELEASE = "RELEASE"
    RESTOCK = "RESTOCK"


@dataclass(frozen=True, slots=True)
class StockLevel:
    """Units of one variant: for sale, held by unpaid orders, and sold."""

    variant_id: int
    available: int
    reserved: int
    sold: int


@dataclass(frozen=True, slots=True)
class AdjustQuantities:
    """Staff adds or removes units for sale: (variant id, delta) pairs with one reason."""

    changes: tuple[tuple[int, int], ...]
    reason: str
