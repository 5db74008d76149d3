"""Composes a homepage from its document. The number of statements does not depend on the number of sections."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from datasources.catalog.reads import Catalog
from datasources.content.reads import Content
from datasources.trending.rankings import Trending
from domain.content import Menu
from domain.homepage.index import Shown
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.kinds import Needs, needs_of
from domain.homepage.records import HomepageRecord
from domain.homepage.sales import Sale, Sales
from domain.homepage.sources import HomepageDocument, SectionSource, Timed, plain
from domain.territories.markets import Territory
from services.homepage.compose.cards import CardReader, Picker
from services.homepage.compose.lists import ListReader
from services.homepage.compose.sections import PageReads, entries, section_of

Announce = Callable[[Shown], Awaitable[None]]


async def nobody(_shown: Shown) -> None:
    """Announces nothing, for a page that is not stored."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A page, what it shows, and when it will next change without an event."""

    record: HomepageRecord
    shown: Shown
    next_change: datetime | None = None


class Composer:
    """Reads the menus, lists and products of a page and assembles them. Without `sales` there are no flash sales."""

    def __init__(self, catalog: Catalog, content: Content, trending: Trending, sales: Sales | None = None) -> None:
        self._content = content
        self._lists = ListReader(catalog, trending)
        self._cards = CardReader(catalog, content)
        self._sales = sales

    async def compose(
        self,
        key: HomepageKey,
        document: HomepageDocument,
        territory: Territory,
        built_at: datetime,
        announce: Announce = nobody,
    ) -> Composed:
        """The page with the prices of the territory. It omits missing objects and shelves without products.

        It passes what it is about to read to `announce`, so that a change after that read finds the page.
        """
        sources = [plain(source) for source in document.sections if _is_visible(source, built_at)]
        needs = needs_of(sources)
        named = _named(document.menu, needs)
        await announce(named)
        menus, sales, lists = await asyncio.gather(
            self._menus(sorted(named.menus), key.platform),
            self._live_sales(needs.sales, territory),
            self._lists.read(needs, territory, lambda handles: announce(Shown(collections=handles))),
        )
        on_sale = frozenset(item.product_id for sale in sales.values() if sale for item in sale.items)
        read = lists.product_ids | on_sale | named.products
        await announce(Shown(products=read))
        picker = Picker(await self._cards.read(read, territory))
        found = PageReads(menus, lists, sales, picker)
        sections = tuple(made for source in sources if (made := section_of(source, found)) is not None)
        top = frozenset(collection.handle for collection in lists.top)
        shown = named | Shown(products=frozenset(picker.considered), collections=top)
        menu = entries(menus[document.menu])
        record = HomepageRecord(key.territory, key.platform, document.version, built_at, menu, sections)
        return Composed(record, shown, _next_change(document.sections, sales.values(), built_at))

    async def _menus(self, handles: Sequence[str], platform: Platform) -> dict[str, Menu | None]:
        return dict(zip(handles, await self._content.menus(handles, platform), strict=True))

    async def _live_sales(self, wanted: Sequence[int | None], territory: Territory) -> dict[int | None, Sale | None]:
        if self._sales is None:
            return {}
        return {sale_id: await self._sales.sale(sale_id, territory) for sale_id in dict.fromkeys(wanted)}


def _is_visible(source: SectionSource, now: datetime) -> bool:
    return not isinstance(source, Timed) or source.is_visible(now)


def _named(menu: str, needs: Needs) -> Shown:
    """The objects that the document itself names."""
    return Shown(
        products=frozenset(needs.products),
        collections=frozenset(needs.collections),
        menus=frozenset([menu, *needs.menus]),
        sales=frozenset(sale_id for sale_id in needs.sales if sale_id is not None),
        follows_trends=needs.follows_trends,
        follows_sales=None in needs.sales,
    )


def _next_change(sources: Sequence[SectionSource], sales: Iterable[Sale | None], now: datetime) -> datetime | None:
    """The next time at which a section or a sale on the page starts or ends."""
    times = [time for source in sources if isinstance(source, Timed) for time in _bounds(source)]
    times += [time for sale in sales if sale is not None for time in (sale.starts_at, sale.ends_at)]
    return min((time for time in times if time > now), default=None)


def _bounds(source: Timed) -> list[datetime]:
    return [time for time in (source.visible_from, source.visible_until) if time is not None]
