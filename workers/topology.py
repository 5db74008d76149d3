"""Every group of consumers: which events it handles, and how."""

from dataclasses import dataclass

from workers.catalog import SALES_EVENTS, LostEvents, SalesCounter
from workers.homepage.marker import HOMEPAGE_EVENTS, PageMarker
from workers.inventory import AVAILABILITY_EVENTS, AvailabilityKeeper
from workers.kit.consumers import BatchLimits, Subscription
from workers.personal import PERSONAL_EVENTS, TasteKeeper
from workers.search import SEARCH_EVENTS, Indexer
from workers.trending import TRENDING_EVENTS, TrendingCounter
from workers.webhooks.expander import WEBHOOK_EVENTS, WebhookExpander

SALES, SEARCH, TRENDING, HOMEPAGE, AVAILABILITY = "sales", "search", "trending", "homepage", "availability"
PERSONAL, WEBHOOKS = "personal", "webhooks"
# An import reports up to 500 products in one event.
INDEXING = BatchLimits(batch=10, idle_seconds=60)
# The shortest times between two counts, and between two updates of what shoppers see, however fast a product sells.
COUNTING = BatchLimits(batch=1_000)
COUNTING_SECONDS, SHOWING_SECONDS = 2.0, 0.1
# The same for what others than shoppers receive, and for what only a buyer's own pages show.
REPORTING_SECONDS = 0.4


@dataclass(frozen=True, slots=True)
class Handlers:
    """The handlers of the groups."""

    lost: LostEvents
    sales: SalesCounter
    search: Indexer
    trending: TrendingCounter
    homepage: PageMarker
    availability: AvailabilityKeeper
    personal: TasteKeeper
    webhooks: WebhookExpander


def subscriptions(handlers: Handlers) -> tuple[Subscription, ...]:
    """Every group. An order reaches search as `SalesCounted`, after its units are counted, and homepages as
    `TrendingComputed`, after the best sellers have changed.

    Counting and indexing write what they read before, so two at once could leave the older state. If Redis loses its
    memory it loses all groups at once, so one of them replaces the lost events for all.
    """
    make_up = handlers.lost.make_up
    return (
        Subscription(SALES, SALES_EVENTS, handlers.sales.handle, True, COUNTING_SECONDS, COUNTING, make_up),
        Subscription(SEARCH, SEARCH_EVENTS, handlers.search.handle, True, SHOWING_SECONDS, INDEXING),
        Subscription(AVAILABILITY, AVAILABILITY_EVENTS, handlers.availability.handle),
        Subscription(TRENDING, TRENDING_EVENTS, handlers.trending.handle, gather_seconds=COUNTING_SECONDS),
        Subscription(PERSONAL, PERSONAL_EVENTS, handlers.personal.handle, True, REPORTING_SECONDS),
        Subscription(HOMEPAGE, HOMEPAGE_EVENTS, handlers.homepage.handle, gather_seconds=SHOWING_SECONDS),
        # One at a time, so that deliveries wait in the order of their events.
        Subscription(WEBHOOKS, WEBHOOK_EVENTS, handlers.webhooks.handle, True, REPORTING_SECONDS, COUNTING),
    )
