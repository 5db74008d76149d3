"""The homepage in a shopper's order."""

from dataclasses import replace
from typing import Any

from domain.catalog.unwanted import Unwanted
from domain.homepage.records import ProductCard
from domain.homepage.serving import ServedHomepage, product_key, with_cards
from domain.personal.tastes import Taste


def personalized(page: ServedHomepage, taste: Taste) -> ServedHomepage:
    """The page ordered by the shopper's likings, without what they do not want. Unchanged parts are the same objects.

    Only rows of products change places with each other: banners and texts stay where the editors put them.
    """
    sections = [_filtered(section, taste.unwanted) for section in page.sections]
    shown = [_ordered(section, taste) for section in sections if section is not None]
    places = [number for number, section in enumerate(shown) if getattr(section, "handle", None) is not None]
    best = sorted((shown[number] for number in places), key=lambda row: -taste.affinities.get(row.handle, 0.0))
    for number, row in zip(places, best, strict=True):
        shown[number] = row
    return replace(page, sections=tuple(shown), personalized=True)


def _filtered(section: Any, unwanted: Unwanted) -> Any:
    if getattr(section, "handle", None) in unwanted.categories:
        return None
    if unwanted.categories and hasattr(section, "categories"):
        rows = tuple(row for row in section.categories if row.handle not in unwanted.categories)
        if not rows:
            return None
        section = section if len(rows) == len(section.categories) else replace(section, categories=rows)

    def wanted(card: ProductCard) -> ProductCard | None:
        is_unwanted = product_key(card) in unwanted.products or not unwanted.categories.isdisjoint(card.categories)
        return None if is_unwanted else card

    return with_cards(section, wanted) if unwanted else section


def _ordered(section: Any, taste: Taste) -> Any:
    """Rows of a section, or cards of a row, by liking. Equal likings keep the editors' order."""
    if not taste.affinities and not taste.sunk_products:
        return section
    if hasattr(section, "categories"):
        rows = [_ordered(row, taste) for row in section.categories]
        rows.sort(key=lambda row: -taste.affinities.get(row.handle, 0.0))
        return _with(section, "categories", tuple(rows))
    if hasattr(section, "products"):
        return _with(section, "products", tuple(sorted(section.products, key=lambda card: _place(card, taste))))
    return section


def _place(card: ProductCard, taste: Taste) -> tuple[bool, float]:
    """Where a card comes in its row: smaller is earlier."""
    is_sunk = bool(taste.sunk_products) and product_key(card) in taste.sunk_products
    return is_sunk, -max((taste.affinities.get(name, 0.0) for name in card.categories), default=0.0)


def _with(section: Any, name: str, values: tuple[Any, ...]) -> Any:
    old = getattr(section, name)
    return section if all(a is b for a, b in zip(old, values, strict=True)) else replace(section, **{name: values})
