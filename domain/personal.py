"""What a shopper's actions say about their taste, and the homepage in their order. Likings are sums that fade."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from domain.accounts import Viewer
from domain.homepage.records import ProductCard
from domain.homepage.serving import ServedHomepage, product_key, with_cards

HALF_LIFE_SECONDS = 7 * 86_400
# From here on a category is disliked: the homepage does not show its products.
DISLIKED = -2.0


class EventType(StrEnum):
    """What a shopper did."""

    VIEW = "VIEW"
    SEARCH = "SEARCH"
    ADD_TO_CART = "ADD_TO_CART"
    NOT_INTERESTED = "NOT_INTERESTED"


# What an event adds to the liking of each category of its product.
WEIGHTS = {EventType.VIEW: 1.0, EventType.SEARCH: 1.0, EventType.ADD_TO_CART: 4.0, EventType.NOT_INTERESTED: -2.0}


# Replaces the key of a product when its id names none.
NO_PRODUCT = 0


@dataclass(frozen=True, slots=True)
class ShopperEvent:
    """An action of a shopper on a product (its key) or a category (its handle)."""

    type: EventType
    product_id: int | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """The owner of a taste.

    `kind` separates accounts, devices that the shop named and devices that named themselves.
    """

    kind: str
    id: str

    @property
    def key(self) -> str:
        """A key that is unique among all persons.

        >>> Person("customer", "17").key
        'customer:17'
        """
        return f"{self.kind}:{self.id}"

    @property
    def is_claimed(self) -> bool:
        """Whether only the client itself vouches for this identity."""
        return self.kind == "claimed"


def person_of(viewer: Viewer) -> Person | None:
    """The account, or else the device; None for visitors whom the shop does not track."""
    if viewer.customer_id is not None:
        return Person("customer", str(viewer.customer_id))
    kind, _, device = (viewer.device_id or "").partition(":")
    return Person(kind, device) if device else None


@dataclass(frozen=True, slots=True)
class Taste:
    """Current likings by category, and what the shopper has hidden: keys of products, handles."""

    affinities: Mapping[str, float] = field(default_factory=dict)
    hidden_products: frozenset[int] = frozenset()
    hidden_categories: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.affinities or self.hidden_products or self.hidden_categories)

    @property
    def unwanted(self) -> frozenset[str]:
        """Categories that the homepage does not show."""
        return self.hidden_categories | {name for name, liking in self.affinities.items() if liking <= DISLIKED}


def faded(score: float, seconds: float) -> float:
    """What remains of a liking after some time.

    >>> faded(4.0, HALF_LIFE_SECONDS)
    2.0
    """
    return float(score * 0.5 ** (max(0.0, seconds) / HALF_LIFE_SECONDS))


def personalized(page: ServedHomepage, taste: Taste) -> ServedHomepage:
    """The page ordered by the shopper's likings, without what they do not want. Unchanged parts are the same objects.

    Only rows of products change places with each other: banners and texts stay where the editors put them.
    """
    unwanted = taste.unwanted
    sections = [_filtered(section, taste.hidden_products, unwanted) for section in page.sections]
    shown = [_ordered(section, taste.affinities) for section in sections if section is not None]
    places = [number for number, section in enumerate(shown) if getattr(section, "handle", None) is not None]
    best = sorted((shown[number] for number in places), key=lambda row: -taste.affinities.get(row.handle, 0.0))
    for number, row in zip(places, best, strict=True):
        shown[number] = row
    return replace(page, sections=tuple(shown), personalized=True)


def _filtered(section: Any, hidden: frozenset[int], unwanted: frozenset[str]) -> Any:
    if getattr(section, "handle", None) in unwanted:
        return None
    if unwanted and hasattr(section, "categories"):
        rows = tuple(row for row in section.categories if row.handle not in unwanted)
        if not rows:
            return None
        section = section if len(rows) == len(section.categories) else replace(section, categories=rows)

    def wanted(card: ProductCard) -> ProductCard | None:
        is_unwanted = product_key(card) in hidden or not unwanted.isdisjoint(card.categories)
        return None if is_unwanted else card

    return with_cards(section, wanted) if hidden or unwanted else section


def _ordered(section: Any, affinities: Mapping[str, float]) -> Any:
    """Rows of a section, or cards of a row, by liking. Equal likings keep the editors' order."""
    if not affinities:
        return section
    if hasattr(section, "categories"):
        rows = [_ordered(row, affinities) for row in section.categories]
        rows.sort(key=lambda row: -affinities.get(row.handle, 0.0))
        return _with(section, "categories", tuple(rows))
    if hasattr(section, "products"):
        return _with(section, "products", tuple(sorted(section.products, key=lambda card: -_liking(card, affinities))))
    return section


def _liking(card: ProductCard, affinities: Mapping[str, float]) -> float:
    return max((affinities.get(name, 0.0) for name in card.categories), default=0.0)


def _with(section: Any, name: str, values: tuple[Any, ...]) -> Any:
    old = getattr(section, name)
    return section if all(a is b for a, b in zip(old, values, strict=True)) else replace(section, **{name: values})
