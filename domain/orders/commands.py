"""What staff asks for after the payment of an order: to cancel, refund, send or take back."""

from dataclasses import dataclass
from enum import StrEnum

from domain.orders.after_payment import RefundedLine, Tracking


class CancelReason(StrEnum):
    """Why staff cancels an order."""

    CUSTOMER = "CUSTOMER"
    DECLINED = "DECLINED"
    FRAUD = "FRAUD"
    INVENTORY = "INVENTORY"
    STAFF = "STAFF"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class LineUnits:
    """Units of the line of an order at a position."""

    position: int
    quantity: int


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Ends an order. `restock` puts its units back for sale, `refund` gives back what was taken for it."""

    reason: CancelReason
    restock: bool
    refund: bool
    note: str | None = None


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Gives back an amount (decimal text) or the price of lines, never both. Repeating a `key` refunds nothing more."""

    note: str | None
    amount: str | None = None
    lines: tuple[RefundedLine, ...] = ()
    key: str | None = None


@dataclass(frozen=True, slots=True)
class FulfilOrder:
    """Sends units; all that are left when no lines are given."""

    lines: tuple[LineUnits, ...] | None
    tracking: Tracking


@dataclass(frozen=True, slots=True)
class ReturnUnits:
    """Units that came back from the customer; `restock` puts them back for sale."""

    lines: tuple[LineUnits, ...]
    restock: bool
    note: str | None
