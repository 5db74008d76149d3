"""A payment provider in memory that counts the money of each charge, and refuses to pay back more than it took."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.kit.money import Money
from domain.payments.keys import only_authorizes
from domain.payments.records import NO_PAYER, Charge, ChargeState, Payer, PaymentEvent
from tests.kit.ledger_oracle import Mood

_UNKNOWN = Charge(ChargeState.UNKNOWN)


@dataclass(slots=True)
class Account:
    """One charge: what was taken or reserved, and each capture and refund by its key."""

    taken: Money
    state: ChargeState = ChargeState.CAPTURED
    refunds: dict[str, int] = field(default_factory=dict)
    captures: dict[str, int] = field(default_factory=dict)
    is_reserved: bool = False
    splits: bool = True

    @property
    def kept(self) -> int:
        """What was taken and not paid back."""
        return self.captured - sum(self.refunds.values())

    @property
    def captured(self) -> int:
        """What was taken."""
        whole = self.taken.minor if self.state is ChargeState.CAPTURED else 0
        return sum(self.captures.values()) if self.is_reserved else whole

    @property
    def charge(self) -> Charge:
        """As the provider reports it."""
        back = Money(sum(self.refunds.values()), self.taken.currency)
        if not self.is_reserved:
            return Charge(self.state, "reference", None, self.taken, back)
        taken = Money(self.captured, self.taken.currency)
        amount = taken if self.state is ChargeState.CAPTURED else self.taken
        return Charge(self.state, "reference", None, amount, back, captured=taken, splits=self.splits)

    def end(self) -> None:
        """Sets free what is reserved."""
        if self.state is ChargeState.AUTHORIZED:
            self.state = ChargeState.CAPTURED if self.captures else ChargeState.DECLINED


@dataclass
class Bank:
    """A provider; `mood` is what it does with refunds now, and whether it hears and answers captures."""

    name = "bank"
    accounts: dict[str, Account] = field(default_factory=dict)
    mood: Mood = "does"
    events: int = 0

    async def charge(
        self, key: str, amount: Money, token: str, return_url: str = "", payer: Payer = NO_PAYER
    ) -> Charge:
        """Ends as the token says; `lost` never arrives."""
        if token == "lost":
            return _UNKNOWN
        made = Account(amount, ChargeState[token])
        if token == "CAPTURED" and only_authorizes(key):
            # Every third bank of a buyer allows one capture.
            made = Account(amount, ChargeState.AUTHORIZED, is_reserved=True, splits=len(self.accounts) % 3 > 0)
        return self.accounts.setdefault(key, made).charge

    async def capture(self, key: str, capture_key: str, amount: Money, *, is_final: bool = True) -> Charge:
        """Once per capture key, and never more than is reserved."""
        account = self.accounts[key]
        if self.mood == "hears nothing":
            return _UNKNOWN
        if capture_key not in account.captures:
            if account.state is not ChargeState.AUTHORIZED or (not is_final and not account.splits):
                return Charge(ChargeState.DECLINED, reason="charge_not_authorized")
            if not 0 < amount.minor <= account.taken.minor - account.captured:
                return Charge(ChargeState.DECLINED, reason="amount_too_large")
            account.captures[capture_key] = amount.minor
            account.state = ChargeState.CAPTURED if is_final else ChargeState.AUTHORIZED
        assert account.captures[capture_key] == amount.minor
        return _UNKNOWN if self.mood == "answer lost" else account.charge

    async def abandon(self, key: str) -> Charge:
        """Sets reserved money free. No charge of this provider waits for its buyer."""
        if self.mood == "hears nothing":
            return _UNKNOWN
        if key not in self.accounts:
            return Charge(ChargeState.DECLINED)
        self.accounts[key].end()
        return _UNKNOWN if self.mood == "answer lost" else self.accounts[key].charge

    async def status(self, key: str) -> Charge | None:
        """The charge with what was paid back of it."""
        return self.accounts[key].charge if key in self.accounts else None

    async def refund(self, key: str, refund_key: str, amount: Money) -> Charge:
        """Once per refund key, and never more than is left."""
        if self.mood == "hears nothing":
            return _UNKNOWN
        account = self.accounts[key]
        left = account.kept
        if refund_key not in account.refunds and (self.mood == "refuses" or amount.minor > left):
            return Charge(ChargeState.DECLINED, reason="refund_exceeds_charge")
        assert account.refunds.setdefault(refund_key, amount.minor) == amount.minor
        return _UNKNOWN if self.mood == "answer lost" else Charge(ChargeState.CAPTURED, "reference")

    def by_hand(self, key: str, minor: int) -> PaymentEvent:
        """Staff refunds money at the provider; the webhook that reports it."""
        account = self.accounts[key]
        account.refunds[f"by-hand-{len(account.refunds)}"] = minor
        self.events += 1
        is_back = sum(account.refunds.values()) == account.taken.minor
        return PaymentEvent(f"event-{self.events}", "refund", key, account.charge, is_back)

    def verify_webhook(self, body: bytes, headers: Mapping[str, str]) -> PaymentEvent | None:
        """Rejects every webhook."""
        return None

    async def close(self) -> None:
        """Has nothing to close."""
