"""The homepage as editors write it: sections as sources, which the shop fills when it composes the page."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from domain.catalog.records import Image
from domain.homepage.keys import Platform
from domain.homepage.kinds import Html, KeyOf, Kind, Needs, PlainSource, ShortText, UpTo, Url
from domain.kit.refusals import RefusalCode, each, refuse

_MAX_PRODUCTS = 50
_Size = Annotated[int, UpTo(_MAX_PRODUCTS)]


@dataclass(frozen=True, slots=True)
class Banner:
    """A hero picture with a line of text and where it leads."""

    title: ShortText
    subtitle: ShortText
    image: Image
    url: Url


@dataclass(frozen=True, slots=True)
class BannerSection(PlainSource):
    """Hero banners, written by hand."""

    banners: Annotated[tuple[Banner, ...], UpTo(20)]


@dataclass(frozen=True, slots=True)
class TextSection(PlainSource):
    """Rich text, sanitised."""

    html: Html


class SoldOut(StrEnum):
    """What a section does with sold-out products."""

    HIDE = "HIDE"
    SHOW = "SHOW"


@dataclass(frozen=True, slots=True)
class ShelfSource(PlainSource):
    """A shelf with the best sellers of a collection (by handle), at most `size` products."""

    collection: ShortText
    size: _Size = 12
    sold_out: SoldOut = SoldOut.HIDE

    @property
    def needs(self) -> Needs:
        return Needs(collections=(self.collection,), each=self.size, cards=self.size)


@dataclass(frozen=True, slots=True)
class ProductsSource(PlainSource):
    """A shelf of products chosen by hand, in this order.

    Products are named by key, or by handle until the page is saved.
    """

    products: Annotated[tuple[int | str, ...], UpTo(_MAX_PRODUCTS), KeyOf("product")]
    sold_out: SoldOut = SoldOut.HIDE

    @property
    def keys(self) -> tuple[int, ...]:
        """The keys of its products."""
        return tuple(one for one in self.products if isinstance(one, int))

    @property
    def needs(self) -> Needs:
        handles = tuple(one for one in self.products if isinstance(one, str))
        return Needs(products=self.keys, product_handles=handles, cards=len(self.products))

    def with_keys(self, keys: Mapping[str, int]) -> Self:
        found = each(("products", "products"), self.products, lambda one: _key(one, keys))
        return replace(self, products=tuple(dict.fromkeys(found)))


def _key(product: int | str, keys: Mapping[str, int]) -> int:
    if isinstance(product, str) and product not in keys:
        raise refuse(RefusalCode.NOT_FOUND, f"Product {product} does not exist.")
    return keys[product] if isinstance(product, str) else product


@dataclass(frozen=True, slots=True)
class TrendingSource(PlainSource):
    """A shelf of the `size` best sellers of the territory."""

    size: _Size = 12
    sold_out: SoldOut = SoldOut.HIDE

    @property
    def needs(self) -> Needs:
        return Needs(best=self.size, cards=self.size)


@dataclass(frozen=True, slots=True)
class TopCategoriesSource(PlainSource):
    """The `categories` best-selling collections of the territory with `size` best-selling products each."""

    categories: Annotated[int, UpTo(20)] = 5
    size: _Size = 8
    sold_out: SoldOut = SoldOut.HIDE

    @property
    def needs(self) -> Needs:
        return Needs(top=self.categories, each=self.size, cards=self.categories * self.size)


@dataclass(frozen=True, slots=True)
class RecommendationsSource(PlainSource):
    """A place for `size` products chosen for the visitor. Until they are chosen, it holds best sellers."""

    size: _Size = 12

    @property
    def needs(self) -> Needs:
        return Needs(best=self.size, cards=self.size)


@dataclass(frozen=True, slots=True)
class FlashSaleSource(PlainSource):
    """A flash sale by its key; without a key, the live sale or else the next announced one. At most `size` products."""

    sale: Annotated[int | None, KeyOf("flash sale", given_as="sale_id")] = None
    size: _Size = 12

    @property
    def needs(self) -> Needs:
        return Needs(sales=(self.sale,), cards=self.size)


@dataclass(frozen=True, slots=True)
class MenuSource(PlainSource):
    """A menu by its handle, as a section of the page."""

    menu: ShortText

    @property
    def needs(self) -> Needs:
        return Needs(menus=(self.menu,))


KINDS = (
    Kind("BANNERS", "banners", BannerSection, value="banners"),
    Kind("MENU", "menu", MenuSource, value="menu"),
    Kind("SHELF", "shelf", ShelfSource),
    Kind("PRODUCTS", "products", ProductsSource),
    Kind("TRENDING", "trending", TrendingSource),
    Kind("TOP_CATEGORIES", "top_categories", TopCategoriesSource),
    Kind("RECOMMENDATIONS", "recommendations", RecommendationsSource),
    Kind("FLASH_SALE", "flash_sale", FlashSaleSource),
    Kind("TEXT", "html", TextSection, value="html"),
)
_KIND_OF = {kind.record: kind for kind in KINDS}


def kind_of(source: PlainSource) -> Kind:
    """The kind of a section."""
    return _KIND_OF[type(source)]


@dataclass(frozen=True, slots=True)
class Timed:
    """A section that visitors see between two times; None means no bound."""

    section: PlainSource
    visible_from: datetime | None = None
    visible_until: datetime | None = None

    @property
    def id(self) -> str:
        """The id of the section."""
        return self.section.id

    def is_visible(self, now: datetime) -> bool:
        """Whether visitors see it now."""
        has_begun = self.visible_from is None or self.visible_from <= now
        return has_begun and (self.visible_until is None or now < self.visible_until)


SectionSource = PlainSource | Timed


def plain(section: SectionSource) -> PlainSource:
    """A section without its times."""
    return section.section if isinstance(section, Timed) else section


@dataclass(frozen=True, slots=True)
class HomepageDocument:
    """A published page as editors wrote it. Each publish adds one to `version`."""

    territory: str
    platform: Platform
    version: int
    menu: str
    sections: tuple[SectionSource, ...]
