"""What the shop needs from a payment provider."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from domain.kit.money import Money


class ChargeState(StrEnum):
    """What is known of a charge. The shop resolves UNKNOWN by asking the provider, never by guessing."""

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
    """The provider's answer. `reference` is its id for the charge, `reason` its decline code.

    `amount` was taken and `refunded` paid back so far; None where the provider does not say. They do not count when
    charges are compared: two answers about one charge are the same charge.
    """

    state: ChargeState
    reference: str | None = None
    reason: str | None = None
    amount: Money | None = field(default=None, compare=False)
    refunded: Money | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class PaymentEvent:
    """What a provider reports by itself. A repeated report has the same `id`; `kind` is the provider's name for it.

    `key` is that of the charge, None when the event concerns something else; `refunded`: all of its money was refunded.
    """

    id: str
    kind: str
    key: str | None
    charge: Charge
    refunded: bool = False

    @property
    def has_refunds(self) -> bool:
        """Whether it says that money was paid back, all of it or a part."""
        part = self.charge.refunded
        return self.refunded or (part is not None and part.minor > 0)


class PaymentProvider(Protocol):
    """Each call carries an idempotency key and has a deadline; a lost answer is UNKNOWN, never an exception."""

    name: str

    async def charge(self, key: str, amount: Money, token: str) -> Charge:
        """Authorizes and captures once per `key`."""

    async def status(self, key: str) -> Charge | None:
        """The state of the charge with that key; None when the provider has never seen it."""

    async def refund(self, key: str, refund_key: str, amount: Money) -> Charge:
        """Refunds money once per `refund_key`; CAPTURED means done."""

    def verify_webhook(self, body: bytes, headers: Mapping[str, str]) -> PaymentEvent | None:
        """The event in a raw body; None unless the provider signed exactly this body within the last five minutes.

        Names of `headers` are lower case.
        """

    async def close(self) -> None:
        """Closes the connections."""
