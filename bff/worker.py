"""One worker process: the outbox relay, a consumer of each group, the homepage builder, sweeps and the reconciler."""

import asyncio
import os
import signal
import socket
from collections.abc import Awaitable, Callable

import structlog

from bff.settings.variables import Settings
from bff.stores.wiring import Stores, compared, composer, homepage_service, open_stores
from datasources.consistency.check import compare
from datasources.content.edits import ContentEdits
from datasources.flash_sales.sales import FlashSales
from datasources.homepage.index import HomepageIndex
from datasources.kit.lease import Lease
from datasources.kit.redis import ERRORS
from datasources.trending.sales_history import SalesHistory
from domain.kit.ids import new_secret
from services.catalog.products import CatalogService
from services.content import MenuService
from services.flash_sales.planning import FlashSaleService
from services.orders.payment_outcomes import OrderService
from services.orders.refunds import RefundService
from services.payments.charges import PaymentService
from services.payments.webhooks import WebhookService
from workers.catalog import LostEvents, SalesCounter
from workers.consistency import Reconciler
from workers.content import EditSweep
from workers.flash_sales import FlashSaleSweep
from workers.homepage.builder import HomepageBuilder
from workers.homepage.marker import PageMarker
from workers.homepage.schedule import HomepagePublisher
from workers.inventory import AvailabilityKeeper
from workers.kit.consumers import Consumer, Subscription
from workers.kit.pauses import Pauses
from workers.kit.relay import Relay
from workers.orders import Sweeps
from workers.payments import WebhookSweep
from workers.search import Indexer
from workers.topology import Handlers, subscriptions
from workers.trending import TrendingCounter, TrendingKeeper

logger = structlog.get_logger(__name__)

DRAIN_SECONDS = 12.0
# Payments that the reconciler asks the provider about in one run, the newest; `storefront check` asks about all.
COMPARED_PAYMENTS = 1_000
Job = Callable[[asyncio.Event], Awaitable[None]]


async def run(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT, then finishes what is at hand; what takes longer than 12 seconds is cut off.

    What is cut off was not finished for the stream and comes back to another worker.
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
    """Runs every job over open stores until told to stop."""
    name = f"{socket.gethostname()}-{os.getpid()}-{new_secret()[:8]}"
    logger.info("worker_started", worker=name)
    try:
        async with compared(stores) as gentle, asyncio.timeout(None) as deadline, asyncio.TaskGroup() as group:
            for job in (*jobs(stores, name), reconciler(gentle).run):
                group.create_task(_run(job, stopping))
            await stopping.wait()
            logger.info("worker_stopping", worker=name)
            deadline.reschedule(asyncio.get_running_loop().time() + DRAIN_SECONDS)
    except TimeoutError:
        logger.warning("worker_cut_off", worker=name)
    else:
        logger.info("worker_stopped", worker=name)


async def _run(job: Job, stopping: asyncio.Event) -> None:
    await job(stopping)


def jobs(stores: Stores, name: str) -> list[Job]:
    """Everything that a worker does, each until told to stop."""
    prefix = stores.settings.prefix
    marks = stores.homepage_marks
    marker = PageMarker(marks, HomepageIndex(stores.redis, prefix), stores.territories)
    indexer = Indexer(stores.search, stores.catalog, stores.content, stores.territories.default)
    counter = trending_counter(stores)
    keeper = AvailabilityKeeper(stores.availability, stores.catalog, stores.territories.default, stores.redis, prefix)
    sales = SalesCounter(stores.database, stores.orders)
    handlers = Handlers(LostEvents(stores.database), sales, indexer, counter, marker, keeper)
    builder = HomepageBuilder(
        marks,
        stores.homepage_documents,
        stores.homepage_records,
        composer(stores),
        stores.territories,
        stores.redis,
        prefix,
        apart_seconds=stores.settings.homepage_apart_seconds,
    )
    publisher = HomepagePublisher(
        homepage_service(stores), stores.homepage_documents, stores.homepage_records, marks, stores.territories
    )
    orders = OrderService(stores.database)
    payments = PaymentService(stores.payments, stores.orders, orders)
    webhooks = WebhookService(stores.database, stores.payments.name, orders)
    sweeps = Sweeps(
        stores.orders,
        payments,
        RefundService(stores.database, stores.payments, orders),
        age_seconds=stores.settings.settle_after_seconds,
        every_seconds=stores.settings.settle_every_seconds,
    )
    return [
        Relay(stores.database, stores.stream, stores.redis, prefix).run,
        *(_consumer(stores, subscription, name).run for subscription in subscriptions(handlers)),
        indexer.keep,
        trending_keeper(stores, counter).run,
        keeper.keep,
        lambda stopping: _mark_all(marker, stopping),
        builder.run,
        publisher.run,
        WebhookSweep(webhooks).run,
        edit_sweep(stores).run,
        FlashSaleSweep(
            FlashSales(stores.database, stores.territories),
            FlashSaleService(stores.database, stores.territories.default.currency),
        ).run,
        sweeps.run,
    ]


def trending_counter(stores: Stores) -> TrendingCounter:
    """Counts what sells."""
    return TrendingCounter(
        stores.orders,
        SalesHistory(stores.database, stores.territories),
        stores.trending,
        stores.territories,
        stores.settings.trending_half_life_days,
    )


def trending_keeper(stores: Stores, counter: TrendingCounter) -> TrendingKeeper:
    """Ranks what sells."""
    return TrendingKeeper(
        counter,
        stores.trending,
        stores.catalog,
        stores.stream,
        stores.territories,
        stores.redis,
        stores.settings.prefix,
        every_seconds=stores.settings.trending_seconds,
    )


def edit_sweep(stores: Stores) -> EditSweep:
    """Follows up edits of documents."""
    edits = ContentEdits(stores.documents)
    return EditSweep(MenuService(stores.database, edits), CatalogService(stores.database, edits))


def reconciler(stores: Stores) -> Reconciler:
    """The job that compares these stores."""
    return Reconciler(
        lambda: compare(stores, COMPARED_PAYMENTS),
        stores.check_runs,
        stores.redis,
        stores.settings.prefix,
        every_seconds=stores.settings.reconcile_seconds,
    )


def _consumer(stores: Stores, subscription: Subscription, name: str) -> Consumer:
    lease = None
    if subscription.one_at_a_time:
        key = f"{stores.settings.prefix}{{events}}:group:{subscription.group}"
        lease = Lease(stores.redis, key, subscription.limits.idle_seconds * 1.5)
    return Consumer(stores.stream, subscription, name, lease)


async def _mark_all(marker: PageMarker, stopping: asyncio.Event) -> None:
    """Has every page built once, so that none is missing that was published while no worker ran."""
    pauses = Pauses(stopping)
    while not stopping.is_set():
        try:
            await marker.mark_all()
            return
        except ERRORS:
            await pauses.after_failure()
