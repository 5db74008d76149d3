"""The composed homepage, in the form that Redis stores and the API answers with."""

from dataclasses import dataclass
from datetime import datetime

from domain.catalog.records import Image
from domain.homepage.keys import Platform
from domain.homepage.sources import BannerSection, SoldOut, TextSection
from domain.kit.money import Money


@dataclass(frozen=True, slots=True)
class ProductCard:
    """What the homepage shows of a product. Prices are in the currency of the territory.

    `categories` are handles of its collections. They are not shown; they decide which visitors see the product.
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
    """A place for `size` products chosen for the visitor. `products` are for visitors about whom nothing is known."""

    id: str
    title: str
    size: int
    products: tuple[ProductCard, ...]


@dataclass(frozen=True, slots=True)
class FlashSaleCard:
    """A product of a flash sale: its price there, and how many units were left when the page was built."""

    product: ProductCard
    price: Money
    units_left: int


@dataclass(frozen=True, slots=True)
class FlashSaleSection:
    """A flash sale with its start and end, for a countdown."""

    id: str
    title: str
    sale_title: str
    starts_at: datetime
    ends_at: datetime
    items: tuple[FlashSaleCard, ...]


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A menu entry on the homepage."""

    title: str
    url: str
    items: tuple["MenuEntry", ...] = ()


@dataclass(frozen=True, slots=True)
class MenuSection:
    """A menu as a section of the page."""

    id: str
    title: str
    items: tuple[MenuEntry, ...]


Section = BannerSection | MenuSection | Shelf | TopCategories | Recommendations | FlashSaleSection | TextSection
# Names in stored records. Never change a name, and never give it to another record.
SECTIONS: dict[str, type[Section]] = {
    "BANNERS": BannerSection,
    "MENU": MenuSection,
    "SHELF": Shelf,
    "TOP_CATEGORIES": TopCategories,
    "RECOMMENDATIONS": Recommendations,
    "FLASH_SALE": FlashSaleSection,
    "TEXT": TextSection,
}


@dataclass(frozen=True, slots=True)
class HomepageRecord:
    """The composed page, ready to answer, as Redis stores it."""

    territory: str
    platform: Platform
    version: int
    built_at: datetime
    menu: tuple[MenuEntry, ...]
    sections: tuple[Section, ...]
