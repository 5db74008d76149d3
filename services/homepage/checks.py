"""What may stand on a homepage: nothing that runs in a visitor's browser, nothing without an end."""

import re
from collections.abc import Sequence
from dataclasses import replace

from domain.homepage.editing import UNKNOWN, GivenSection
from domain.homepage.sources import (
    Banner,
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
from domain.kit.refusals import INPUT, RefusalCode, each, refuse
from domain.kit.times import in_utc
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
_TERMS: dict[type, str] = {
    ShelfSource: "shelf",
    TopCategoriesSource: "top_categories",
    TrendingSource: "trending",
    RecommendationsSource: "recommendations",
    FlashSaleSource: "flash_sale",
}
_ROWS = (ShelfSource, TopCategoriesSource, TrendingSource, RecommendationsSource, FlashSaleSource)


def checked_page(menu: str, sections: Sequence[GivenSection]) -> tuple[SectionSource, ...]:
    """The sections, with HTML that is safe. Refused: INVALID, TOO_LONG."""
    _check_length(menu, "menu")
    checked = each("sections", sections, _checked)
    if not 0 < len(checked) <= MAX_SECTIONS or len({section.id for section in checked}) < len(checked):
        raise refuse(
            RefusalCode.INVALID, f"{INPUT} must be 1 to {MAX_SECTIONS} sections with different ids.", "sections"
        )
    if sum(map(_cards, checked)) > MAX_CARDS:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must show at most {MAX_CARDS} products.", "sections")
    if sum(len(repr(section).encode()) for section in checked) > MAX_PAGE:
        raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_PAGE} bytes.", "sections")
    return checked


def _cards(section: SectionSource) -> int:
    if isinstance(section, Timed):
        return _cards(section.section)
    if isinstance(section, TopCategoriesSource):
        return section.categories * section.size
    if isinstance(section, ProductsSource):
        return len(section.products)
    return section.size if isinstance(section, _ROWS) else 0


def _checked(given: GivenSection) -> SectionSource:
    if len(given.sources) != 1:
        raise refuse(RefusalCode.INVALID, "A section must be of exactly one kind.")
    source = _checked_plain(given.sources[0])
    begins = None if given.visible_from is None else in_utc(given.visible_from, "visible_from")
    ends = None if given.visible_until is None else in_utc(given.visible_until, "visible_until")
    if begins is not None and ends is not None and begins >= ends:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be after `visibleFrom`.", "visible_until")
    return source if begins is None and ends is None else Timed(source, begins, ends)


def _checked_plain(section: PlainSource) -> PlainSource:
    _check_names(section)
    match section:
        case BannerSection():
            _check_count(len(section.banners), MAX_BANNERS, "banners")
            each("banners", section.banners, _check_banner)
        case TextSection():
            return replace(section, html=sanitised(section.html))
        case MenuSource():
            _check_length(section.menu, "menu")
        case ShelfSource():
            _check_length(section.collection, "shelf", "collection")
        case ProductsSource():
            _check_count(len(section.products), MAX_PRODUCTS, "products", "products")
            each(("products", "products"), section.products, _check_known)
        case FlashSaleSource(sale=sale) if sale == UNKNOWN:
            raise refuse(RefusalCode.NOT_FOUND, "There is no flash sale with that id.", "flash_sale", "sale_id")
        case TopCategoriesSource():
            _check_count(section.categories, MAX_CATEGORIES, "top_categories", "categories")
    if isinstance(section, _ROWS):
        _check_count(section.size, MAX_PRODUCTS, _TERMS[type(section)], "size")
    return section


def _check_known(product: int | str) -> None:
    if product == UNKNOWN:
        raise refuse(RefusalCode.NOT_FOUND, "There is no product with that id.")


def _check_names(section: PlainSource) -> None:
    for term, text in (("id", section.id), ("title", section.title)):
        _check_length(text, term)
        if not is_line(text):
            raise refuse(RefusalCode.INVALID, "Ids and titles are lines that can be seen.", term)
    if not section.id.strip():
        raise refuse(RefusalCode.INVALID, "Give each section an id.", "id")


def _check_length(text: str, *path: str) -> None:
    if len(text) > MAX_TEXT:
        raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_TEXT} characters.", *path)


def _check_count(count: int, most: int, *path: str) -> None:
    if not 0 < count <= most:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be 1 to {most}.", *path)


def _check_banner(banner: Banner) -> None:
    _check_length(banner.title, "title")
    _check_length(banner.subtitle, "subtitle")
    _check_length(banner.image.alt_text or "", "alt_text")
    for term, url in (("url", banner.url), ("image_url", banner.image.url)):
        if not is_url(url):
            raise refuse(RefusalCode.INVALID, "A URL is a path of this shop, http or https.", term)


def is_url(text: str) -> bool:
    """Whether browsers may follow it: nothing that runs as a script, nothing invisible."""
    return len(text) <= MAX_URL and text.isprintable() and _URL.fullmatch(text) is not None
