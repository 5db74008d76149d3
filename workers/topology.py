"""Who does what after which event: every group of consumers on one page."""

from dataclasses import dataclass

from domain.events import (
    AvailabilityChanged,
    HomepageMissing,
    HomepagePublished,
    OrdersImported,
    ProductsChanged,
)
from workers.availability import AvailabilityKeeper
from workers.catalog import SALES_EVENTS, SalesCounter
from workers.consumers import Limits, Subscription
from workers.homepage import PageMarker
from workers.search import Indexer

SALES, SEARCH, HOMEPAGE, AVAILABILITY = "sales", "search", "homepage", "availability"
# An import reports up to 500 products in one event.
INDEXING = Limits(batch=10, idle_seconds=60)


@dataclass(frozen=True, slots=True)
class Handlers:
    """What the groups are made of."""

    sales: SalesCounter
    search: Indexer
    homepage: PageMarker
    availability: AvailabilityKeeper


def subscriptions(handlers: Handlers) -> tuple[Subscription, ...]:
    """Every group. What an order changes reaches search and homepage as `ProductsChanged`, once its units are counted.

    Counting and indexing read, then write what they read: two at once could leave the older state.
    """
    products = (ProductsChanged, AvailabilityChanged)
    pages = (HomepagePublished, HomepageMissing)
    return (
        Subscription(SALES, SALES_EVENTS, handlers.sales.handle, one_at_a_time=True),
        Subscription(SEARCH, products, handlers.search.handle, one_at_a_time=True, limits=INDEXING),
        Subscription(AVAILABILITY, products, handlers.availability.handle),
        Subscription(HOMEPAGE, (*products, *pages, OrdersImported), handlers.homepage.handle),
    )
