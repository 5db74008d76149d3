"""Commands of staff after the payment of an order: cancel, refund, fulfill and return."""

from dataclasses import dataclass
from enum import StrEnum

from domain.orders.after_payment import RefundedLine, RestockType, Tracking


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
    """Units of the line at a position of an order."""

    position: int
    quantity: int


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Ends an order. `restock` puts its units back for sale, `refund` pays back what is left of the payment."""

    reason: CancelReason
    restock: bool
    refund: bool
    note: str | None = None


@dataclass(frozen=True, slots=True)
class RefundShipping:
    """Refunds an amount (decimal text) of what delivery cost, or with `full` all that is left of it."""

    amount: str | None = None
    full: bool = False


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Refunds the price of lines, delivery, and an amount (decimal text) beside them: one of these or several.

    Repeating a `key` refunds nothing more.
    """

    note: str | None
    amount: str | None = None
    lines: tuple[RefundedLine, ...] = ()
    key: str | None = None
    shipping: RefundShipping | None = None

    @property
    def only_restocks(self) -> bool:
        """Whether it names nothing but unsent units that go back for sale."""
        has_money = self.amount is not None or self.shipping is not None
        return bool(self.lines) and not has_money and all(line.restock is RestockType.CANCEL for line in self.lines)


@dataclass(frozen=True, slots=True)
class FulfilOrder:
    """Sends units: those of the given lines, else all that are left."""

    lines: tuple[LineUnits, ...] | None
    tracking: Tracking


@dataclass(frozen=True, slots=True)
class ReturnUnits:
    """Records units that the customer returned; `restock` puts them back for sale."""

    lines: tuple[LineUnits, ...]
    restock: bool
    note: str | None
