"""The homepage: the document editors write, and the record visitors are served."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.catalog.records import Image
from domain.kit.money import Money
from domain.territories.markets import Territory


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
    """A row of products; `handle` names the collection behind it, if there is one."""

    id: str
    title: str
    handle: str | None
    products: tuple[ProductCard, ...]
    sold_out: SoldOut = SoldOut.HIDE


@dataclass(frozen=True, slots=True)
class TopCategories:
    """The best-selling categories, each a shelf."""

    id: str
    title: str
    categories: tuple[Shelf, ...]


@dataclass(frozen=True, slots=True)
class Recommendations:
    """A place for `size` products chosen for the visitor; `products` are for visitors of whom nothing is known."""

    id: str
    title: str
    size: int
    products: tuple[ProductCard, ...]


@dataclass(frozen=True, slots=True)
class FlashSaleItem:
    """A product of a flash sale: its price there, and how many units were left when the page was built."""

    product: ProductCard
    price: Money
    units_left: int


@dataclass(frozen=True, slots=True)
class FlashSaleSection:
    """A flash sale with the times between which it is live, for a countdown."""

    id: str
    title: str
    sale_title: str
    starts_at: datetime
    ends_at: datetime
    items: tuple[FlashSaleItem, ...]


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A menu entry on the homepage."""

    title: str
    url: str
    items: tuple["MenuEntry", ...] = ()


@dataclass(frozen=True, slots=True)
class MenuSection:
    """A menu as a part of the page."""

    id: str
    title: str
    items: tuple[MenuEntry, ...]


Section = BannerSection | MenuSection | Shelf | TopCategories | Recommendations | FlashSaleSection | TextSection


@dataclass(frozen=True, slots=True)
class HomepageRecord:
    """The composed page, ready to answer, as kept in Redis."""

    territory: str
    platform: Platform
    version: int
    built_at: datetime
    menu: tuple[MenuEntry, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class SaleItem:
    """A product in a flash sale: its lowest price there in the territory's currency, units left of all its variants."""

    product_id: int
    price: Money
    units_left: int


@dataclass(frozen=True, slots=True)
class Sale:
    """What a page shows of a flash sale; it is live from `starts_at` until `ends_at`."""

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    items: tuple[SaleItem, ...]


class Sales(Protocol):
    """Reads flash sales for pages."""

    async def sale(self, sale_id: int | None, territory: Territory) -> Sale | None:
        """The sale of that key, or without one the sale that is live, else the next to come.

        None when there is none, and for one that is over or was called off.
        """
