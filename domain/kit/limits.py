"""The table of all limits by who asks. Each rule is a line here and in `docs/operations.md`."""

from dataclasses import dataclass
from enum import StrEnum

from domain.kit.refusals import Unavailable

# The budget of a network that many people share, in budgets of another.
SHARED_TIMES = 20.0
# The same of the machine itself: from there come developers, and all visitors of a proxy that nobody has named.
LOOPBACK_TIMES = 1_000.0


class Subject(StrEnum):
    """Who has one budget. With `and`, each combination has its own."""

    NETWORK = "network"
    DEVICE = "device"
    ACCOUNT = "account"
    CART = "cart"
    BUYER = "buyer"
    ORDER = "order"
    ACCOUNT_AND_NETWORK = "account and network"
    ACCOUNT_AND_DEVICE = "account and device"


@dataclass(frozen=True, slots=True)
class LimitRule:
    """A budget of `capacity`. What was taken of it comes back at an even rate, all of it in `seconds`."""

    name: str
    subject: Subject
    capacity: float
    seconds: float

    @property
    def per_second(self) -> float:
        """What comes back in a second."""
        return self.capacity / self.seconds

    def times(self, factor: float) -> "LimitRule":
        """The same rule with a larger or smaller budget."""
        return LimitRule(self.name, self.subject, self.capacity * factor, self.seconds)


COST_OF_NETWORK = LimitRule("cost-of-network", Subject.NETWORK, 400_000, 20)
COST_OF_ACCOUNT = LimitRule("cost-of-account", Subject.ACCOUNT, 200_000, 20)
EVENTS_OF_NETWORK = LimitRule("events-of-network", Subject.NETWORK, 2_400, 60)
EVENTS_OF_DEVICE = LimitRule("events-of-device", Subject.DEVICE, 240, 60)
LOGINS_OF_NETWORK = LimitRule("logins-of-network", Subject.NETWORK, 20, 60)
WRONG_PASSWORDS = LimitRule("wrong-passwords", Subject.ACCOUNT, 100, 900)
WRONG_PASSWORDS_OF_NETWORK = LimitRule("wrong-passwords-of-network", Subject.ACCOUNT_AND_NETWORK, 10, 900)
WRONG_PASSWORDS_OF_DEVICE = LimitRule("wrong-passwords-of-device", Subject.ACCOUNT_AND_DEVICE, 20, 900)

SIGN_UPS_OF_NETWORK = LimitRule("sign-ups-of-network", Subject.NETWORK, 60, 3_600)
RECOVERIES_OF_NETWORK = LimitRule("recoveries-of-network", Subject.NETWORK, 30, 3_600)
RECOVERIES_OF_ACCOUNT = LimitRule("recoveries-of-account", Subject.ACCOUNT, 10, 3_600)
CHANGES_OF_ACCOUNT = LimitRule("changes-of-account", Subject.ACCOUNT, 60, 3_600)
CARTS_OF_NETWORK = LimitRule("carts-of-network", Subject.NETWORK, 1_000, 3_600)
CODES_OF_CART = LimitRule("codes-of-cart", Subject.CART, 60, 3_600)
CODES_OF_NETWORK = LimitRule("codes-of-network", Subject.NETWORK, 300, 3_600)
DECLINES_OF_CART = LimitRule("declines-of-cart", Subject.CART, 10, 1_800)
DECLINES_OF_DEVICE = LimitRule("declines-of-device", Subject.DEVICE, 20, 3_600)
DECLINES_OF_NETWORK = LimitRule("declines-of-network", Subject.NETWORK, 100, 3_600)
RETURNS_OF_ORDER = LimitRule("returns-of-order", Subject.ORDER, 10, 60)
HELD_BY_DEVICE = LimitRule("held-by-device", Subject.DEVICE, 300, 600)
HELD_BY_BUYER = LimitRule("held-by-buyer", Subject.BUYER, 300, 600)
HELD_BY_NETWORK = LimitRule("held-by-network", Subject.NETWORK, 6_000, 600)
DOCUMENTS_OF_NETWORK = LimitRule("documents-of-network", Subject.NETWORK, 500, 3_600)
HIDDEN_OF_DEVICE = LimitRule("hidden-of-device", Subject.DEVICE, 120, 600)
HIDDEN_OF_NETWORK = LimitRule("hidden-of-network", Subject.NETWORK, 1_200, 600)
WISHLISTS_OF_NETWORK = LimitRule("wishlists-of-network", Subject.NETWORK, 500, 3_600)

RULES = (
    COST_OF_NETWORK,
    COST_OF_ACCOUNT,
    EVENTS_OF_NETWORK,
    EVENTS_OF_DEVICE,
    LOGINS_OF_NETWORK,
    WRONG_PASSWORDS,
    WRONG_PASSWORDS_OF_NETWORK,
    WRONG_PASSWORDS_OF_DEVICE,
    SIGN_UPS_OF_NETWORK,
    RECOVERIES_OF_NETWORK,
    RECOVERIES_OF_ACCOUNT,
    CHANGES_OF_ACCOUNT,
    CARTS_OF_NETWORK,
    CODES_OF_CART,
    CODES_OF_NETWORK,
    DECLINES_OF_CART,
    DECLINES_OF_DEVICE,
    DECLINES_OF_NETWORK,
    RETURNS_OF_ORDER,
    HELD_BY_DEVICE,
    HELD_BY_BUYER,
    HELD_BY_NETWORK,
    DOCUMENTS_OF_NETWORK,
    HIDDEN_OF_DEVICE,
    HIDDEN_OF_NETWORK,
    WISHLISTS_OF_NETWORK,
)


class LimitReached(Unavailable):
    """A budget is used up; `retry_after` seconds later it suffices."""

    def __init__(self, message: str, retry_after: float, code: str = "THROTTLED") -> None:
        super().__init__(code, message, max(0.1, round(retry_after, 1)))
