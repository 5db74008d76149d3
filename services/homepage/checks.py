"""What may stand on a homepage: nothing that runs in a visitor's browser, nothing without an end."""

import re
from collections.abc import Sequence
from dataclasses import replace

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
from domain.kit.refusals import refuse
from services.kit.html import sanitised
from services.kit.texts import is_line

MAX_SECTIONS = 40
MAX_CATEGORIES = 20
MAX_PRODUCTS = 50
# Cards of all sections together.
MAX_CARDS = 1_000
MAX_BANNERS = 20
MAX_TEXT = 255
MAX_URL = 2_048
# All texts of a page together. A document keeps fifty pages, and a document store at most 16 MB of a document.
MAX_PAGE = 150_000
# A page of this shop, or of another site. A browser takes `//` and `/\\` for another site too.
_URL = re.compile(r"/(?![/\\])[^\s\\]*|https?://[^\s\\]+", re.IGNORECASE)
_ROWS = (ShelfSource, TopCategoriesSource, TrendingSource, RecommendationsSource, FlashSaleSource)


def checked_page(menu: str, sections: Sequence[SectionSource]) -> tuple[SectionSource, ...]:
    """The sections, with HTML that is safe. Refused: INVALID, TOO_LONG."""
    _check_length(menu, "menu")
    checked = tuple(_checked(section) for section in sections)
    if not 0 < len(checked) <= MAX_SECTIONS or len({section.id for section in checked}) < len(checked):
        raise refuse("INVALID", f"A page has 1 to {MAX_SECTIONS} sections with ids of their own.", "sections")
    if sum(map(_cards, checked)) > MAX_CARDS:
        raise refuse("INVALID", f"A page shows {MAX_CARDS} products at most.", "sections")
    if sum(len(repr(section).encode()) for section in checked) > MAX_PAGE:
        raise refuse("TOO_LONG", f"A page has {MAX_PAGE} bytes at most.", "sections")
    return checked


def _cards(section: SectionSource) -> int:
    if isinstance(section, Timed):
        return _cards(section.section)
    if isinstance(section, TopCategoriesSource):
        return section.categories * section.size
    if isinstance(section, ProductsSource):
        return len(section.products)
    return section.size if isinstance(section, _ROWS) else 0


def _checked(section: SectionSource) -> SectionSource:
    if isinstance(section, Timed):
        begins, ends = section.visible_from, section.visible_until
        if begins is not None and ends is not None and begins >= ends:
            raise refuse("INVALID", "A section is visible from a time before that until which it is.", "sections")
        return replace(section, section=_checked_plain(section.section))
    return _checked_plain(section)


def _checked_plain(section: PlainSource) -> PlainSource:
    _check_names(section)
    if isinstance(section, BannerSection):
        _check_banners(section)
    if isinstance(section, TextSection):
        return replace(section, html=sanitised(section.html))
    if isinstance(section, MenuSource):
        _check_length(section.menu, "sections")
    if isinstance(section, ShelfSource):
        _check_length(section.collection, "sections")
    if isinstance(section, _ROWS) and not 0 < section.size <= MAX_PRODUCTS:
        raise refuse("INVALID", f"A shelf shows 1 to {MAX_PRODUCTS} products.", "sections", section.id)
    if isinstance(section, ProductsSource) and not 0 < len(section.products) <= MAX_PRODUCTS:
        raise refuse("INVALID", f"A shelf shows 1 to {MAX_PRODUCTS} products.", "sections", section.id)
    if isinstance(section, TopCategoriesSource) and not 0 < section.categories <= MAX_CATEGORIES:
        raise refuse("INVALID", f"A page shows 1 to {MAX_CATEGORIES} categories.", "sections", section.id)
    return section


def _check_names(section: PlainSource) -> None:
    for text in (section.id, section.title):
        _check_length(text, "sections")
        if not is_line(text):
            raise refuse("INVALID", "Ids and titles are lines that can be seen.", "sections")
    if not section.id.strip():
        raise refuse("INVALID", "Give each section an id.", "sections")


def _check_length(text: str, field: str) -> None:
    if len(text) > MAX_TEXT:
        raise refuse("TOO_LONG", f"At most {MAX_TEXT} characters are kept.", field)


def _check_banners(section: BannerSection) -> None:
    if not 0 < len(section.banners) <= MAX_BANNERS:
        raise refuse("INVALID", f"A section has 1 to {MAX_BANNERS} banners.", "sections", section.id)
    for banner in section.banners:
        if any(len(text) > MAX_TEXT for text in (banner.title, banner.subtitle, banner.image.alt_text or "")):
            raise refuse("TOO_LONG", f"At most {MAX_TEXT} characters are kept.", "sections", section.id)
        if not (is_url(banner.url) and is_url(banner.image.url)):
            raise refuse("INVALID", "A URL is a path of this shop, http or https.", "sections", section.id)


def is_url(text: str) -> bool:
    """Whether browsers may follow it: nothing that runs as a script, nothing invisible."""
    return len(text) <= MAX_URL and text.isprintable() and _URL.fullmatch(text) is not None
