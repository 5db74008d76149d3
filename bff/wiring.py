"""Opens every store that the settings name and hands out the batch classes over them."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from bff.payments import payment_provider
from bff.settings import Settings
from datasources import redis, search
from datasources.accounts import Accounts
from datasources.availability import Availability
from datasources.cart import Carts
from datasources.catalog import Catalog
from datasources.consistency.gently import GentleDatabase
from datasources.consistency.runs import CheckRuns
from datasources.content import Content
from datasources.content_store import ContentStore
from datasources.discounts import Discounts
from datasources.flash_sales import FlashSales
from datasources.flash_sales_shown import ShownSales
from datasources.fulfillments import Fulfillments
from datasources.homepage import HomepageRecords
from datasources.homepage_builds import HomepageBuilds
from datasources.homepage_copies import HomepageCopies, Report
from datasources.homepage_documents import HomepageDocuments
from datasources.homepage_marks import HomepageMarks
from datasources.locations import Locations
from datasources.menus import MenuStore
from datasources.mongo import Documents
from datasources.mysql import Database
from datasources.order_lives import OrderLives
from datasources.orders import Orders
from datasources.refunds import Refunds
from datasources.stock_gate import StockGate
from datasources.stream import EventStream
from datasources.tastes import Tastes
from datasources.trending import Trending
from datasources.usages import Usages
from domain.events import HomepageMissing
from domain.homepage import HomepageKey
from domain.payments import PaymentProvider
from domain.search import SearchEngine
from domain.territories import Territories
from resolvers.context import Reads, Services, ShopContext
from services.accounts import AccountService
from services.cart import CartService
from services.cart_delivery import CartDeliveryService
from services.catalog import CatalogService
from services.checkout import CheckoutService
from services.devices import Devices
from services.discounts import DiscountService
from services.flash_sales import FlashSaleService
from services.homepage import HomepageService
from services.homepage_catalog import PageReferences
from services.inventory import InventoryService
from services.locations import LocationService
from services.menus import MenuService
from services.order_life import OrderLifeService
from services.orders import OrderService
from services.passwords import Passwords
from services.payments import PaymentService
from services.personal import PersonalService
from services.refunds import RefundService
from services.tokens import Tokens
from services.variants import VariantService
from workers.homepage_page import Composer
from workers.homepage_preview import Preview


@dataclass(frozen=True, slots=True)
class Stores:
    """Open connections and the classes that read through them, one of each per process."""

    settings: Settings
    territories: Territories
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
    payments: PaymentProvider
    check_runs: CheckRuns


@asynccontextmanager
async def open_stores(settings: Settings) -> AsyncIterator[Stores]:
    """Connects lazily: a store that is down fails the first question to it, not the start."""
    territories = settings.markets()
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
        records = HomepageRecords(cache, settings.prefix)
        availability = Availability(cache, settings.prefix)
        missing_seconds = settings.homepage_missing_seconds
        missing = report_missing(records, stream, missing_seconds)
        copies = HomepageCopies(cache, records, availability, missing, missing_seconds=missing_seconds)
        stack.push_async_callback(copies.close)
        gate = StockGate(cache, settings.prefix)
        stack.push_async_callback(gate.close)
        yield Stores(
            settings=settings,
            territories=territories,
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
            homepage_marks=HomepageMarks(cache, settings.prefix),
            homepage_builds=HomepageBuilds(cache, settings.prefix),
            trending=Trending(cache, settings.prefix),
            payments=payments,
            check_runs=CheckRuns(cache, settings.prefix),
        )


@asynccontextmanager
async def compared(stores: Stores) -> AsyncIterator[Stores]:
    """The same stores, but rows are read as a comparison of all of them should read: gently and with patience."""
    database = GentleDatabase(stores.settings.database_url.get_secret_value())
    try:
        yield replace(stores, database=database)
    finally:
        await database.close()


def report_missing(records: HomepageRecords, stream: EventStream, seconds: int) -> Report:
    """Asks the workers for a page without a record: one process of the fleet does it, once per `seconds`."""

    async def report(key: HomepageKey) -> None:
        if await records.missing_once(key, seconds):
            await stream.publish([HomepageMissing(key.territory, key.platform.value)])

    return report


def shop_context(
    stores: Stores, homepage_missed: Callable[[HomepageKey], None], homepage_stale: Callable[[HomepageKey], None]
) -> ShopContext:
    """What resolvers are given, over open stores."""
    settings, database = stores.settings, stores.database
    secret = settings.token_secret.get_secret_value()
    tokens, tastes = Tokens(secret, settings.token_minutes), Tastes(stores.redis, settings.prefix)
    orders = OrderService(database)
    payments = PaymentService(stores.payments, stores.orders, orders)
    carts = CartService(database, stores.catalog, stores.territories, stores.stock_gate)
    checkout = CheckoutService(
        database,
        stores.catalog,
        stores.territories,
        payments,
        hold_seconds=settings.hold_seconds,
        gate=stores.stock_gate,
        queue=settings.submit_queue,
    )
    return ShopContext(
        reads=Reads(
            database=database,
            accounts=stores.accounts,
            carts=stores.carts,
            catalog=stores.catalog,
            content=stores.content,
            discounts=Discounts(database),
            flash_sales=FlashSales(database, stores.territories),
            fulfillments=Fulfillments(database),
            homepage=stores.homepage_copies,
            homepage_documents=stores.homepage_documents,
            locations=Locations(database),
            order_lives=OrderLives(database),
            orders=stores.orders,
            refunds=Refunds(database),
            search=stores.search,
            stream=stores.stream,
            tastes=tastes,
            usages=Usages(database),
        ),
        services=Services(
            accounts=AccountService(database, Passwords(), tokens),
            cart=carts,
            cart_delivery=CartDeliveryService(carts, checkout.busy),
            catalog=CatalogService(database, stores.content, ContentStore(stores.documents)),
            checkout=checkout,
            devices=Devices(secret),
            discounts=DiscountService(database, stores.territories.default.currency),
            flash_sales=FlashSaleService(database, stores.territories.default.currency),
            homepage=homepage_service(stores),
            inventory=InventoryService(database),
            locations=LocationService(database, stores.territories),
            menus=MenuService(database, MenuStore(stores.documents)),
            order_life=OrderLifeService(database, orders, RefundService(database, stores.payments, orders)),
            personal=PersonalService(tastes),
            tokens=tokens,
            variants=VariantService(database),
        ),
        territories=stores.territories,
        public_url=settings.public_url.rstrip("/"),
        homepage_missing_seconds=settings.homepage_missing_seconds,
        homepage_missed=homepage_missed,
        homepage_stale=homepage_stale,
        preview=Preview(composer(stores), stores.homepage_documents, stores.territories).page,
    )


def homepage_service(stores: Stores) -> HomepageService:
    """Edits, publishes and schedules homepages."""
    references = PageReferences(stores.catalog, stores.content)
    return HomepageService(stores.database, stores.homepage_documents, references, stores.territories)


def composer(stores: Stores) -> Composer:
    """Composes homepages."""
    sales = ShownSales(stores.database, stores.territories)
    return Composer(stores.catalog, stores.content, stores.trending, sales)
