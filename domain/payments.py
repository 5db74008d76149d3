"""What the shop needs from a payment provider."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.kit.money import Money

# Charges of one order, one after the other: each begins when the provider has ended the one before it.
MAX_CHARGES = 10


class ChargeState(StrEnum):
    """What is known of a charge. The shop resolves UNKNOWN by asking the provider, never by guessing.

    ACTION_REQUIRED: no money moves before the buyer has done what `Charge.action` says.
    """

    CAPTURED = "CAPTURED"
    ACTION_REQUIRED = "ACTION_REQUIRED"
    DECLINED = "DECLINED"
    UNKNOWN = "UNKNOWN"


class PaymentState(StrEnum):
    """A payment as recorded by the shop."""

    PENDING = "PENDING"
    CAPTURED = "CAPTURED"
    DECLINED = "DECLINED"
    REFUNDED = "REFUNDED"


class PaymentMethodKind(StrEnum):
    """What a client does to get the payment token of a method."""

    CARD = "CARD"
    REDIRECT = "REDIRECT"


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """A way to pay in a territory, and the provider that takes the money.

    CARD: a form of the provider makes a token of the card; its sandbox does so at `token_url`. REDIRECT: the method has
    its `token` already, and the provider's page asks for the rest.
    """

    handle: str
    title: str
    provider: str
    kind: PaymentMethodKind = PaymentMethodKind.CARD
    token_url: str | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentAction:
    """What the buyer must do before a charge goes on: open a page of the provider, or let its script use a secret."""

    redirect_url: str | None = None
    client_secret: str | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """The provider's answer. `reference` is its id for the charge, `reason` its decline code.

    `amount` was taken and `refunded` paid back so far; None where the provider does not say. They do not count when
    charges are compared: two answers about one charge are the same charge. `key` says which of the charges of an order
    it is; None means the current one.
    """

    state: ChargeState
    reference: str | None = None
    reason: str | None = None
    amount: Money | None = field(default=None, compare=False)
    refunded: Money | None = field(default=None, compare=False)
    action: PaymentAction | None = field(default=None, compare=False)
    key: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class OpenPayment:
    """The payment of an order that waits for it, until `expires_at`: then its units go back for sale.

    `number` counts the charges of the order. `action` is what the current one required of the buyer, if anything.
    """

    order_id: int
    provider: str
    charge_key: str
    number: int
    state: PaymentState
    amount: Money
    expires_at: datetime
    territory: str = ""
    action: PaymentAction | None = None

    @property
    def is_declined(self) -> bool:
        """Whether the provider has refused the last charge; another method may be tried."""
        return self.state is PaymentState.DECLINED

    @property
    def may_retry(self) -> bool:
        """Whether the buyer may pay by another method now: an action was required, or has failed."""
        return self.number < MAX_CHARGES and (self.action is not None or self.number > 1)


@dataclass(frozen=True, slots=True)
class ReplacedCharge:
    """A charge of an order that another one replaced."""

    key: str
    order_id: int
    amount: Money


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
    dispute: DisputeReport | None = None

    @property
    def has_refunds(self) -> bool:
        """Whether it says that money was paid back, all of it or a part."""
        part = self.charge.refunded
        return self.refunded or (part is not None and part.minor > 0)


class PaymentProvider(Protocol):
    """Each call carries an idempotency key and has a deadline; a lost answer is UNKNOWN, never an exception."""

    name: str

    async def charge(self, key: str, amount: Money, token: str, return_url: str = "") -> Charge:
        """Authorizes and captures once per `key`. A page of the provider sends the buyer back to `return_url`."""

    async def abandon(self, key: str) -> Charge:
        """Ends a charge that has taken no money, so that it never will: DECLINED; CAPTURED when it came too late."""

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


def charge_key(order_id: int, number: int = 1, provider: str = "") -> str:
    """The provider's idempotency key of a charge of an order. It names the provider unless that is the shop's first.

    >>> charge_key(7), charge_key(7, 2), charge_key(7, 1, "stripe")
    ('order-7', 'order-7-2', 'stripe:order-7')
    """
    key = f"order-{order_id}" if number == 1 else f"order-{order_id}-{number}"
    return f"{provider}:{key}" if provider else key


def provider_of(key: str) -> str:
    """The provider that a key names; empty for the first one of the shop.

    >>> provider_of("stripe:order-7"), provider_of("order-7")
    ('stripe', '')
    """
    named, colon, _ = key.partition(":")
    return named if colon else ""
