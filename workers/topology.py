"""Who does what after which event: every group of consumers on one page."""

from dataclasses import dataclass

from workers.catalog import SALES_EVENTS, SalesCounter
from workers.consumers import Limits, Subscription
from workers.homepage_marker import HOMEPAGE_EVENTS, PageMarker
from workers.search import SEARCH_EVENTS, Indexer
from workers.trending import TRENDING_EVENTS, TrendingCounter

SALES, SEARCH, TRENDING, HOMEPAGE = "sales", "search", "trending", "homepage"
# An import reports up to 500 products in one event.
INDEXING = Limits(batch=10, idle_seconds=60)


@dataclass(frozen=True, slots=True)
class Handlers:
    """What the groups are made of."""

    sales: SalesCounter
    search: Indexer
    trending: TrendingCounter
    homepage: PageMarker


def subscriptions(handlers: Handlers) -> tuple[Subscription, ...]:
    """Every group. What an order changes reaches search as `SalesCounted`, once its units are counted, and homepages as
    `TrendingComputed`, once best sellers are others.

    Counting and indexing read, then write what they read: two at once could leave the older state.
    """
    return (
        Subscription(SALES, SALES_EVENTS, handlers.sales.handle, one_at_a_time=True),
        Subscription(SEARCH, SEARCH_EVENTS, handlers.search.handle, one_at_a_time=True, limits=INDEXING),
        Subscription(TRENDING, TRENDING_EVENTS, handlers.trending.handle),
        Subscription(HOMEPAGE, HOMEPAGE_EVENTS, handlers.homepage.handle),
    )
