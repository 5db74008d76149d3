"""Composes a homepage from its document: the same number of statements whatever the number of sections."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from datasources.catalog.reads import Catalog
from datasources.content.reads import Content
from datasources.trending.rankings import Trending
from domain.content import Menu
from domain.homepage.index import Shown
from domain.homepage.keys import HomepageKey
from domain.homepage.records import HomepageRecord
from domain.homepage.sales import Sale, Sales
from domain.homepage.sources import (
    FlashSaleSource,
    HomepageDocument,
    MenuSource,
    PlainSource,
    RecommendationsSource,
    SectionSource,
    ShelfSource,
    Timed,
    TopCategoriesSource,
    TrendingSource,
)
from domain.territories.markets import Territory
from services.homepage.compose.cards import CardReader, Picker
from services.homepage.compose.lists import ListReader, chosen_by_hand
from services.homepage.compose.sections import Found, entries, section_of

Announce = Callable[[Shown], Awaitable[None]]
_RANKED = (ShelfSource, TrendingSource, TopCategoriesSource, RecommendationsSource)


async def nobody(_shown: Shown) -> None:
    """Nobody hears of it: for a page that is not kept."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A page, what it shows, and when it will look different without any event."""

    record: HomepageRecord
    shown: Shown
    next_change: datetime | None = None


class Composer:
    """Reads menus, lists and products of a page and puts them together. Without `sales` there are no flash sales."""

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
        """The page with prices of the territory. What is missing is left out, and so are shelves without products.

        `announce` is told what is about to be read, so that a change which came too late to be read finds the page.
        """
        sources = [_plain(source) for source in document.sections if _is_visible(source, built_at)]
        named = _named(document.menu, sources)
        await announce(named)
        menus, sales, lists = await asyncio.gather(
            self._menus(sorted(named.menus)),
            self._live_sales(sources, territory),
            self._lists.read(sources, territory.code, lambda handles: announce(Shown(collections=handles))),
        )
        on_sale = frozenset(item.product_id for sale in sales.values() if sale for item in sale.items)
        read = lists.product_ids | on_sale | named.products
        await announce(Shown(products=read))
        picker = Picker(await self._cards.read(read, territory))
        found = Found(menus, lists, sales, picker)
        sections = tuple(made for source in sources if (made := section_of(source, found)) is not None)
        top = frozenset(collection.handle for collection in lists.top)
        shown = named | Shown(products=frozenset(picker.considered), collections=top)
        menu = entries(menus[document.menu])
        record = HomepageRecord(key.territory, key.platform, document.version, built_at, menu, sections)
        return Composed(record, shown, _next_change(document.sections, sales.values(), built_at))

    async def _menus(self, handles: Sequence[str]) -> dict[str, Menu | None]:
        return dict(zip(handles, await self._content.menus(handles), strict=True))

    async def _live_sales(self, sources: Sequence[PlainSource], territory: Territory) -> dict[int | None, Sale | None]:
        if self._sales is None:
            return {}
        wanted = dict.fromkeys(source.sale for source in sources if isinstance(source, FlashSaleSource))
        return {sale_id: await self._sales.sale(sale_id, territory) for sale_id in wanted}


def _plain(source: SectionSource) -> PlainSource:
    return source.section if isinstance(source, Timed) else source


def _is_visible(source: SectionSource, now: datetime) -> bool:
    return not isinstance(source, Timed) or source.is_visible(now)


def _named(menu: str, sources: Sequence[PlainSource]) -> Shown:
    """What the document itself names."""
    sales = [source.sale for source in sources if isinstance(source, FlashSaleSource)]
    return Shown(
        products=chosen_by_hand(sources),
        collections=frozenset(source.collection for source in sources if isinstance(source, ShelfSource)),
        menus=frozenset([menu, *(source.menu for source in sources if isinstance(source, MenuSource))]),
        sales=frozenset(sale_id for sale_id in sales if sale_id is not None),
        follows_trends=any(isinstance(source, _RANKED) for source in sources),
        follows_sales=None in sales,
    )


def _next_change(sources: Sequence[SectionSource], sales: Iterable[Sale | None], now: datetime) -> datetime | None:
    """The first time after now at which a section appears or ends, or a sale that is shown starts or ends."""
    times = [time for source in sources if isinstance(source, Timed) for time in _bounds(source)]
    times += [time for sale in sales if sale is not None for time in (sale.starts_at, sale.ends_at)]
    return min((time for time in times if time > now), default=None)


def _bounds(source: Timed) -> list[datetime]:
    return [time for time in (source.visible_from, source.visible_until) if time is not None]
