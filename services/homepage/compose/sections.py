"""Makes the sections of a page from their sources and the data read for them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.catalog.records import Collection
from domain.content import Menu, MenuItem
from domain.homepage.kinds import PlainSource
from domain.homepage.records import (
    FlashSaleCard,
    FlashSaleSection,
    MenuEntry,
    MenuSection,
    Recommendations,
    Section,
    Shelf,
    TopCategories,
)
from domain.homepage.sales import Sale
from domain.homepage.sources import (
    BannerSection,
    FlashSaleSource,
    MenuSource,
    ProductsSource,
    RecommendationsSource,
    ShelfSource,
    SoldOut,
    TextSection,
    TopCategoriesSource,
    TrendingSource,
)
from services.homepage.compose.cards import Picker
from services.homepage.compose.lists import Lists


@dataclass(frozen=True, slots=True)
class PageReads:
    """The data for the sections of one page; `sales` by the key that a section names."""

    menus: Mapping[str, Menu | None]
    lists: Lists
    sales: Mapping[int | None, Sale | None]
    picker: Picker


def section_of(source: PlainSource, found: PageReads) -> Section | None:
    """The section; None if it has nothing to show."""
    return _MAKERS[type(source)](source, found)


def _as_written(source: Section, _found: PageReads) -> Section:
    return source


def entries(menu: Menu | None) -> tuple[MenuEntry, ...]:
    """The entries of a menu; no entries if the menu does not exist."""
    return tuple(map(_entry, menu.items)) if menu else ()


def _entry(item: MenuItem) -> MenuEntry:
    return MenuEntry(item.title, item.url, tuple(map(_entry, item.items)))


def _menu(source: MenuSource, found: PageReads) -> Section | None:
    items = entries(found.menus[source.menu])
    return MenuSection(source.id, source.title, items) if items else None


def _shelf(source: ShelfSource, found: PageReads) -> Shelf | None:
    collection = found.lists.named.get(source.collection)
    if collection is None:
        return None
    return _of_collection(source.id, source.title, collection, source.size, source.sold_out, found)


def _of_collection(
    section_id: str, title: str, collection: Collection, size: int, sold_out: SoldOut, found: PageReads
) -> Shelf | None:
    cards = found.picker.pick(found.lists.products[collection.id], size, sold_out)
    return Shelf(section_id, title, collection.handle, cards, sold_out) if cards else None


def _products(source: ProductsSource, found: PageReads) -> Shelf | None:
    cards = found.picker.pick(source.keys, len(source.keys), source.sold_out)
    return Shelf(source.id, source.title, None, cards, source.sold_out) if cards else None


def _trending(source: TrendingSource, found: PageReads) -> Shelf | None:
    cards = found.picker.pick(found.lists.best, source.size, source.sold_out)
    return Shelf(source.id, source.title, None, cards, source.sold_out) if cards else None


def _recommendations(source: RecommendationsSource, found: PageReads) -> Recommendations | None:
    cards = found.picker.pick(found.lists.best, source.size, SoldOut.HIDE)
    return Recommendations(source.id, source.title, source.size, cards) if cards else None


def _top_categories(source: TopCategoriesSource, found: PageReads) -> TopCategories | None:
    shelves = (
        _of_collection(f"{source.id}-{one.handle}", one.title, one, source.size, source.sold_out, found)
        for one in found.lists.top[: source.categories]
    )
    categories = tuple(shelf for shelf in shelves if shelf is not None)
    return TopCategories(source.id, source.title, categories) if categories else None


def _flash_sale(source: FlashSaleSource, found: PageReads) -> FlashSaleSection | None:
    sale = found.sales.get(source.sale)
    if sale is None:
        return None
    # A sold-out product stays, so that visitors see what they have missed.
    items = tuple(
        FlashSaleCard(card, item.price, item.units_left)
        for item in sale.items[: source.size]
        for card in found.picker.pick([item.product_id], 1, SoldOut.SHOW)
    )
    if not items:
        return None
    return FlashSaleSection(source.id, source.title, sale.title, sale.starts_at, sale.ends_at, items)


# Each maker receives only the kind of source under which it is listed.
_MAKERS: dict[type, Callable[[Any, PageReads], Section | None]] = {
    BannerSection: _as_written,
    TextSection: _as_written,
    MenuSource: _menu,
    ShelfSource: _shelf,
    ProductsSource: _products,
    TrendingSource: _trending,
    RecommendationsSource: _recommendations,
    TopCategoriesSource: _top_categories,
    FlashSaleSource: _flash_sale,
}
