"""Webhook subscriptions, inserted as rows."""

import sqlalchemy as sa

from datasources import tables
from datasources.kit.database import Tx
from datasources.webhooks import subscriptions
from domain.kit.ids import new_secret
from domain.webhooks.records import API_VERSION, DeliveryState, WebhookSubscription
from domain.webhooks.topics import WebhookTopic
from tests.kit.factories.catalog import NOW

DONE_EVENT = "0123456789abcdef0123456789abcdef"
# Nothing listens there, and the shop refuses to connect.
NOWHERE = "https://127.0.0.1:9/hooks"


async def add_webhook(tx: Tx, topic: WebhookTopic = WebhookTopic.PRODUCTS_UPDATE, address: str = NOWHERE) -> int:
    """A subscription; its key."""
    origin = "/".join(address.split("/")[:3])
    return await subscriptions.insert(tx, WebhookSubscription(0, topic, address, API_VERSION, NOW, NOW, origin=origin))


async def add_done_webhook(tx: Tx) -> int:
    """A subscription whose endpoint took a delivery of `DONE_EVENT`."""
    key = await add_webhook(tx)
    row = {
        "subscription_id": key,
        "topic": WebhookTopic.PRODUCTS_UPDATE.value,
        "object_key": "products/42",
        "tags": [],
        "event_id": DONE_EVENT,
        "webhook_id": new_secret(),
        "state": DeliveryState.DONE.value,
        "attempts": 1,
        **dict.fromkeys(("occurred_at", "queued_at", "due_at", "finished_at"), NOW),
    }
    await tx.run(sa.insert(tables.webhook_deliveries).values(row))
    return key
