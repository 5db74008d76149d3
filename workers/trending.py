"""Keeps the best sellers of each territory: updates scores after each order, and rankings periodically."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence

import msgspec
import structlog

from datasources.catalog.reads import Catalog
from datasources.kit.stream import EventStream
from datasources.orders.reads import Orders
from datasources.trending.rankings import Trending
from datasources.trending.sales_history import SalesHistory
from domain.events import (
    CollectionsChanged,
    Event,
    OrderCancelled,
    OrderPaid,
    OrderRefunded,
    OrdersImported,
    TrendingComputed,
)
from domain.kit.ids import new_secret
from domain.territories.markets import Territories
from domain.trending import Ranking, score, together

logger = structlog.get_logger(__name__)

ORDER_EVENTS = (OrderPaid, OrderCancelled, OrderRefunded)
TRENDING_EVENTS = (*ORDER_EVENTS, OrdersImported, CollectionsChanged)
# Products counted or looked up at once. Small, so that a worker can do builds in between.
CHUNK = 50
# Products beyond this rank do not count for collections: their share is too small to matter.
MAX_RANKED = 20_000
# The most entries of a list that a page may need.
KEPT = 120


class TrendingCounter:
    """Recounts units sold from the orders, so that a repeated event changes nothing."""

    def __init__(
        self, orders: Orders, history: SalesHistory, trending: Trending, territories: Territories, half_life_days: float
    ) -> None:
        self._orders = orders
        self._history = history
        self._trending = trending
        self._codes = [territory.code for territory in territories.all]
        self._half_life = half_life_days * 24
        self._rule = f"half-life of {self._half_life:g} h"

    async def handle(self, events: Sequence[Event]) -> None:
        """Recounts the products of all orders. After an import of orders, schedules a recount of everything."""
        order_ids = sorted({event.order_id for event in events if isinstance(event, ORDER_EVENTS)})
        product_ids = await self._orders.products_of(order_ids) if order_ids else []
        for start in range(0, len(product_ids), CHUNK):
            await self.count(product_ids[start : start + CHUNK])
        if any(isinstance(event, OrdersImported) for event in events):
            for code in self._codes:
                await self._trending.set_counted(code, "")
        if any(isinstance(event, CollectionsChanged) for event in events):
            for code in self._codes:
                await self._trending.touch(code)

    async def count(self, product_ids: Sequence[int]) -> None:
        """Counts some hundreds of products in every territory."""
        reads = await self._trending.begin_read(self._codes)
        sold: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
        for hour in await self._history.by_hour(product_ids):
            sold[hour.territory, hour.product_id].append((hour.hour, hour.units))
        for code, read in reads.items():
            scores = {key: score(sold.get((code, key), ()), self._half_life) for key in product_ids}
            await self._trending.put(code, read, scores)

    async def are_lost(self) -> bool:
        """Whether the counts of a territory are missing or follow another rule."""
        return any([await self._trending.counted_with(code) != self._rule for code in self._codes])

    async def rebuild(self, tell: Callable[[int], None] = lambda _: None) -> int:
        """Counts every product from the order history; returns their number. `tell` receives the number so far.

        Orders imported meanwhile may be missing from some counts. In that case the counts stay due for a rebuild.
        """
        done, last, counting = 0, 0, f"counting {new_secret()}"
        for code in self._codes:
            await self._trending.set_counted(code, counting)
        while product_ids := await self._history.products_after(last, CHUNK):
            await self.count(product_ids)
            done, last = done + len(product_ids), product_ids[-1]
            tell(done)
        for code in self._codes:
            await self._trending.replace_rule(code, counting, self._rule)
        return done


class TrendingKeeper:
    """Ranks collections and their products by score, and publishes an event when a ranking changes."""

    def __init__(
        self,
        counter: TrendingCounter,
        trending: Trending,
        catalog: Catalog,
        stream: EventStream,
        territories: Territories,
    ) -> None:
        self._counter = counter
        self._trending = trending
        self._catalog = catalog
        self._stream = stream
        self._codes = [territory.code for territory in territories.all]

    async def turn(self) -> list[str]:
        """Ranks territories where anything has changed; returns those whose ranking is new.

        It first rebuilds counts that were lost, with all of Redis or through an import.
        """
        if await self._counter.are_lost():
            products = await self._counter.rebuild()
            logger.info("trending_rebuilt", products=products)
        return [code for code in self._codes if await self.rank(code)]

    async def rank(self, code: str) -> bool:
        """Ranks one territory if anything has changed. Stores, then publishes a new ranking; returns whether it did."""
        changes = await self._trending.changes(code)
        known, told = await self._trending.computed(code)
        if known == changes and told:
            return False
        scores = dict(await self._trending.scores(code, MAX_RANKED))
        ranking = await self._ranking(scores)
        digest = _digest(list(scores)[:KEPT], ranking)
        if digest != told:
            await self._trending.put_ranking(code, ranking)
            await self._stream.publish([TrendingComputed(code)])
        await self._trending.set_computed(code, changes, digest)
        return digest != told

    async def _ranking(self, scores: dict[int, float]) -> Ranking:
        """The ranking from `scores` of products, best first."""
        members: dict[int, list[int]] = defaultdict(list)
        product_ids = list(scores)
        for start in range(0, len(product_ids), CHUNK):
            for collection_id, product_id in await self._catalog.collections.memberships(
                product_ids[start : start + CHUNK]
            ):
                members[collection_id].append(product_id)
        worth = {key: together(scores[one] for one in ids) or 0.0 for key, ids in members.items()}
        categories = tuple(sorted(members, key=lambda key: (-worth[key], key))[:KEPT])
        return Ranking(categories, {key: tuple(ids[:KEPT]) for key, ids in members.items()})


def _digest(best: Sequence[int], ranking: Ranking) -> str:
    told = msgspec.json.encode((best, ranking.categories, sorted(ranking.products.items())))
    return hashlib.sha256(told).hexdigest()
