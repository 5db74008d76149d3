"""Disputes: buyers who ask their bank for the money back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.kit.money import Money


class DisputeState(StrEnum):
    """Where a dispute is: the buyer asks the bank for the money back. Only WON and LOST are final."""

    NEEDS_RESPONSE = "NEEDS_RESPONSE"
    UNDER_REVIEW = "UNDER_REVIEW"
    WON = "WON"
    LOST = "LOST"


@dataclass(frozen=True, slots=True)
class DisputeReport:
    """What a provider says of a dispute. `reference` is its id of the charge, for events without the key."""

    id: str
    state: DisputeState
    reason: str
    amount: Money
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute of an order's payment, as recorded."""

    id: str
    order_id: int
    state: DisputeState
    reason: str
    amount: Money
    created_at: datetime
