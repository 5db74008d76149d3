"""A homepage as the API answers it: its record, updated with what has sold out since, and the age of the answer.

The content of a section decides how it is handled, not its type: rows of cards (`products`), rows of such rows
(`categories`) and offers with one card each (`items`).
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
    """The page that one visitor gets. `is_stale`: for a while nothing could confirm that it is still the newest."""

    is_stale: bool = False
    personalized: bool = False


def served(record: HomepageRecord, sold_out: frozenset[int] | None, *, is_stale: bool = False) -> ServedHomepage:
    """The page for all visitors. `sold_out` are keys of products; None leaves the cards as they were built.

    Sold-out products disappear, or show as not for sale if their section says so. Rows without products disappear too,
    as they do when a page is built.
    """
    sections = tuple(
        section for each in record.sections if (section := with_cards(each, lambda card: card, sold_out)) is not None
    )
    values = {field.name: getattr(record, field.name) for field in fields(HomepageRecord)}
    return ServedHomepage(**values | {"sections": sections}, is_stale=is_stale)


def product_key(card: ProductCard) -> int:
    """The key of the product on a card; 0 if its id is not one of this shop's."""
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
    """A section with changed cards. Where `change` returns None, the card is left out; None when all cards are lost.

    With `sold_out`, the section's own setting decides about sold-out products. Offers stay, so that late visitors see
    that the units are gone.
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
