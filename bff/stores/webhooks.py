"""Outgoing webhooks over open stores."""

from urllib.parse import urlsplit

from bff.settings.variables import Settings
from datasources.accounts.customers import Accounts
from datasources.catalog.reads import Catalog
from datasources.content.reads import Content
from datasources.kit.database import Database
from datasources.orders.fulfillments import Fulfillments
from datasources.orders.lives import OrderLives
from datasources.orders.refunds import Refunds
from datasources.webhooks.endpoints import WebhookEndpoints
from datasources.webhooks.facts import WebhookFacts
from domain.territories.markets import Territories
from services.webhooks.bodies import BodyReads, WebhookBodies
from services.webhooks.cart_bodies import CartBodies
from services.webhooks.signing import WebhookKeys, WebhookSigner
from services.webhooks.subscriptions import WebhookSubscriptionService


def webhook_endpoints(settings: Settings) -> WebhookEndpoints:
    """Sends requests."""
    return WebhookEndpoints(private=settings.webhook_private_endpoints)


def webhook_signer(settings: Settings) -> WebhookSigner:
    """Signs requests; the shop's name is the host of its pages, else of this API."""
    keys = WebhookKeys(settings.webhook_secret.get_secret_value(), settings.webhook_secret_before.get_secret_value())
    host = urlsplit(settings.site_url or settings.public_url).hostname
    return WebhookSigner(keys, host or "localhost")


def webhook_bodies(database: Database, catalog: Catalog, content: Content, territories: Territories) -> WebhookBodies:
    """Reads what requests contain."""
    orders = (OrderLives(database), Fulfillments(database), Refunds(database))
    carts = CartBodies(database, catalog, territories)
    return WebhookBodies(BodyReads(catalog, content, Accounts(database), *orders, WebhookFacts(database), carts))


def webhook_subscriptions(
    settings: Settings, database: Database, endpoints: WebhookEndpoints, bodies: WebhookBodies
) -> WebhookSubscriptionService:
    """Changes by staff."""
    private = settings.webhook_private_endpoints
    return WebhookSubscriptionService(database, endpoints, webhook_signer(settings), bodies, private=private)
