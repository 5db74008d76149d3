"""Which products and collections the sections of a page may show, best sellers of the territory first."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from datasources.catalog.products import CollectionPage
from datasources.catalog.reads import Catalog
from datasources.trending.rankings import Trending
from domain.catalog.records import Collection, ProductSort
from domain.homepage.sources import (
    PlainSource,
    ProductsSource,
    RecommendationsSource,
    ShelfSource,
    TopCategoriesSource,
    TrendingSource,
)
from domain.kit.paging import PageRequest

# Rankings name collections that shoppers are not shown, too.
_SPARE_CATEGORIES = 30


@dataclass(frozen=True, slots=True)
class Lists:
    """Candidates, best first: more than will be shown, as some may be sold out or gone.

    `named` are collections by the handle that a section names, `top` the best-selling ones, `products` by collection.
    """

    named: Mapping[str, Collection]
    top: Sequence[Collection]
    products: Mapping[int, Sequence[int]]
    best: Sequence[int]

    @property
    def product_ids(self) -> frozenset[int]:
        """Every candidate that is not chosen by hand."""
        return frozenset(self.best).union(*self.products.values())


def candidates(size: int) -> int:
    """How many are read for `size` to be shown.

    >>> candidates(8)
    16
    """
    return size + size // 2 + 4


class ListReader:
    """Reads rankings, and fills them up by units sold where little was sold lately."""

    def __init__(self, catalog: Catalog, trending: Trending) -> None:
        self._catalog = catalog
        self._trending = trending

    async def read(
        self,
        sources: Sequence[PlainSource],
        territory: str,
        announce: Callable[[frozenset[str]], Awaitable[None]],
    ) -> Lists:
        """The lists of all sections; `announce` is told the top categories before anything of them is read."""
        shelves = [source for source in sources if isinstance(source, ShelfSource)]
        tops = [source for source in sources if isinstance(source, TopCategoriesSource)]
        trends = [source.size for source in sources if isinstance(source, TrendingSource | RecommendationsSource)]
        handles = sorted({shelf.collection for shelf in shelves})
        named, top, best = await asyncio.gather(
            self._catalog.collections.by_handle(handles) if handles else _nothing(),
            self._top(max((source.categories for source in tops), default=0), territory),
            self._best(candidates(max(trends)) if trends else 0, territory),
        )
        await announce(frozenset(collection.handle for collection in top))
        by_handle = {collection.handle: collection for collection in named if collection is not None}
        keys = list(dict.fromkeys(collection.id for collection in (*by_handle.values(), *top)))
        # All ask for the largest size, so that one statement answers all.
        size = max((*(shelf.size for shelf in shelves), *(top.size for top in tops)), default=0)
        return Lists(by_handle, top, await self._in_collections(keys, candidates(size), territory), best)

    async def _top(self, count: int, territory: str) -> list[Collection]:
        if count == 0:
            return []
        keys = (await self._trending.categories(territory))[: count + _SPARE_CATEGORIES]
        found = await self._catalog.collections.by_id(keys) if keys else []
        top = [one for one in found if one is not None and one.is_listed]
        if len(top) < count:
            known = {collection.id for collection in top}
            more = await self._catalog.collections.best_selling(count)
            top += [collection for collection in more if collection.id not in known]
        return top[:count]

    async def _best(self, count: int, territory: str) -> list[int]:
        if count == 0:
            return []
        best = await self._trending.best(territory, count)
        if len(best) < count:
            page = await self._catalog.products.page(PageRequest(count), ProductSort.BEST_SELLING, True)
            best = list(dict.fromkeys([*best, *(product.id for product in page.items)]))
        return best[:count]

    async def _in_collections(self, keys: Sequence[int], count: int, territory: str) -> dict[int, list[int]]:
        if not keys:
            return {}
        asked = PageRequest(count)
        ranked, pages = await asyncio.gather(
            self._trending.best_in(territory, keys),
            self._catalog.products.in_collections(
                [CollectionPage(key, asked, ProductSort.BEST_SELLING, True) for key in keys]
            ),
        )
        selling = sorted({product_id for ids in ranked for product_id in ids})
        # What has left a collection since it was ranked is not shown there.
        members = set(await self._catalog.collections.memberships(selling)) if selling else set()
        return {
            key: list(
                dict.fromkeys([*(one for one in ids if (key, one) in members), *(product.id for product in page.items)])
            )[:count]
            for key, ids, page in zip(keys, ranked, pages, strict=True)
        }


async def _nothing() -> list[Collection | None]:
    return []


def chosen_by_hand(sources: Sequence[PlainSource]) -> frozenset[int]:
    """The products that editors chose."""
    return frozenset(one for source in sources if isinstance(source, ProductsSource) for one in source.keys)
