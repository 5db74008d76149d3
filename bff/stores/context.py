"""What resolvers share, over open stores."""

from collections.abc import Callable

from bff.stores.accounts import account_service, activation_service, owner_services
from bff.stores.mail import mail_template_service
from bff.stores.payments import payment_service
from bff.stores.webhooks import webhook_bodies, webhook_subscriptions
from bff.stores.wiring import Stores, composer, homepage_service
from datasources.content.edits import ContentEdits
from datasources.content.menus import Menus
from datasources.discounts.codes import Discounts
from datasources.discounts.usages import Usages
from datasources.flash_sales.sales import FlashSales
from datasources.inventory.locations import Locations
from datasources.mail.templates import MailTemplates
from datasources.orders.fulfillments import Fulfillments
from datasources.orders.lives import OrderLives
from datasources.orders.refunds import Refunds
from datasources.personal.dislikes import Dislikes
from datasources.search.texts import IndexedWords
from datasources.wishlist import Wishlists
from domain.homepage.keys import HomepageKey
from domain.kit.urls import ShopUrls
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
from services.homepage.compose.preview import Preview
from services.inventory.levels import InventoryService
from services.inventory.locations import LocationService
from services.mail.resending import MailService
from services.orders.life import OrderLifeService
from services.orders.payment_outcomes import OrderService
from services.orders.refunds import RefundService
from services.personal.dislikes import DislikeService
from services.personal.tracking import TrackingService
from services.wishlist.lists import WishlistService


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
            wishlists=Wishlists(database),
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
            wishlists=WishlistService(database, stores.catalog, carts),
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
