"""A payment provider in memory that counts the money of each charge, and refuses to pay back more than it took."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.kit.money import Money
from domain.payments import NO_PAYER, Charge, ChargeState, Payer, PaymentEvent
from tests.kit.ledger_oracle import Mood

_UNKNOWN = Charge(ChargeState.UNKNOWN)


@dataclass(slots=True)
class Account:
    """One charge: what was taken, and each refund by its key."""

    taken: Money
    state: ChargeState = ChargeState.CAPTURED
    refunds: dict[str, int] = field(default_factory=dict)

    @property
    def charge(self) -> Charge:
        """As the provider reports it."""
        back = Money(sum(self.refunds.values()), self.taken.currency)
        return Charge(self.state, "reference", None, self.taken, back)


@dataclass
class Bank:
    """A provider; `mood` is what it does with refunds now."""

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
        return self.accounts.setdefault(key, Account(amount, ChargeState[token])).charge

    async def capture(self, key: str, capture_key: str, amount: Money) -> Charge:
        """No charge of this provider waits for its capture."""
        return Charge(ChargeState.DECLINED, reason="charge_not_authorized")

    async def abandon(self, key: str) -> Charge:
        """No charge of this provider waits for its buyer."""
        return self.accounts[key].charge if key in self.accounts else Charge(ChargeState.DECLINED)

    async def status(self, key: str) -> Charge | None:
        """The charge with what was paid back of it."""
        return self.accounts[key].charge if key in self.accounts else None

    async def refund(self, key: str, refund_key: str, amount: Money) -> Charge:
        """Once per refund key, and never more than is left."""
        if self.mood == "hears nothing":
            return _UNKNOWN
        account = self.accounts[key]
        left = account.taken.minor - sum(account.refunds.values())
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
