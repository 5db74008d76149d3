"""What the shop needs from a payment provider, and what it knows of its charges."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.kit.money import Money
from domain.payments.disputes import DisputeReport

# Charges of one order, one after the other: each begins when the provider has ended the one before it.
MAX_CHARGES = 10


class ChargeState(StrEnum):
    """What is known of a charge. The shop resolves UNKNOWN by asking the provider, never by guessing.

    ACTION_REQUIRED: no money moves before the buyer has done what `Charge.action` says. AUTHORIZED: the money is
    reserved at the buyer's bank until a capture takes it.
    """

    CAPTURED = "CAPTURED"
    AUTHORIZED = "AUTHORIZED"
    ACTION_REQUIRED = "ACTION_REQUIRED"
    DECLINED = "DECLINED"
    UNKNOWN = "UNKNOWN"


class PaymentState(StrEnum):
    """A payment as recorded by the shop. VOIDED: its authorization ended, and no money was taken."""

    PENDING = "PENDING"
    AUTHORIZED = "AUTHORIZED"
    CAPTURED = "CAPTURED"
    DECLINED = "DECLINED"
    REFUNDED = "REFUNDED"
    VOIDED = "VOIDED"


class AuthorizationState(StrEnum):
    """What the shop wants of an authorization. CAPTURING and VOIDING wait for the provider's answer.

    FAILED: the provider refused the capture or the authorization ended by itself, so staff must get the money.
    """

    HELD = "HELD"
    CAPTURING = "CAPTURING"
    CAPTURED = "CAPTURED"
    VOIDING = "VOIDING"
    VOIDED = "VOIDED"
    FAILED = "FAILED"


class CaptureState(StrEnum):
    """A capture as recorded. WANTED waits for the provider's answer."""

    WANTED = "WANTED"
    DONE = "DONE"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Capture:
    """A part of reserved money that was taken, or is to be. The final one sets the rest free; it may take nothing."""

    id: int
    key: str
    minor: int
    is_final: bool
    state: CaptureState


class PaymentMethodKind(StrEnum):
    """What a client does to get the payment token of a method."""

    CARD = "CARD"
    REDIRECT = "REDIRECT"
    CODE = "CODE"


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """A way to pay in a territory, and the provider that takes the money.

    CARD: a form of the provider makes a token of the card; the sandbox does so at `token_url`, Stripe's script with the
    `publishable_key`. REDIRECT: the method has its `token` already, and the provider's page asks for the rest. CODE:
    the buyer adds a code of the bank's app to the `token`, and confirms there. `authorizes`: a submit only reserves the
    money, and each parcel takes its part.
    """

    handle: str
    title: str
    provider: str
    kind: PaymentMethodKind = PaymentMethodKind.CARD
    token_url: str | None = None
    token: str | None = None
    authorizes: bool = False
    publishable_key: str | None = None


@dataclass(frozen=True, slots=True)
class Payer:
    """What an order says of its buyer, for methods that ask for it. The same for every repetition of a charge."""

    name: str = ""
    email: str = ""


NO_PAYER = Payer()


@dataclass(frozen=True, slots=True)
class PaymentAction:
    """What the buyer must do before a charge goes on: open a page of the provider, or let its script use a secret.

    With neither, the buyer confirms elsewhere, in the app of the bank.
    """

    redirect_url: str | None = None
    client_secret: str | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """The provider's answer. `reference` is its id for the charge, `reason` its decline code.

    `amount` was taken, or is reserved as a whole; `captured` is what captures took of reserved money so far, `refunded`
    was paid back so far; None where the provider does not say. `splits`: several captures may share the reserved money.
    These do not count when charges are compared: two answers about one charge are the same charge. `key` says which of
    the charges of an order it is; None means the current one.
    """

    state: ChargeState
    reference: str | None = None
    reason: str | None = None
    amount: Money | None = field(default=None, compare=False)
    refunded: Money | None = field(default=None, compare=False)
    action: PaymentAction | None = field(default=None, compare=False)
    key: str | None = field(default=None, compare=False)
    captured: Money | None = field(default=None, compare=False)
    splits: bool = field(default=False, compare=False)


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

    async def charge(
        self, key: str, amount: Money, token: str, return_url: str = "", payer: Payer = NO_PAYER
    ) -> Charge:
        """Authorizes once per `key`, and captures unless the key `only_authorizes`.

        A page of the provider sends the buyer back to `return_url`.
        """

    async def capture(self, key: str, capture_key: str, amount: Money, *, is_final: bool = True) -> Charge:
        """Takes a part of authorized money once per `capture_key`; DECLINED when that can no longer be done.

        A final capture sets the rest free. Only a charge that `splits` has others before it.
        """

    async def abandon(self, key: str) -> Charge:
        """Ends a charge that has taken no money, so that it never will: DECLINED; CAPTURED when it came too late.

        An authorization is voided, or what captures have left of it: then the charge is CAPTURED.
        """

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
