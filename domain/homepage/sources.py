"""The homepage as editors write it: sections as sources, filled when the page is composed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.catalog.records import Image
from domain.homepage.keys import Platform


@dataclass(frozen=True, slots=True)
class Banner:
    """A hero picture with a line of text and where it leads."""

    title: str
    subtitle: str
    image: Image
    url: str


@dataclass(frozen=True, slots=True)
class BannerSection:
    """Hero banners, written by hand."""

    id: str
    title: str
    banners: tuple[Banner, ...]


@dataclass(frozen=True, slots=True)
class TextSection:
    """Rich text, sanitised."""

    id: str
    title: str
    html: str


class SoldOut(StrEnum):
    """What a section does with products that are sold out."""

    HIDE = "HIDE"
    SHOW = "SHOW"


@dataclass(frozen=True, slots=True)
class ShelfSource:
    """A shelf to be filled from a collection (by handle) with its best sellers, `size` products at most."""

    id: str
    title: str
    collection: str
    size: int = 12
    sold_out: SoldOut = SoldOut.HIDE


@dataclass(frozen=True, slots=True)
class ProductsSource:
    """A shelf of products chosen by hand, in this order: by key, and until the page is saved by handle too."""

    id: str
    title: str
    products: tuple[int | str, ...]
    sold_out: SoldOut = SoldOut.HIDE

    @property
    def keys(self) -> tuple[int, ...]:
        """The products that are named by key."""
        return tuple(one for one in self.products if isinstance(one, int))


@dataclass(frozen=True, slots=True)
class TrendingSource:
    """A shelf of the `size` best sellers of the territory."""

    id: str
    title: str
    size: int = 12
    sold_out: SoldOut = SoldOut.HIDE


@dataclass(frozen=True, slots=True)
class TopCategoriesSource:
    """The `categories` best-selling collections of the territory with `size` best-selling products each."""

    id: str
    title: str
    categories: int = 5
    size: int = 8
    sold_out: SoldOut = SoldOut.HIDE


@dataclass(frozen=True, slots=True)
class RecommendationsSource:
    """A place for `size` products chosen for the visitor; until then best sellers are there."""

    id: str
    title: str
    size: int = 12


@dataclass(frozen=True, slots=True)
class FlashSaleSource:
    """A flash sale by its key; without one the sale that is live, else the next to come. `size` products at most."""

    id: str
    title: str
    sale: int | None = None
    size: int = 12


@dataclass(frozen=True, slots=True)
class MenuSource:
    """A menu by its handle, as a part of the page."""

    id: str
    title: str
    menu: str


PlainSource = (
    BannerSection
    | MenuSource
    | ShelfSource
    | ProductsSource
    | TrendingSource
    | TopCategoriesSource
    | RecommendationsSource
    | FlashSaleSource
    | TextSection
)


@dataclass(frozen=True, slots=True)
class Timed:
    """A section that visitors see from a time on, until another; None is no bound."""

    section: PlainSource
    visible_from: datetime | None = None
    visible_until: datetime | None = None

    @property
    def id(self) -> str:
        """That of the section."""
        return self.section.id

    def is_visible(self, now: datetime) -> bool:
        """Whether visitors see it now."""
        has_begun = self.visible_from is None or self.visible_from <= now
        return has_begun and (self.visible_until is None or now < self.visible_until)


SectionSource = PlainSource | Timed


@dataclass(frozen=True, slots=True)
class HomepageDocument:
    """A published page as editors wrote it; `version` grows by one with each publish."""

    territory: str
    platform: Platform
    version: int
    menu: str
    sections: tuple[SectionSource, ...]
