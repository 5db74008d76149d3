"""The homepage: the document editors write, and the record visitors are served."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.catalog import Image
from domain.money import Money


class Platform(StrEnum):
    """Which client shows the page."""

    WEB = "WEB"
    IOS = "IOS"
    ANDROID = "ANDROID"


@dataclass(frozen=True, slots=True)
class HomepageKey:
    """One page of the shop: a territory on a platform."""

    territory: str
    platform: Platform

    @property
    def redis_key(self) -> str:
        """The key of its record; the braces keep all keys of one page in one cluster slot.

        >>> HomepageKey("GB", Platform.WEB).redis_key
        'homepage:{GB:web}'
        """
        return f"homepage:{{{self.territory}:{self.platform.lower()}}}"


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


@dataclass(frozen=True, slots=True)
class TopCategoriesSource:
    """The `categories` best-selling collections with `size` best-selling products each."""

    id: str
    title: str
    categories: int = 5
    size: int = 8


@dataclass(frozen=True, slots=True)
class TextSection:
    """Rich text, sanitised."""

    id: str
    title: str
    html: str


SectionSource = BannerSection | ShelfSource | TopCategoriesSource | TextSection


@dataclass(frozen=True, slots=True)
class HomepageDocument:
    """A published page as editors wrote it; `version` grows by one with each publish."""

    territory: str
    platform: Platform
    version: int
    menu: str
    sections: tuple[SectionSource, ...]


@dataclass(frozen=True, slots=True)
class ProductCard:
    """What the homepage shows of a product; prices in the currency of the territory.

    `categories` are handles of its collections: they are not shown, but say to whom it is shown.
    """

    id: str
    handle: str
    title: str
    image: Image | None
    price: Money
    compare_at_price: Money | None
    available_for_sale: bool
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shelf:
    """A row of products; `handle` names the collection behind it."""

    id: str
    title: str
    handle: str
    products: tuple[ProductCard, ...]
    sold_out: SoldOut = SoldOut.HIDE


@dataclass(frozen=True, slots=True)
class TopCategories:
    """The best-selling categories, each a shelf."""

    id: str
    title: str
    categories: tuple[Shelf, ...]


Section = BannerSection | Shelf | TopCategories | TextSection


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A menu entry on the homepage."""

    title: str
    url: str
    items: tuple["MenuEntry", ...] = ()


@dataclass(frozen=True, slots=True)
class HomepageRecord:
    """The composed page, ready to answer, as kept in Redis."""

    territory: str
    platform: Platform
    version: int
    built_at: datetime
    menu: tuple[MenuEntry, ...]
    sections: tuple[Section, ...]
