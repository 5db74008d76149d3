"""What the shop asks of a payment provider."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from domain.money import Money


class ChargeState(StrEnum):
    """What is known of a charge; UNKNOWN is resolved by asking the provider, never by guessing."""

    CAPTURED = "CAPTURED"
    DECLINED = "DECLINED"
    UNKNOWN = "UNKNOWN"


class PaymentState(StrEnum):
    """A payment as recorded by the shop."""

    PENDING = "PENDING"
    CAPTURED = "CAPTURED"
    DECLINED = "DECLINED"
    REFUNDED = "REFUNDED"


@dataclass(frozen=True, slots=True)
class Charge:
    """The provider's answer. `reference` is its id for the charge, `reason` its decline code."""

    state: ChargeState
    reference: str | None = None
    reason: str | None = None


class PaymentProvider(Protocol):
    """Each call carries an idempotency key and has a deadline; a lost answer is UNKNOWN, never an exception."""

    name: str

    async def charge(self, key: str, amount: Money, token: str) -> Charge:
        """Authorises and captures once per `key`."""

    async def status(self, key: str) -> Charge | None:
        """What became of the charge with that key; None when the provider never saw it."""

    async def refund(self, key: str, refund_key: str, amount: Money) -> Charge:
        """Gives money back once per `refund_key`; CAPTURED means done."""

    async def close(self) -> None:
        """Lets go of connections."""
