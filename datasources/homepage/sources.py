"""The stored form of a page's sections, told apart by `kind`."""

from datetime import datetime
from typing import Any

import msgspec

from datasources.kit.documents import Document
from domain.homepage.sources import (
    BannerSection,
    FlashSaleSource,
    MenuSource,
    PlainSource,
    ProductsSource,
    RecommendationsSource,
    SectionSource,
    ShelfSource,
    TextSection,
    Timed,
    TopCategoriesSource,
    TrendingSource,
)

_KINDS: dict[str, type[Any]] = {
    "BANNERS": BannerSection,
    "MENU": MenuSource,
    "SHELF": ShelfSource,
    "PRODUCTS": ProductsSource,
    "TRENDING": TrendingSource,
    "TOP_CATEGORIES": TopCategoriesSource,
    "RECOMMENDATIONS": RecommendationsSource,
    "FLASH_SALE": FlashSaleSource,
    "TEXT": TextSection,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def encode_source(section: SectionSource) -> Document:
    """The stored form of a section."""
    if isinstance(section, Timed):
        times = {"visible_from": section.visible_from, "visible_until": section.visible_until}
        return _encoded(section.section) | times
    return _encoded(section)


def _encoded(section: PlainSource) -> Document:
    return {"kind": _NAMES[type(section)], **msgspec.to_builtins(section)}


def decode_source(document: Document) -> SectionSource | None:
    """A section from its stored form; None for kinds that a later version of the shop wrote."""
    kind = _KINDS.get(document["kind"])
    if kind is None:
        return None
    section: PlainSource = msgspec.convert(document, kind)
    times: list[datetime | None] = [document.get("visible_from"), document.get("visible_until")]
    return Timed(section, *times) if any(times) else section


def decode_sources(documents: list[Document]) -> tuple[SectionSource, ...]:
    """All sections of a page that this version of the shop knows."""
    return tuple(section for section in map(decode_source, documents) if section is not None)
