"""What is for sale and who wants what: generated from a seed, so that a run can be repeated."""

import random
import uuid
from dataclasses import dataclass

# Payment tokens of the sandbox with their shares in a hundred.
TOKENS = (
    ("tok_ok", 42), ("tok_one_capture", 6),
    ("tok_3ds", 8), ("tok_3ds_decline", 2), ("tok_3ds_late", 1), ("tok_redirect", 3),
    ("tok_decline", 7), ("tok_insufficient", 3), ("tok_charge_then_timeout", 3), ("tok_late", 4),
    ("tok_late_decline", 2), ("tok_error_once", 3), ("tok_hang", 2), ("tok_async", 3), ("tok_async_decline", 2),
    ("tok_webhook_twice", 3), ("tok_webhook_late", 3), ("tok_webhook_reordered", 3),
)  # fmt: skip
# What buyers do on the page that some of these open, with their shares in a hundred. `race`: pay by another method
# while the page is confirmed in another tab.
DECISIONS = (
    ("accept", 30), ("accept and close", 15), ("refuse", 10), ("leave", 5), ("close", 10), ("other method", 10),
    ("race", 10), ("give up", 5), ("give up and accept", 5),
)  # fmt: skip
# Who pays with the parcels, and what becomes of such an order, with their shares in a hundred. `end`: the bank ends the
# authorization, and staff settle what was not sent when they find out.
LATER_SHARE = 0.4
FATES = (
    ("send all", 25), ("send in two", 25), ("send one", 8), ("send one and drop", 15), ("cancel", 9), ("leave", 6),
    ("end", 6), ("send one and end", 6),
)  # fmt: skip
HOT_SHARE, MANY_LINES_SHARE, CUSTOMER_SHARE, CODED_SHARE = 0.4, 0.3, 0.3, 0.25
CURRENCY = "GBP"
# A tenth off for a code, and what sending costs: (grams, minor units) and the subtotal from which it is free.
CODE, BASIS_POINTS = "TORTURE", 1_000
GRAMS, LIGHT, HEAVY, FREE_FROM = 100, (2_000, 395), 795, 5_000


@dataclass(frozen=True, slots=True)
class Variant:
    """A thing for sale: `number` names it in carts, `price` is in minor units."""

    number: int
    price: int
    stock: int


@dataclass(frozen=True, slots=True)
class CartPlan:
    """A cart: its secret, whose it is (None for a guest) and (number of variant, quantity) of its lines in order.

    `coded` ones carry the discount code, which can be used only so often.
    """

    id: str
    customer: int | None
    lines: tuple[tuple[int, int], ...]
    coded: bool = False

    @property
    def units(self) -> dict[int, int]:
        """Units by number of variant."""
        units: dict[int, int] = {}
        for number, quantity in self.lines:
            units[number] = units.get(number, 0) + quantity
        return units


@dataclass(frozen=True, slots=True)
class Intent:
    """A wish to buy a cart. It is sent `together` times at once, and again after each failure, three times in all."""

    number: int
    cart: CartPlan
    attempt_token: str
    payment_token: str
    together: int = 1
    # Sent once more although an answer came.
    repeated: bool = False
    decision: str = "accept"
    # The payment method, and what staff do with an order whose money it only reserves.
    method: str = "card"
    fate: str = "leave"

    @property
    def buyer(self) -> str:
        """Whose attempt token it is."""
        return f"cart:{self.cart.id}" if self.cart.customer is None else f"customer:{self.cart.customer}"


@dataclass(frozen=True, slots=True)
class Plan:
    """A run. The first variant is the hot one; `customers` have the numbers from 1."""

    variants: tuple[Variant, ...]
    customers: int
    intents: tuple[Intent, ...]

    @property
    def code_limit(self) -> int:
        """How often the discount code can be used: by a few of those who want to."""
        return max(3, len(self.intents) // 20)


def draw(submits: int, seed: int, *, customers: int = 40, cold: int = 12) -> Plan:
    """A plan with at least this many intents.

    Two of five buyers want the hot variant, of which there is a tenth of what they want; one in thirty of the carts is
    submitted under two tokens at once.
    """
    chance = random.Random(seed)
    hot = Variant(0, 1_999, max(5, int(submits * HOT_SHARE * 0.1)))
    # Enough of half of the others; the other half run out late.
    others = [
        Variant(number, 100 + 37 * number, submits if number % 2 else max(5, submits // 12))
        for number in range(1, cold + 1)
    ]
    intents: list[Intent] = []
    while len(intents) < submits:
        cart = _cart(chance, customers, cold)
        first = _intent(chance, len(intents), cart)
        intents.append(first)
        if chance.random() < 1 / 30:
            intents.append(_intent(chance, len(intents), cart))
    return Plan((hot, *others), customers, tuple(intents))


def _cart(chance: random.Random, customers: int, cold: int) -> CartPlan:
    if chance.random() < HOT_SHARE:
        numbers = [0]
    elif chance.random() < MANY_LINES_SHARE:
        # Opposite orders: locking in the order of the cart would cause deadlocks.
        numbers = chance.sample(range(cold + 1), chance.randint(2, 4))
    else:
        numbers = [chance.randint(1, cold)]
    lines = tuple((number, chance.choice((1, 1, 1, 2, 3))) for number in numbers)
    customer = chance.randint(1, customers) if chance.random() < CUSTOMER_SHARE else None
    coded = chance.random() < CODED_SHARE
    return CartPlan(uuid.UUID(int=chance.getrandbits(128)).hex, customer, lines, coded)


def _intent(chance: random.Random, number: int, cart: CartPlan) -> Intent:
    names, shares = zip(*TOKENS, strict=True)
    (payment,) = chance.choices(names, shares)
    return Intent(
        number,
        cart,
        # Guests may draw the same token: it is one of their cart's.
        f"attempt-{number if cart.customer else number % 50}",
        payment,
        together=chance.choices((1, 2, 3), (80, 15, 5))[0],
        repeated=chance.random() < 0.1,
        decision=chance.choices(*map(list, zip(*DECISIONS, strict=True)))[0],
        method="later" if chance.random() < LATER_SHARE else "card",
        fate=chance.choices(*map(list, zip(*FATES, strict=True)))[0],
    )
