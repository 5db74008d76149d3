"""Finds the pages that an event makes outdated: exactly those that show what has changed."""

from collections.abc import Iterable, Sequence

from datasources.homepage.index import HomepageIndex
from datasources.homepage.marks import HomepageMarks
from domain.events import (
    AvailabilityChanged,
    CollectionsChanged,
    Event,
    FlashSaleChanged,
    FlashSaleEnded,
    FlashSaleStarted,
    HomepageMissing,
    HomepagePublished,
    MenuChanged,
    ProductsChanged,
    TrendingComputed,
)
from domain.homepage.index import Shown
from domain.homepage.keys import HomepageKey, Platform
from domain.territories.markets import Territories

HOMEPAGE_EVENTS = (
    *(ProductsChanged, AvailabilityChanged, CollectionsChanged, MenuChanged, TrendingComputed),
    *(FlashSaleChanged, FlashSaleStarted, FlashSaleEnded, HomepagePublished, HomepageMissing),
)


class PageMarker:
    """Marks pages for a rebuild."""

    def __init__(self, marks: HomepageMarks, index: HomepageIndex, territories: Territories) -> None:
        self._marks = marks
        self._index = index
        self._territories = territories

    async def handle(self, events: Sequence[Event]) -> None:
        """Marks the pages of all events at once."""
        named = {key for event in events for key in self._named(event)}
        await self._marks.mark(named | await self._showing(events))

    async def mark_all(self) -> int:
        """Marks every page; returns their number."""
        pages = self._pages()
        await self._marks.mark(pages)
        return len(pages)

    def _pages(self, platforms: Iterable[Platform] = tuple(Platform)) -> list[HomepageKey]:
        return [HomepageKey(territory.code, platform) for platform in platforms for territory in self._territories.all]

    def _named(self, event: Event) -> list[HomepageKey]:
        """The pages that a homepage event names."""
        if not isinstance(event, HomepagePublished | HomepageMissing):
            return []
        # Territories without a page of their own show that of the default territory.
        is_default = event.territory == self._territories.default.code
        pages = self._pages([platform for platform in Platform if platform.value == event.platform])
        everywhere = is_default and isinstance(event, HomepagePublished)
        return pages if everywhere else [page for page in pages if page.territory == event.territory]

    async def _showing(self, events: Sequence[Event]) -> set[HomepageKey]:
        """The pages that show the objects of the events. A ranking only affects pages of its own territory."""
        touched = Shown()
        for event in events:
            touched |= _touched(event)
        pages = set(await self._index.showing(self._pages(), touched))
        trending = {event.territory for event in events if isinstance(event, TrendingComputed)}
        theirs = [page for page in self._pages() if page.territory in trending]
        return pages.union(await self._index.showing(theirs, Shown(follows_trends=True)))


def _touched(event: Event) -> Shown:
    """The objects that an event is about, on any page."""
    if isinstance(event, ProductsChanged | AvailabilityChanged):
        return Shown(products=frozenset(event.product_ids))
    if isinstance(event, FlashSaleChanged | FlashSaleStarted | FlashSaleEnded):
        products = frozenset[int]() if isinstance(event, FlashSaleChanged) else frozenset(event.product_ids)
        return Shown(products=products, sales=frozenset([event.sale_id]), follows_sales=True)
    if isinstance(event, CollectionsChanged):
        return Shown(collections=frozenset(event.handles))
    if isinstance(event, MenuChanged):
        return Shown(menus=frozenset([event.handle]))
    return Shown()
