"""One worker process: everything that happens after a request, as one list of jobs.

After an event: the relay and the groups of `workers.topology`. By the clock: all other jobs.
"""

import asyncio
import os
import signal
import socket
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from bff.settings.variables import Settings
from bff.stores.expiry import expiry_jobs
from bff.stores.outgoing_mail import outgoing_mail
from bff.stores.payments import payment_service
from bff.stores.webhooks import webhook_bodies, webhook_signer
from bff.stores.wiring import Stores, compared, composer, homepage_service, open_stores
from datasources.catalog.shown_prices import ListOrders
from datasources.consistency.check import compare
from datasources.content.edits import ContentEdits
from datasources.content.menus import Menus
from datasources.flash_sales.sales import FlashSales
from datasources.homepage.index import HomepageIndex
from datasources.kit.lease import Lease
from datasources.personal.dislikes import Dislikes
from datasources.personal.purchases import Purchases
from datasources.trending.sales_history import SalesHistory
from datasources.webhooks.queue import DeliveryQueue
from domain.kit.ids import new_secret
from services.catalog.products import CatalogService
from services.content import MenuService
from services.flash_sales.planning import FlashSaleService
from services.orders.payment_outcomes import OrderService
from services.orders.refunds import RefundService
from services.payments.webhooks import WebhookService
from services.personal.dislikes import DislikeService
from workers.catalog import LostEvents, SalesCounter
from workers.consistency import Reconciler, reconciler_job
from workers.content import EditSweep
from workers.flash_sales import FlashSaleSweep
from workers.homepage.builder import HomepageBuilder
from workers.homepage.marker import PageMarker
from workers.homepage.schedule import HomepagePublisher
from workers.inventory import AvailabilityKeeper
from workers.kit import relay
from workers.kit.consumers import Consumer, Subscription
from workers.kit.jobs import Job, Tally, run_jobs
from workers.kit.pauses import Backoff
from workers.orders import Sweeps
from workers.personal import TasteKeeper
from workers.search import Indexer
from workers.topology import Handlers, subscriptions
from workers.trending import TrendingCounter, TrendingKeeper
from workers.webhooks.deliverer import WebhookDeliverer
from workers.webhooks.expander import WebhookExpander
from workers.webhooks.jobs import webhook_jobs

logger = structlog.get_logger(__name__)

DRAIN_SECONDS = 12.0
# The newest payments that one run of the reconciler compares with the provider; `storefront check` compares all.
COMPARED_PAYMENTS = 1_000
HOUR = 3_600.0
# Deadlines of turns that read every product of the shop, and of turns that wait for a provider that hangs.
ALL_PRODUCTS, PROVIDER = 2 * HOUR, 600.0
SOON, LATER = Backoff(1.0, 5.0), Backoff(1.0, 30.0)


async def run(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT, then finishes the work in progress; after 12 seconds it cuts the rest off.

    The stream delivers the events of such work again, to another worker.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        loop.add_signal_handler(number, stopping.set)
    try:
        async with open_stores(settings) as stores:
            await work(stores, stopping)
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


async def work(stores: Stores, stopping: asyncio.Event) -> None:
    """Runs every job over open stores until `stopping` is set."""
    name = f"{socket.gethostname()}-{os.getpid()}-{new_secret()[:8]}"
    logger.info("worker_started", worker=name)
    try:
        async with compared(stores) as gentle, asyncio.timeout(None) as deadline, asyncio.TaskGroup() as group:
            group.create_task(run_jobs(jobs(stores, gentle, name), stopping, Tally(stores.job_runs)))
            await stopping.wait()
            logger.info("worker_stopping", worker=name)
            deadline.reschedule(asyncio.get_running_loop().time() + DRAIN_SECONDS)
    except TimeoutError:
        logger.warning("worker_cut_off", worker=name)
    else:
        logger.info("worker_stopped", worker=name)


def jobs(stores: Stores, gentle: Stores, name: str) -> list[Job]:
    """All jobs of the worker with this name; `gentle` are the stores for comparisons.

    A job with a lease runs in one worker of the fleet at a time; the others may run in all workers at once.
    """
    settings = stores.settings
    counter, keeper, indexer = trending_counter(stores), availability_keeper(stores), search_indexer(stores)
    marker, publisher, sweeps = page_marker(stores), homepage_publisher(stores), order_sweeps(stores)
    tastes = taste_keeper(stores)
    sales = SalesCounter(stores.database, stores.orders)
    expander = WebhookExpander(stores.database)
    handlers = Handlers(LostEvents(stores.database), sales, indexer, counter, marker, keeper, tastes, expander)
    mail = outgoing_mail(settings, stores.database, stores.documents, stores.content, stores.orders, stores.territories)
    settle, reconcile = settings.settle_every_seconds, settings.reconcile_seconds
    return [
        relay_job(stores),
        *(consumer_job(stores, subscription, name) for subscription in subscriptions(handlers)),
        Job("search-index", indexer.rebuild_when_lost, 30.0, backoff=LATER, deadline=ALL_PRODUCTS),
        Job("availability", keeper.turn, 1.0, _lease(stores, "{availability}:keeper", 30.0), deadline=ALL_PRODUCTS),
        Job("tastes", tastes.turn, 1.0, _lease(stores, "{tastes}:keeper", 60.0), deadline=ALL_PRODUCTS),
        Job(
            "trending",
            trending_keeper(stores, counter).turn,
            settings.trending_seconds,
            _lease(stores, "{trending}:keeper", 60.0),
            deadline=ALL_PRODUCTS,
        ),
        # Marks every page once, so that none misses what was published while no worker ran.
        Job("homepage-marks", marker.mark_all, None),
        Job("homepage-builder", homepage_builder(stores).turn, 0.2, deadline=PROVIDER),
        Job("homepage-schedule", publisher.publish, 1.0),
        Job("homepage-behind", publisher.mark_behind, 30.0, backoff=LATER),
        Job("menu-edits", EditSweep(menu_service(stores).announce_edits).turn, 15.0, backoff=LATER),
        Job("product-edits", EditSweep(product_service(stores).announce_edits).turn, 15.0, backoff=LATER),
        Job(
            "list-orders",
            list_orders(stores),
            60.0,
            _lease(stores, "{lists}:orders", 60.0),
            backoff=LATER,
            deadline=ALL_PRODUCTS,
        ),
        Job("flash-sales", flash_sale_sweep(stores).turn, 1.0, backoff=SOON, deadline=PROVIDER),
        Job("order-holds", sweeps.end_holds, settle, backoff=SOON, deadline=PROVIDER),
        Job("order-payments", sweeps.settle_waiting, settle, backoff=SOON, deadline=PROVIDER),
        Job("late-payments", sweeps.settle_late, settle, backoff=SOON, deadline=PROVIDER),
        Job("refunds", sweeps.settle_refunds, settle, backoff=SOON, deadline=PROVIDER),
        *outgoing_webhooks(stores),
        *mail,
        Job("webhooks", webhook_service(stores).forget_old, HOUR, backoff=LATER, deadline=PROVIDER),
        *expiry_jobs(settings, stores.database, lambda key: _lease(stores, key, 60.0), LATER),
        reconciler_job(reconciler(stores, gentle), _lease(stores, "{check}:lease", reconcile), reconcile),
    ]


def relay_job(stores: Stores) -> Job:
    """Publishes the outbox."""
    lease = _lease(stores, "{events}:relay", relay.LEASE_SECONDS)
    turn = relay.Relay(stores.database, stores.stream).turn
    return Job("relay", turn, relay.IDLE_SECONDS, lease, deadline=relay.DEADLINE_SECONDS)


def consumer_job(stores: Stores, subscription: Subscription, name: str) -> Job:
    """Handles the events of a group."""
    limits, lease = subscription.limits, None
    if subscription.one_at_a_time:
        lease = _lease(stores, f"{{events}}:group:{subscription.group}", limits.lease_seconds)
    turn = Consumer(stores.stream, subscription, name).turn
    return Job(f"events-{subscription.group}", turn, 0.0, lease, deadline=limits.deadline_seconds)


def reconciler(stores: Stores, gentle: Stores) -> Reconciler:
    """Compares the stores."""
    return Reconciler(lambda: compare(gentle, COMPARED_PAYMENTS), stores.check_runs)


def _lease(stores: Stores, key: str, seconds: float) -> Lease:
    return Lease(stores.redis, f"{stores.settings.prefix}{key}", seconds)


def search_indexer(stores: Stores) -> Indexer:
    """Writes products into the search index."""
    return Indexer(stores.search, stores.catalog, stores.content, stores.territories.default)


def availability_keeper(stores: Stores) -> AvailabilityKeeper:
    """Records which products are sold out."""
    return AvailabilityKeeper(stores.availability, stores.catalog, stores.territories.default)


def taste_keeper(stores: Stores) -> TasteKeeper:
    """Copies what accounts have hidden and bought."""
    database = stores.database
    service = DislikeService(database, stores.tastes)
    return TasteKeeper(stores.tastes, Dislikes(database), Purchases(database), service)


def page_marker(stores: Stores) -> PageMarker:
    """Marks homepages to be built."""
    return PageMarker(stores.homepage_marks, HomepageIndex(stores.redis, stores.settings.prefix), stores.territories)


def homepage_builder(stores: Stores) -> HomepageBuilder:
    """Builds marked homepages."""
    return HomepageBuilder(
        stores.homepage_marks,
        stores.homepage_documents,
        stores.homepage_records,
        composer(stores),
        stores.territories,
        stores.redis,
        stores.settings.prefix,
        apart_seconds=stores.settings.homepage_apart_seconds,
    )


def homepage_publisher(stores: Stores) -> HomepagePublisher:
    """Publishes homepages on schedule."""
    return HomepagePublisher(
        homepage_service(stores),
        stores.homepage_documents,
        stores.homepage_records,
        stores.homepage_marks,
        stores.territories,
    )


def menu_service(stores: Stores) -> MenuService:
    """Announces edits of menus."""
    return MenuService(stores.database, ContentEdits(stores.documents), Menus(stores.documents))


def product_service(stores: Stores) -> CatalogService:
    """Announces edits of products."""
    return CatalogService(stores.database, ContentEdits(stores.documents))


def list_orders(stores: Stores) -> Callable[[], Awaitable[int]]:
    """Computes what lists are in the order of, where it is missing or old."""
    return partial(ListOrders(stores.database.dialect, stores.territories).catch_up, stores.database)


def flash_sale_sweep(stores: Stores) -> FlashSaleSweep:
    """Starts and ends flash sales."""
    return FlashSaleSweep(
        FlashSales(stores.database, stores.territories),
        FlashSaleService(stores.database, stores.territories.default.currency),
    )


def outgoing_webhooks(stores: Stores) -> list[Job]:
    """Sends webhooks."""
    database, signer = stores.database, webhook_signer(stores.settings)
    bodies = webhook_bodies(database, stores.catalog, stores.content, stores.territories)
    queue = DeliveryQueue(database)
    return webhook_jobs(queue, WebhookDeliverer(database, queue, bodies, signer, stores.webhook_endpoints))


def webhook_service(stores: Stores) -> WebhookService:
    """Keeps the ids of handled webhooks."""
    return WebhookService(stores.database, stores.payments.name, OrderService(stores.database))


def order_sweeps(stores: Stores) -> Sweeps:
    """Ends holds, settles payments and refunds."""
    orders = OrderService(stores.database)
    return Sweeps(
        stores.orders,
        payment_service(stores.settings, stores.payments, stores.orders, orders),
        RefundService(stores.database, stores.payments, orders),
        age_seconds=stores.settings.settle_after_seconds,
    )


def trending_counter(stores: Stores) -> TrendingCounter:
    """Counts sales for the rankings."""
    return TrendingCounter(
        stores.orders,
        SalesHistory(stores.database, stores.territories),
        stores.trending,
        stores.territories,
        stores.settings.trending_half_life_days,
    )


def trending_keeper(stores: Stores, counter: TrendingCounter) -> TrendingKeeper:
    """Computes the rankings."""
    return TrendingKeeper(counter, stores.trending, stores.catalog, stores.stream, stores.territories)
