"""Opens every store that the settings name and hands out the batch classes over them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from bff.settings.variables import Settings
from bff.stores.homepage import report_missing
from bff.stores.payments import payment_provider
from bff.stores.webhooks import webhook_endpoints
from datasources.accounts.customers import Accounts
from datasources.cart import Carts
from datasources.catalog.reads import Catalog
from datasources.checkout.gate import StockGate
from datasources.consistency.paced_reads import GentleDatabase
from datasources.consistency.runs import CheckRuns
from datasources.content.reads import Content
from datasources.flash_sales.listings import ShownSales
from datasources.homepage.builds import HomepageBuilds
from datasources.homepage.copies import HomepageCopies
from datasources.homepage.documents import HomepageDocuments
from datasources.homepage.marks import HomepageMarks
from datasources.homepage.records import HomepageRecords
from datasources.inventory.availability import Availability
from datasources.kit import redis
from datasources.kit.allowances import Allowances
from datasources.kit.caches import MemoryBudget
from datasources.kit.database import Database
from datasources.kit.dead_letters import DeadLetters
from datasources.kit.documents import Documents
from datasources.kit.limits import Limits
from datasources.kit.run_counts import RunCounts
from datasources.kit.stream import EventStream
from datasources.orders.reads import Orders
from datasources.personal.tastes import Tastes
from datasources.search import engines as search
from datasources.trending.rankings import Trending
from datasources.webhooks.endpoints import WebhookEndpoints
from domain.kit.ids import give_out
from domain.payments.records import PaymentProvider
from domain.search import SearchEngine
from domain.territories.markets import Territories
from services.homepage.catalog_checks import PageReferences
from services.homepage.compose.page import Composer
from services.homepage.editing import HomepageService


@dataclass(frozen=True, slots=True)
class Stores:
    """Open connections and the classes that read through them, one of each per process."""

    settings: Settings
    territories: Territories
    memory: MemoryBudget
    database: Database
    documents: Documents
    redis: redis.Client
    search: SearchEngine
    stream: EventStream
    catalog: Catalog
    content: Content
    carts: Carts
    orders: Orders
    accounts: Accounts
    homepage_documents: HomepageDocuments
    homepage_records: HomepageRecords
    homepage_marks: HomepageMarks
    homepage_builds: HomepageBuilds
    trending: Trending
    homepage_copies: HomepageCopies
    availability: Availability
    stock_gate: StockGate
    tastes: Tastes
    payments: PaymentProvider
    check_runs: CheckRuns
    job_runs: RunCounts
    dead_letters: DeadLetters
    limits: Limits
    allowances: Allowances
    webhook_endpoints: WebhookEndpoints


@asynccontextmanager
async def open_stores(settings: Settings) -> AsyncIterator[Stores]:
    """Connects lazily: a store that is down fails its first use, not the start."""
    give_out(settings.id_prefix)
    territories, memory = settings.markets(), MemoryBudget(settings.cache_bytes)
    async with AsyncExitStack() as stack:
        database = Database(
            settings.database_url.get_secret_value(), pool=settings.database_pool, deadline=settings.store_seconds
        )
        stack.push_async_callback(database.close)
        documents = Documents(
            settings.mongo_url.get_secret_value(), settings.mongo_database, deadline=settings.store_seconds
        )
        stack.push_async_callback(documents.close)
        cache = redis.connect(settings.redis_url.get_secret_value())
        stack.push_async_callback(cache.close)
        engine = search.search_engine(
            settings.search_url, settings.search_key.get_secret_value(), settings.prefix, settings.store_seconds
        )
        stack.push_async_callback(engine.close)
        payments = payment_provider(settings)
        stack.push_async_callback(payments.close)
        stream = EventStream(cache, settings.prefix)
        records, availability = HomepageRecords(cache, settings.prefix), Availability(cache, settings.prefix)
        missing_seconds = settings.homepage_missing_seconds
        missing = report_missing(records, stream, missing_seconds)
        copies = HomepageCopies(cache, records, availability, missing, memory, missing_seconds=missing_seconds)
        stack.push_async_callback(copies.close)
        secret = settings.token_secret.get_secret_value()
        limits = Limits(cache, settings.prefix, secret, shared=settings.shared_networks, factors=settings.limits)
        allowances = Allowances(limits)
        stack.push_async_callback(allowances.close)
        gate = StockGate(cache, settings.prefix)
        stack.push_async_callback(gate.close)
        endpoints = webhook_endpoints(settings)
        stack.push_async_callback(endpoints.close)
        yield Stores(
            settings=settings,
            territories=territories,
            memory=memory,
            database=database,
            documents=documents,
            redis=cache,
            search=engine,
            stream=stream,
            catalog=Catalog(database, territories),
            content=Content(documents),
            carts=Carts(database),
            orders=Orders(database),
            accounts=Accounts(database),
            homepage_documents=HomepageDocuments(documents, territories.default.code),
            homepage_records=records,
            homepage_copies=copies,
            availability=availability,
            stock_gate=gate,
            tastes=Tastes(cache, settings.prefix),
            homepage_marks=HomepageMarks(cache, settings.prefix),
            homepage_builds=HomepageBuilds(cache, settings.prefix),
            trending=Trending(cache, settings.prefix),
            payments=payments,
            check_runs=CheckRuns(cache, settings.prefix),
            job_runs=RunCounts(cache, f"{settings.prefix}{{workers}}:runs"),
            dead_letters=DeadLetters(cache, stream),
            limits=limits,
            allowances=allowances,
            webhook_endpoints=endpoints,
        )


@asynccontextmanager
async def compared(stores: Stores) -> AsyncIterator[Stores]:
    """The same stores, but with a `GentleDatabase`, for comparisons that read all rows."""
    database = GentleDatabase(stores.settings.database_url.get_secret_value())
    try:
        yield replace(stores, database=database)
    finally:
        await database.close()


def homepage_service(stores: Stores) -> HomepageService:
    """Edits, publishes and schedules homepages."""
    known = PageReferences(stores.catalog, stores.content)
    return HomepageService(stores.database, stores.homepage_documents, known, stores.territories)


def composer(stores: Stores) -> Composer:
    """Composes homepages."""
    return Composer(stores.catalog, stores.content, stores.trending, ShownSales(stores.database, stores.territories))
