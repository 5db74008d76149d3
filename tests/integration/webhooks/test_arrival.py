"""A change by staff reaches a subscribed endpoint over the outbox, the stream, the group and the queue."""

import base64
from dataclasses import replace

import pytest

from bff.worker import consumer_job, outgoing_webhooks
from datasources.webhooks.endpoints import WebhookEndpoints
from domain.accounts import Permission
from domain.webhooks.topics import WebhookTopic
from tests.kit.factories.catalog import add_collection
from tests.kit.factories.webhooks import add_webhook
from tests.kit.fixtures.graphql_api import Api
from tests.kit.webhook_receiver import Receiver
from tests.kit.webhooks import hmac_sha256
from workers.kit.consumers import BatchLimits, Subscription
from workers.kit.relay import Relay
from workers.topology import WEBHOOKS
from workers.webhooks.expander import WEBHOOK_EVENTS, WebhookExpander

RENAME = 'mutation ($id: ID!) { productUpdate(product: { id: $id, title: "Harbour" }) { userErrors { code } } }'
HIDE = "mutation ($id: ID!) { productUpdate(product: { id: $id, status: DRAFT }) { userErrors { code } } }"
TAKE = (
    'mutation ($id: ID!) { inventoryAdjustQuantities(input: { reason: "count",'
    " changes: [{ variantId: $id, delta: -3 }] }) { userErrors { code } } }"
)


async def one_round(api: Api) -> None:
    """One turn of each job on the way: their pauses add up to less than half a second."""
    stores = replace(api.stores, webhook_endpoints=WebhookEndpoints(private=True))
    await Relay(stores.database, stores.stream).turn()
    limits = BatchLimits(batch=1_000)
    group = Subscription(WEBHOOKS, WEBHOOK_EVENTS, WebhookExpander(stores.database).handle, limits=limits)
    await consumer_job(stores, group, "one").turn()
    deliverer = outgoing_webhooks(stores)[0]
    await deliverer.turn()
    assert deliverer.finish is not None
    await deliverer.finish()
    await stores.webhook_endpoints.close()


@pytest.mark.slow
async def test_a_product_a_price_of_stock_and_their_tags_arrive(api: Api, receiver: Receiver) -> None:
    """Each at its topic, signed, with the state of now; the tags name the product and nothing else."""
    mug = await api.add_product(stock=10)
    topics = WebhookTopic.PRODUCTS_UPDATE, WebhookTopic.INVENTORY_LEVELS_UPDATE, WebhookTopic.CACHE_INVALIDATE
    for topic in topics:
        await api.transact(lambda tx, topic=topic: add_webhook(tx, topic, f"{receiver.url}/200"))  # type: ignore[misc]
    staff = await api.add_account(Permission.PRODUCTS, Permission.INVENTORY)
    await api.data(RENAME, {"id": f"gid://storefront/Product/{mug.product_id}"}, staff.token)
    await one_round(api)
    got = {each.topic: each for each in receiver.requests}
    assert set(got) == {"products/update", "cache/invalidate"}
    assert got["products/update"].json["title"] == "Harbour"
    tags = [f"product-{mug.product_id}", f"product/{mug.handle}", "products"]
    assert got["cache/invalidate"].json == {"tags": tags}
    for each in receiver.requests:
        secret = api.stores.settings.webhook_secret.get_secret_value().encode()
        assert base64.b64decode(each.headers["X-Shopify-Hmac-Sha256"]) == hmac_sha256(secret, each.body)
    receiver.requests.clear()
    await api.data(TAKE, {"id": f"gid://storefront/ProductVariant/{mug.variant_id}"}, staff.token)
    await one_round(api)
    levels = [each.json for each in receiver.requests if each.topic == "inventory_levels/update"]
    assert [(each["inventory_item_id"], each["available"]) for each in levels] == [(mug.variant_id, 7)]
    assert len(receiver.requests) == 3


@pytest.mark.slow
async def test_a_collection_arrives_with_its_tags_alone(api: Api, receiver: Receiver) -> None:
    """Shoppers see one product less in it; the other collection and its product are as they were."""
    mug, cup = await api.add_product(), await api.add_product()
    mugs = await api.transact(lambda tx: add_collection(tx, [mug.product_id], handle="mugs"))
    await api.transact(lambda tx: add_collection(tx, [cup.product_id], handle="cups"))
    for topic in (WebhookTopic.COLLECTIONS_UPDATE, WebhookTopic.CACHE_INVALIDATE):
        await api.transact(lambda tx, topic=topic: add_webhook(tx, topic, f"{receiver.url}/200"))  # type: ignore[misc]
    staff = await api.add_account(Permission.PRODUCTS)
    await api.data(HIDE, {"id": f"gid://storefront/Product/{mug.product_id}"}, staff.token)
    await one_round(api)
    got = {each.topic: each.json for each in receiver.requests}
    assert got["collections/update"]["id"] == mugs
    tags = ["collection/mugs", "collections", f"product-{mug.product_id}", f"product/{mug.handle}", "products"]
    assert got["cache/invalidate"] == {"tags": tags}
    assert len(receiver.requests) == 2
