"""Which products and collections the sections of a page may show, best sellers of the territory first."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from datasources.catalog.products import CollectionPage
from datasources.catalog.reads import Catalog
from datasources.trending.rankings import Trending
from domain.catalog.records import Collection, ProductSort
from domain.homepage.kinds import Needs
from domain.kit.paging import PageRequest
from domain.territories.markets import Territory

# Rankings also contain collections that shoppers do not see.
_SPARE_CATEGORIES = 30


@dataclass(frozen=True, slots=True)
class Lists:
    """Candidates, best first: more than the page shows, since some may be sold out or gone.

    `named` are collections by the handle that a section names, `top` the best-selling ones, `products` by collection.
    """

    named: Mapping[str, Collection]
    top: Sequence[Collection]
    products: Mapping[int, Sequence[int]]
    best: Sequence[int]

    @property
    def product_ids(self) -> frozenset[int]:
        """All candidates except those chosen by hand."""
        return frozenset(self.best).union(*self.products.values())


def candidates(size: int) -> int:
    """How many candidates to read in order to show `size`.

    >>> candidates(8)
    16
    """
    return size + size // 2 + 4


class ListReader:
    """Reads rankings. Where little was sold lately, it fills them up with products by total units sold."""

    def __init__(self, catalog: Catalog, trending: Trending) -> None:
        self._catalog = catalog
        self._trending = trending

    async def read(
        self,
        needs: Needs,
        territory: Territory,
        announce: Callable[[frozenset[str]], Awaitable[None]],
    ) -> Lists:
        """The lists of all sections. Passes the top categories to `announce` before it reads any of their products."""
        handles = sorted(set(needs.collections))
        named, top, best = await asyncio.gather(
            self._catalog.collections.by_handle(handles) if handles else _nothing(),
            self._top(needs.top, territory),
            self._best(candidates(needs.best) if needs.best else 0, territory),
        )
        await announce(frozenset(collection.handle for collection in top))
        by_handle = {collection.handle: collection for collection in named if collection is not None}
        keys = list(dict.fromkeys(collection.id for collection in (*by_handle.values(), *top)))
        # The longest list that any section shows, so that one statement serves all sections.
        products = await self._in_collections(keys, candidates(needs.each), territory)
        return Lists(by_handle, top, products, best)

    async def _top(self, count: int, territory: Territory) -> list[Collection]:
        if count == 0:
            return []
        keys = (await self._trending.categories(territory.code))[: count + _SPARE_CATEGORIES]
        found = await self._catalog.collections.by_id(keys) if keys else []
        top = [one for one in found if one is not None and one.is_listed]
        if len(top) < count:
            known = {collection.id for collection in top}
            more = await self._catalog.collections.best_selling(count)
            top += [collection for collection in more if collection.id not in known]
        return top[:count]

    async def _best(self, count: int, territory: Territory) -> list[int]:
        if count == 0:
            return []
        best = await self._trending.best(territory.code, count)
        if len(best) < count:
            page = await self._catalog.products.page(PageRequest(count), ProductSort.BEST_SELLING, True, territory)
            best = list(dict.fromkeys([*best, *(product.id for product in page.items)]))
        return best[:count]

    async def _in_collections(self, keys: Sequence[int], count: int, territory: Territory) -> dict[int, list[int]]:
        if not keys:
            return {}
        asked = PageRequest(count)
        ranked, pages = await asyncio.gather(
            self._trending.best_in(territory.code, keys),
            self._catalog.products.in_collections(
                [CollectionPage(key, asked, ProductSort.BEST_SELLING, True, territory) for key in keys]
            ),
        )
        selling = sorted({product_id for ids in ranked for product_id in ids})
        # Leaves out products that have left a collection since its ranking.
        members = set(await self._catalog.collections.memberships(selling)) if selling else set()
        return {
            key: list(
                dict.fromkeys([*(one for one in ids if (key, one) in members), *(product.id for product in page.items)])
            )[:count]
            for key, ids, page in zip(keys, ranked, pages, strict=True)
        }


async def _nothing() -> list[Collection | None]:
    return []
