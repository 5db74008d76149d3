"""Homepage records for tests of how they are served."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from datasources.homepage.copies import HomepageCopies, Patience
from datasources.homepage.records import HomepageRecords
from datasources.inventory.availability import Availability
from datasources.kit.caches import DEFAULT_BYTES, MemoryBudget
from datasources.kit.redis import Client
from domain.catalog.records import Image
from domain.homepage.editing import GivenSection
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.kinds import PlainSource
from domain.homepage.records import (
    FlashSaleCard,
    FlashSaleSection,
    HomepageRecord,
    MenuEntry,
    MenuSection,
    ProductCard,
    Recommendations,
    Section,
    Shelf,
    TopCategories,
)
from domain.homepage.sources import Banner, BannerSection, SoldOut, TextSection
from domain.kit.ids import global_id
from domain.kit.money import Money

KEY = HomepageKey("GB", Platform.WEB)
BUILT = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


def card(number: int, *, available: bool = True) -> ProductCard:
    """A card of the product with that key."""
    image = None if number % 5 == 0 else Image(f"i{number}", f"/media/{number}.svg", f"Mug {number} ☕", 640, 480)
    compare_at = None if number % 3 else Money(2_000 + number, "GBP")
    gid = global_id("Product", number)
    return ProductCard(
        gid, f"mug-{number}", f"Mug {number}", image, Money(1_000 + number, "GBP"), compare_at, available
    )


def shelf(name: str, *cards: ProductCard, sold_out: SoldOut = SoldOut.HIDE) -> Shelf:
    """A row of these cards from the collection of that name."""
    return Shelf(f"s-{name}", name.title(), name, cards, sold_out)


def flash_sale(*cards: ProductCard) -> FlashSaleSection:
    """Offers of these cards at half a pound."""
    items = tuple(FlashSaleCard(each, Money(50, "GBP"), number) for number, each in enumerate(cards))
    return FlashSaleSection("sale", "Sale", "Midnight", BUILT, BUILT + timedelta(hours=1), items)


def page(*sections: Section, version: int = 1, key: HomepageKey = KEY) -> HomepageRecord:
    """A page of these sections."""
    menu = (MenuEntry("Shop", "/shop", (MenuEntry("Mugs", "https://example.com/mugs"),)), MenuEntry("About", "/about"))
    return HomepageRecord(key.territory, key.platform, version, BUILT, menu, sections)


def full_page(version: int = 1, key: HomepageKey = KEY, categories: int = 5, size: int = 8) -> HomepageRecord:
    """A page with every kind of section; categories with products of their own."""
    rows = tuple(
        shelf(f"category-{row}", *(card(row * size + n + 1) for n in range(size))) for row in range(categories)
    )
    picture = Image("banner-0", "/media/spring.svg", None, None, None)
    return page(
        BannerSection("banners", "New", (Banner("Spring", "is here", picture, "/spring"),)),
        TopCategories("top", "Best sellers", rows),
        shelf("picks", *(card(n, available=n % 4 != 0) for n in range(1, 9)), sold_out=SoldOut.SHOW),
        MenuSection("more", "More", (MenuEntry("Help", "/help", (MenuEntry("Sizes", "/sizes"),)),)),
        Recommendations("likes", "For you", 3, tuple(card(n) for n in range(5, 8))),
        flash_sale(card(2), card(9)),
        TextSection("text", "About", "<p>About us</p>" * 30),
        version=version,
        key=key,
    )


@dataclass(frozen=True, slots=True)
class Served:
    """Records in Redis as one process sees them, and what it reported as missing."""

    records: HomepageRecords
    availability: Availability
    copies: HomepageCopies
    missing: list[HomepageKey] = field(default_factory=list)

    async def titles(self, key: HomepageKey = KEY) -> list[str] | None:
        """The titles of the cards of the first section as they are answered now; None without a page."""
        copy = await self.copies.get(key)
        if copy is None:
            return None
        (first, *_) = copy.page(self.copies.patience.stale).sections
        assert isinstance(first, Shelf)
        return [each.title for each in first.products]

    async def is_stale(self, key: HomepageKey = KEY) -> bool:
        """Whether the page is called stale now."""
        copy = await self.copies.get(key)
        assert copy is not None
        return copy.page(self.copies.patience.stale).is_stale


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def serving(
    redis: Client,
    prefix: str,
    *,
    missing_seconds: float = 60,
    max_bytes: int = DEFAULT_BYTES,
    patience: Patience | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Served:
    """A process that has no page yet."""
    records, availability = HomepageRecords(redis, prefix), Availability(redis, prefix)
    missing: list[HomepageKey] = []

    async def report(key: HomepageKey) -> None:
        missing.append(key)

    copies = HomepageCopies(
        redis,
        records,
        availability,
        report,
        MemoryBudget(max_bytes),
        missing_seconds=missing_seconds,
        patience=patience,
        clock=clock,
    )
    return Served(records, availability, copies, missing)


def later(record: HomepageRecord, version: int) -> HomepageRecord:
    """The same page in another version."""
    return replace(record, version=version)


def given(*sources: PlainSource) -> list[GivenSection]:
    """Sections as an editor gives them, seen at all times."""
    return [GivenSection((source,)) for source in sources]
