"""Opens every store that the settings name and hands out the batch classes over them."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from bff.settings.variables import Settings
from bff.stores.accounts import account_service, activation_service, owner_services
from bff.stores.homepage import report_missing
from bff.stores.mail import mail_template_service
from bff.stores.payments import payment_provider, payment_service
from bff.stores.webhooks import webhook_bodies, webhook_endpoints, webhook_subscriptions
from datasources.accounts.customers import Accounts
from datasources.cart import Carts
from datasources.catalog.reads import Catalog
from datasources.checkout.gate import StockGate
from datasources.consistency.paced_reads import GentleDatabase
from datasources.consistency.runs import CheckRuns
from datasources.content.edits import ContentEdits
from datasources.content.menus import Menus
from datasources.content.reads import Content
from datasources.discounts.codes import Discounts
from datasources.discounts.usages import Usages
from datasources.flash_sales.listings import ShownSales
from datasources.flash_sales.sales import FlashSales
from datasources.homepage.builds import HomepageBuilds
from datasources.homepage.copies import HomepageCopies
from datasources.homepage.documents import HomepageDocuments
from datasources.homepage.marks import HomepageMarks
from datasources.homepage.records import HomepageRecords
from datasources.inventory.availability import Availability
from datasources.inventory.locations import Locations
from datasources.kit import redis
from datasources.kit.allowances import Allowances
from datasources.kit.caches import MemoryBudget
from datasources.kit.database import Database
from datasources.kit.dead_letters import DeadLetters
from datasources.kit.documents import Documents
from datasources.kit.limits import Limits
from datasources.kit.run_counts import RunCounts
from datasources.kit.stream import EventStream
from datasources.mail.templates import MailTemplates
from datasources.orders.fulfillments import Fulfillments
from datasources.orders.lives import OrderLives
from datasources.orders.reads import Orders
from datasources.orders.refunds import Refunds
from datasources.personal.dislikes import Dislikes
from datasources.personal.tastes import Tastes
from datasources.search import engines as search
from datasources.search.texts import IndexedWords
from datasources.trending.rankings import Trending
from datasources.webhooks.endpoints import WebhookEndpoints
from domain.homepage.keys import HomepageKey
from domain.kit.ids import give_out
from domain.kit.urls import ShopUrls
from domain.payments.records import PaymentProvider
from domain.search import SearchEngine
from domain.territories.markets import Territories
from resolvers.kit.cookies import Cookies
from resolvers.shop import Reads, Services, ShopContext
from services.accounts.devices import Devices
from services.accounts.known_devices import KnownDevices
from services.accounts.passwords import Passwords
from services.accounts.tokens import Tokens
from services.cart.delivery import CartDeliveryService
from services.cart.lines import CartService
from services.catalog.limits import VariantService
from services.catalog.products import CatalogService
from services.checkout.attempt_limits import AttemptLimits
from services.checkout.retries import PaymentRetries
from services.checkout.submit import CheckoutService
from services.content import MenuService
from services.discounts.changes import DiscountService
from services.flash_sales.planning import FlashSaleService
from services.homepage.catalog_checks import PageReferences
from services.homepage.compose.page import Composer
from services.homepage.compose.preview import Preview
from services.homepage.editing import HomepageService
from services.inventory.levels import InventoryService
from services.inventory.locations import LocationService
from services.mail.resending import MailService
from services.orders.life import OrderLifeService
from services.orders.payment_outcomes import OrderService
from services.orders.refunds import RefundService
from services.personal.dislikes import DislikeService
from services.personal.tracking import TrackingService


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
    territories = settings.markets()
    memory = MemoryBudget(settings.cache_bytes)
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


def shop_context(
    stores: Stores, homepage_missed: Callable[[HomepageKey], None], homepage_stale: Callable[[HomepageKey], None]
) -> ShopContext:
    """The context for resolvers, over open stores."""
    settings, database = stores.settings, stores.database
    secret = settings.token_secret.get_secret_value()
    tokens, dislikes = Tokens(secret, settings.token_minutes), DislikeService(database, stores.tastes)
    orders, hashes = OrderService(database), Passwords()
    payments = payment_service(settings, stores.payments, stores.orders, orders)
    limits = AttemptLimits(stores.allowances)
    bodies = webhook_bodies(database, stores.catalog, stores.content, stores.territories)
    carts = CartService(database, stores.catalog, stores.territories, stores.stock_gate)
    checkout = CheckoutService(
        database,
        stores.catalog,
        stores.territories,
        payments,
        hold_seconds=settings.hold_seconds,
        gate=stores.stock_gate,
        queue=settings.submit_queue,
        limits=limits,
    )
    return ShopContext(
        reads=Reads(
            database=database,
            accounts=stores.accounts,
            carts=stores.carts,
            catalog=stores.catalog,
            content=stores.content,
            discounts=Discounts(database),
            dislikes=Dislikes(database),
            flash_sales=FlashSales(database, stores.territories),
            fulfillments=Fulfillments(database),
            homepage=stores.homepage_copies,
            homepage_documents=stores.homepage_documents,
            locations=Locations(database),
            mail_templates=MailTemplates(stores.documents),
            menus=Menus(stores.documents),
            order_lives=OrderLives(database),
            orders=stores.orders,
            refunds=Refunds(database),
            search=stores.search,
            stream=stores.stream,
            tastes=stores.tastes,
            usages=Usages(database),
        ),
        services=Services(
            accounts=account_service(database, settings, stores.limits, hashes),
            activation=activation_service(database, settings, hashes),
            cart=carts,
            cart_delivery=CartDeliveryService(carts.quoted, checkout.busy),
            catalog=CatalogService(database, ContentEdits(stores.documents)),
            checkout=checkout,
            devices=Devices(secret),
            dislikes=dislikes,
            discounts=DiscountService(database, stores.territories.default.currency),
            flash_sales=FlashSaleService(database, stores.territories.default.currency),
            homepage=homepage_service(stores),
            inventory=InventoryService(database),
            known_devices=KnownDevices(secret),
            limits=stores.limits,
            locations=LocationService(database, stores.territories),
            mail_templates=mail_template_service(settings, database, stores.documents, stores.territories),
            mails=MailService(database),
            menus=MenuService(database, ContentEdits(stores.documents), Menus(stores.documents)),
            order_life=OrderLifeService(database, orders, RefundService(database, stores.payments, orders)),
            owners=owner_services(database, settings, hashes),
            retries=PaymentRetries(database, stores.territories, payments, limits),
            tokens=tokens,
            tracking=TrackingService(stores.tastes, dislikes, stores.limits),
            variants=VariantService(database),
            webhooks=webhook_subscriptions(settings, database, stores.webhook_endpoints, bodies),
        ),
        territories=stores.territories,
        public_url=settings.public_url,
        urls=ShopUrls(settings.site_url, settings.files_url, settings.checkout_url),
        homepage_missing_seconds=settings.homepage_missing_seconds,
        unavailable_products=settings.search_unavailable,
        words=IndexedWords(stores.memory),
        homepage_missed=homepage_missed,
        homepage_stale=homepage_stale,
        preview=Preview(composer(stores), stores.homepage_documents, stores.territories).page,
        cookies=Cookies(only_bound=settings.is_production),
    )


def homepage_service(stores: Stores) -> HomepageService:
    """Edits, publishes and schedules homepages."""
    known = PageReferences(stores.catalog, stores.content)
    return HomepageService(stores.database, stores.homepage_documents, known, stores.territories)


def composer(stores: Stores) -> Composer:
    """Composes homepages."""
    return Composer(stores.catalog, stores.content, stores.trending, ShownSales(stores.database, stores.territories))
