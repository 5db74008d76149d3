"""A homepage as it is answered: its record with what has sold out since, and how old the answer may be.

Sections are told apart by what they hold, not by their type: rows of cards (`products`), rows of such rows
(`categories`) and offers of a card each (`items`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from domain.homepage.records import HomepageRecord, ProductCard
from domain.homepage.sources import SoldOut
from domain.kit.ids import key_of

CardChange = Callable[[ProductCard], ProductCard | None]


@dataclass(frozen=True, slots=True)
class ServedHomepage(HomepageRecord):
    """What one visitor is answered. `is_stale`: nobody could confirm for a while that it is still the newest."""

    is_stale: bool = False
    personalized: bool = False


def served(record: HomepageRecord, sold_out: frozenset[int] | None, *, is_stale: bool = False) -> ServedHomepage:
    """The page for everybody. `sold_out` are keys of products; None leaves the cards as they were built.

    Products that are sold out disappear, or show as not for sale where their section says so. Rows without products
    disappear too, as they do from a page that is built.
    """
    sections = tuple(
        section for each in record.sections if (section := with_cards(each, lambda card: card, sold_out)) is not None
    )
    values = {field.name: getattr(record, field.name) for field in fields(HomepageRecord)}
    return ServedHomepage(**values | {"sections": sections}, is_stale=is_stale)


def product_key(card: ProductCard) -> int:
    """The key of the product that a card shows; 0 for none of ours."""
    return key_of(card.id, "Product") or 0


def cards_of(record: HomepageRecord) -> Iterator[ProductCard]:
    """Every card of a page, some of them more than once."""
    for section in record.sections:
        yield from _cards(section)


def _cards(section: Any) -> Iterator[ProductCard]:
    yield from getattr(section, "products", ())
    for row in getattr(section, "categories", ()):
        yield from _cards(row)
    for item in getattr(section, "items", ()):
        if hasattr(item, "product"):
            yield item.product


def with_cards(section: Any, change: CardChange, sold_out: frozenset[int] | None = None) -> Any:
    """A section with its cards changed or, where `change` answers None, left out; None when no card is left of some.

    With `sold_out`, its own setting decides about products that are sold out. Offers stay: who comes late is to see
    that they are gone.
    """
    if hasattr(section, "categories"):
        rows = (with_cards(row, change, sold_out) for row in section.categories)
        return _or_none(section, "categories", tuple(row for row in rows if row is not None))
    if hasattr(section, "products"):
        shows = getattr(section, "sold_out", SoldOut.HIDE) is SoldOut.SHOW
        cards = (_available(card, sold_out) for card in section.products)
        kept = (changed for card in cards if shows or card.available_for_sale if (changed := change(card)) is not None)
        return _or_none(section, "products", tuple(kept))
    if any(hasattr(item, "product") for item in getattr(section, "items", ())):
        return _or_none(section, "items", tuple(_offers(section.items, change, sold_out)))
    return section


def _or_none(section: Any, name: str, kept: tuple[Any, ...]) -> Any:
    old = getattr(section, name)
    if not kept:
        return None if old else section
    return section if kept == old else replace(section, **{name: kept})


def _offers(items: tuple[Any, ...], change: CardChange, sold_out: frozenset[int] | None) -> Iterator[Any]:
    for item in items:
        if (card := change(_available(item.product, sold_out))) is not None:
            yield item if card is item.product else replace(item, product=card)


def _available(card: ProductCard, sold_out: frozenset[int] | None) -> ProductCard:
    if sold_out is None:
        return card
    is_available = product_key(card) not in sold_out
    return card if card.available_for_sale is is_available else replace(card, available_for_sale=is_available)
