"""What a shopper's actions say about their taste: likings are sums that fade."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.accounts import Consent
from domain.catalog.unwanted import NOTHING_UNWANTED, Unwanted

HALF_LIFE_SECONDS = 7 * 86_400
# People buy far less often than they look.
PURCHASE_HALF_LIFE_SECONDS = 90 * 86_400
# What putting a product into the cart, and buying one, adds to the liking of each of its categories.
CART_WEIGHT, PURCHASE_WEIGHT = 4.0, 6.0
# Looks raise a category by one each, up to this number. Each further look without a purchase lowers it.
PATIENCE = 5.0
# A product that was looked at five times in a short while and not bought comes last in its row; looks fade.
SUNK = 4.5


@dataclass(frozen=True, slots=True)
class Taste:
    """Current likings by category, products that were looked at often and never bought, and what is hidden."""

    affinities: Mapping[str, float] = field(default_factory=dict)
    unwanted: Unwanted = NOTHING_UNWANTED
    sunk_products: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.affinities or self.unwanted or self.sunk_products)

    def permitted(self, consent: Consent) -> "Taste":
        """What the shop may use: without consent to preferences, only what the shopper has hidden."""
        return self if consent.preferences else Taste(unwanted=self.unwanted)


@dataclass(frozen=True, slots=True)
class Actions:
    """What is known of a person, faded to now: by category, or by product where the name says so."""

    carted: Mapping[str, float]
    looks: Mapping[str, float]
    bought: Mapping[str, float]
    product_looks: Mapping[int, float]
    bought_products: frozenset[int]

    def taste(self, unwanted: Unwanted) -> Taste:
        """The taste that follows from these actions."""
        names = {*self.carted, *self.looks, *self.bought}
        sunk = {key for key, looks in self.product_looks.items() if looks >= SUNK}
        return Taste({name: self._liking(name) for name in names}, unwanted, frozenset(sunk - self.bought_products))

    def _liking(self, name: str) -> float:
        bought = self.bought.get(name, 0.0)
        looks = self.looks.get(name, 0.0)
        return self.carted.get(name, 0.0) + bought + (min(looks, PATIENCE) if bought > 0 else interest(looks))


def interest(looks: float) -> float:
    """What looks without a purchase say about a category: first interest, then that it is not wanted.

    >>> interest(3.0), interest(5.0), interest(7.0), interest(90.0)
    (3.0, 5.0, 3.0, -5.0)
    """
    return looks if looks <= PATIENCE else max(2 * PATIENCE - looks, -PATIENCE)


def faded(score: float, seconds: float, half_life: float = HALF_LIFE_SECONDS) -> float:
    """What remains of a liking after some time.

    >>> faded(4.0, HALF_LIFE_SECONDS)
    2.0
    """
    return float(score * 0.5 ** (max(0.0, seconds) / half_life))


@dataclass(frozen=True, slots=True)
class Purchase:
    """A product that an account bought, `times` orders, the last one at `at` (epoch seconds), and its categories."""

    product_id: int
    times: int
    at: float
    categories: tuple[str, ...] = ()
