"""Who does what after which event: every group of consumers on one page."""

from dataclasses import dataclass

from domain.events import (
    AvailabilityChanged,
    EventsLost,
    FlashSaleEnded,
    FlashSaleStarted,
    HomepageMissing,
    HomepagePublished,
    OrdersImported,
    ProductsChanged,
)
from workers.catalog import SALES_EVENTS, LostEvents, SalesCounter
from workers.consumers import Limits, Subscription
from workers.homepage import PageMarker
from workers.search import Indexer

SALES, SEARCH, HOMEPAGE = "sales", "search", "homepage"
# An import reports up to 500 products in one event.
INDEXING = Limits(batch=10, idle_seconds=60)
# A product that sells all the time is counted and shown anew so often at most, whatever it sells.
COUNTING = Limits(batch=1_000)
COUNTING_SECONDS, SHOWING_SECONDS = 2.0, 0.1


@dataclass(frozen=True, slots=True)
class Handlers:
    """What the groups are made of."""

    lost: LostEvents
    sales: SalesCounter
    search: Indexer
    homepage: PageMarker


def subscriptions(handlers: Handlers) -> tuple[Subscription, ...]:
    """Every group. What an order changes reaches search and homepage as `ProductsChanged`, once its units are counted.

    Counting and indexing read, then write what they read: two at once could leave the older state. All groups are lost
    at once, so that one of them makes up for all.
    """
    products = (ProductsChanged, AvailabilityChanged, FlashSaleStarted, FlashSaleEnded, EventsLost)
    pages = (HomepagePublished, HomepageMissing)
    return (
        Subscription(
            SALES, SALES_EVENTS, handlers.sales.handle, True, COUNTING_SECONDS, COUNTING, handlers.lost.make_up
        ),
        Subscription(SEARCH, products, handlers.search.handle, True, SHOWING_SECONDS, INDEXING),
        Subscription(
            HOMEPAGE, (*products, *pages, OrdersImported), handlers.homepage.handle, gather_seconds=SHOWING_SECONDS
        ),
    )
