"""What all requests of a process share: the shop's reads and services."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from datasources.accounts.customers import Accounts
from datasources.cart import Carts
from datasources.catalog.reads import Catalog
from datasources.content.menus import Menus
from datasources.content.reads import Content
from datasources.discounts.codes import Discounts
from datasources.discounts.usages import Usages
from datasources.flash_sales.sales import FlashSales
from datasources.homepage.copies import HomepageCopies
from datasources.homepage.documents import HomepageDocuments
from datasources.inventory.locations import Locations
from datasources.kit.database import Database
from datasources.kit.limits import Limits
from datasources.kit.stream import EventStream
from datasources.mail.templates import MailTemplates
from datasources.orders.fulfillments import Fulfillments
from datasources.orders.lives import OrderLives
from datasources.orders.reads import Orders
from datasources.orders.refunds import Refunds
from datasources.personal.dislikes import Dislikes
from datasources.personal.tastes import Tastes
from datasources.search.texts import IndexedWords
from datasources.wishlist import Wishlists
from domain.homepage.keys import HomepageKey
from domain.homepage.serving import ServedHomepage
from domain.kit.urls import ShopUrls
from domain.search import SearchEngine, UnavailableProducts
from domain.territories.markets import Territories
from resolvers.kit.cookies import Cookies
from services.accounts.activation import ActivationService
from services.accounts.address_book import AddressBookService
from services.accounts.devices import Devices
from services.accounts.known_devices import KnownDevices
from services.accounts.profile import ProfileService
from services.accounts.recovery import RecoveryService
from services.accounts.sign_in import AccountService
from services.accounts.tokens import Tokens
from services.accounts.verification import VerificationService
from services.cart.delivery import CartDeliveryService
from services.cart.lines import CartService
from services.catalog.limits import VariantService
from services.catalog.products import CatalogService
from services.checkout.retries import PaymentRetries
from services.checkout.submit import CheckoutService
from services.content import MenuService
from services.discounts.changes import DiscountService
from services.flash_sales.planning import FlashSaleService
from services.homepage.editing import HomepageService
from services.inventory.levels import InventoryService
from services.inventory.locations import LocationService
from services.mail.resending import MailService
from services.mail.templating import MailTemplateService
from services.orders.life import OrderLifeService
from services.personal.dislikes import DislikeService
from services.personal.tracking import TrackingService
from services.webhooks.subscriptions import WebhookSubscriptionService
from services.wishlist.lists import WishlistService


@dataclass(frozen=True, slots=True)
class Reads:
    """Batch reads, shared by all requests of a process."""

    database: Database
    accounts: Accounts
    carts: Carts
    catalog: Catalog
    content: Content
    discounts: Discounts
    dislikes: Dislikes
    flash_sales: FlashSales
    fulfillments: Fulfillments
    homepage: HomepageCopies
    homepage_documents: HomepageDocuments
    locations: Locations
    mail_templates: MailTemplates
    menus: Menus
    order_lives: OrderLives
    orders: Orders
    refunds: Refunds
    search: SearchEngine
    stream: EventStream
    tastes: Tastes
    usages: Usages
    wishlists: Wishlists


@dataclass(frozen=True, slots=True)
class OwnerServices:
    """What the owners of accounts do with them."""

    address_book: AddressBookService
    profile: ProfileService
    recovery: RecoveryService
    verification: VerificationService


@dataclass(frozen=True, slots=True)
class Services:
    """Writes, shared by all requests of a process."""

    accounts: AccountService
    activation: ActivationService
    cart: CartService
    cart_delivery: CartDeliveryService
    catalog: CatalogService
    checkout: CheckoutService
    devices: Devices
    discounts: DiscountService
    dislikes: DislikeService
    flash_sales: FlashSaleService
    homepage: HomepageService
    inventory: InventoryService
    known_devices: KnownDevices
    limits: Limits
    locations: LocationService
    mail_templates: MailTemplateService
    mails: MailService
    menus: MenuService
    order_life: OrderLifeService
    owners: OwnerServices
    retries: PaymentRetries
    tokens: Tokens
    tracking: TrackingService
    variants: VariantService
    webhooks: WebhookSubscriptionService
    wishlists: WishlistService


@dataclass(frozen=True, slots=True)
class ShopContext:
    """The parts that all requests share.

    `public_url` is the address of this API, `urls` are those of pages, files and checkout. Where one is empty, the
    address of the request stands in. `homepage_missed` counts pages that could not be answered, `homepage_stale` those
    answered from an old copy.
    `preview` composes the draft of a page, else the published version. `unavailable_products` is what searches do with
    sold-out products unless a client says otherwise.
    """

    reads: Reads
    services: Services
    territories: Territories
    public_url: str
    urls: ShopUrls
    homepage_missing_seconds: int
    homepage_missed: Callable[[HomepageKey], None]
    homepage_stale: Callable[[HomepageKey], None]
    preview: Callable[[HomepageKey, datetime], Awaitable[ServedHomepage | None]]
    unavailable_products: UnavailableProducts
    words: IndexedWords
    cookies: Cookies = Cookies()
