"""Bodies of webhooks: the newest state, with the field names of Shopify's REST resources."""

import hashlib
import json
from typing import Any

import orjson
import pytest

from bff.stores.webhooks import webhook_bodies
from domain.accounts import Permission, Viewer
from domain.inventory import DEFAULT_LOCATION
from domain.kit.ids import global_id
from domain.kit.refusals import Unavailable
from domain.orders.after_payment import Tracking
from domain.orders.commands import CancelOrder, CancelReason, FulfilOrder
from domain.webhooks.records import DeliveryState, WebhookDelivery
from domain.webhooks.topics import WebhookTopic
from services.orders.life import OrderLifeService
from services.orders.payment_outcomes import OrderService
from services.orders.refunds import RefundService
from services.webhooks.bodies import WebhookBodies
from tests.kit.factories.catalog import NOW, add_collection
from tests.kit.factories.discounts import a_discount, add_discount
from tests.kit.factories.orders import add_paid_order
from tests.kit.fixtures.graphql_api import Api
from tests.kit.order_desk import Till


@pytest.fixture
def bodies(api: Api) -> WebhookBodies:
    """Over the stores of the shop."""
    stores = api.stores
    return webhook_bodies(stores.database, stores.catalog, stores.content, stores.territories)


def delivery(topic: WebhookTopic, key: str, number: int = 1) -> WebhookDelivery:
    """A delivery about an object."""
    return WebhookDelivery(number, 1, topic, key, "event", "webhook", DeliveryState.WAITING, NOW)


async def body_of(bodies: WebhookBodies, topic: WebhookTopic, key: str) -> Any:
    """The body as it is sent."""
    return json.loads(orjson.dumps((await bodies.of([delivery(topic, key)]))[1]))


async def test_a_product(api: Api, bodies: WebhookBodies) -> None:
    """With all its variants; drafts too."""
    mug = await api.add_product(handle="harbour-mug", variants=("Blue", "Red"), price=1_050, stock=3)
    await api.stores.documents.put("products", {mug.product_id: {"html": "<p>Blue</p>", "tags": ["a", "b"]}})
    body = await body_of(bodies, WebhookTopic.PRODUCTS_UPDATE, f"products/{mug.product_id}")
    assert body["id"] == mug.product_id
    assert body["admin_graphql_api_id"] == global_id("Product", mug.product_id)
    assert (body["handle"], body["status"], body["vendor"], body["tags"]) == ("harbour-mug", "active", "Acme", "a, b")
    assert (body["body_html"], body["created_at"]) == ("<p>Blue</p>", "2026-01-02T03:04:05+00:00")
    assert body["options"] == [
        {"product_id": mug.product_id, "name": "Title", "position": 1, "values": ["Blue", "Red"]}
    ]
    first, second = body["variants"]
    assert (first["id"], first["price"], first["inventory_quantity"]) == (mug.variant_id, "10.50", 3)
    assert (first["option1"], second["option1"], first["option2"]) == ("Blue", "Red", None)
    assert (first["inventory_policy"], first["inventory_management"]) == ("deny", "shopify")


async def test_a_collection_and_a_level_and_an_account(api: Api, bodies: WebhookBodies) -> None:
    """Each with its own ids."""
    mug = await api.add_product(stock=3)
    key = await api.transact(lambda tx: add_collection(tx, [mug.product_id], handle="mugs", title="Mugs"))
    collection = await body_of(bodies, WebhookTopic.COLLECTIONS_UPDATE, f"collections/{key}")
    assert (collection["id"], collection["handle"], collection["title"]) == (key, "mugs", "Mugs")
    where = f"inventory_levels/{mug.variant_id}-{DEFAULT_LOCATION}"
    assert await body_of(bodies, WebhookTopic.INVENTORY_LEVELS_UPDATE, where) == {
        "inventory_item_id": mug.variant_id,
        "location_id": DEFAULT_LOCATION,
        "available": 3,
        "updated_at": "2026-01-02T03:04:05+00:00",
        "admin_graphql_api_id": f"{global_id('InventoryLevel', DEFAULT_LOCATION)}?inventory_item_id={mug.variant_id}",
    }
    ada = await api.add_account(email="ada@example.com")
    account = await body_of(bodies, WebhookTopic.CUSTOMERS_CREATE, f"customers/{ada.customer_id}")
    assert (account["id"], account["email"]) == (ada.customer_id, "ada@example.com")


async def test_an_order_with_its_parcel_and_its_refund(api: Api, bodies: WebhookBodies) -> None:
    """Money is text everywhere; states are those of now."""
    mug, ada = await api.add_product(), await api.add_account(email="ada@example.com")
    order_id = await api.transact(lambda tx: add_paid_order(tx, mug.variant_id, units=3, customer_id=ada.customer_id))
    key = f"orders/{order_id}"
    order = await body_of(bodies, WebhookTopic.ORDERS_CREATE, key)
    assert (order["financial_status"], order["fulfillment_status"]) == ("paid", None)
    assert (order["total_price"], order["currency"], order["customer"]["email"]) == ("30.00", "GBP", "ada@example.com")
    (line,) = order["line_items"]
    assert (line["variant_id"], line["product_id"]) == (mug.variant_id, mug.product_id)
    assert (line["quantity"], line["price"], line["fulfillable_quantity"]) == (3, "10.00", 3)
    staff = await api.add_account(Permission.ORDERS)
    viewer = Viewer(staff.customer_id, permissions=frozenset({Permission.ORDERS}))
    database = api.stores.database
    orders = OrderService(database)
    life = OrderLifeService(database, orders, RefundService(database, Till(), orders))
    parcel = await life.fulfil(viewer, order_id, FulfilOrder(None, Tracking("Post", "1Z", "https://post.example/1Z")))
    sent = await body_of(bodies, WebhookTopic.FULFILLMENTS_CREATE, f"{key}/{parcel}")
    assert (sent["id"], sent["order_id"], sent["status"]) == (parcel, order_id, "success")
    assert (sent["tracking_number"], sent["tracking_urls"]) == ("1Z", ["https://post.example/1Z"])
    assert sent["line_items"][0]["quantity"] == 3
    assert (await body_of(bodies, WebhookTopic.ORDERS_UPDATED, key))["fulfillment_status"] == "fulfilled"
    other = await api.transact(lambda tx: add_paid_order(tx, mug.variant_id, units=2))
    refund = await life.cancel(viewer, other, CancelOrder(CancelReason.CUSTOMER, False, True, None))
    back = await body_of(bodies, WebhookTopic.REFUNDS_CREATE, f"orders/{other}/{refund}")
    assert (back["id"], back["order_id"]) == (refund, other)
    assert [(each["amount"], each["kind"]) for each in back["transactions"]] == [("20.00", "refund")]
    assert (await body_of(bodies, WebhookTopic.ORDERS_CANCELLED, f"orders/{other}"))["refunds"][0]["id"] == refund


CREATE = """mutation ($id: ID!) { cartCreate(input: {
  note: "gift"
  discountCodes: ["HALF"]
  lines: [{ merchandiseId: $id, quantity: 3, attributes: [{ key: "engraving", value: "Ada" }] }]
}) { cart { id } userErrors { code } } }"""


async def test_a_cart(api: Api, bodies: WebhookBodies) -> None:
    """With the prices of now after discounts, and a digest instead of the secret that gives access to it."""
    mug = await api.add_product(price=1_050, title="Harbour Mug")
    await api.transact(lambda tx: add_discount(tx, a_discount(code="HALF", basis_points=5_000)))
    made = await api.data(CREATE, {"id": global_id("ProductVariant", mug.variant_id)})
    key = made["cartCreate"]["cart"]["id"].rpartition("/")[2]
    body = await body_of(bodies, WebhookTopic.CARTS_UPDATE, f"carts/{key}")
    assert body["id"] == body["token"] == hashlib.sha256(key.encode()).hexdigest()[:32]
    assert key not in json.dumps(body)
    assert (body["note"], body["currency"]) == ("gift", "GBP")
    (line,) = body["line_items"]
    assert (line["variant_id"], line["product_id"], line["quantity"]) == (mug.variant_id, mug.product_id, 3)
    assert (line["price"], line["original_line_price"]) == ("10.50", "31.50")
    assert (line["line_price"], line["total_discount"], line["discounted_price"]) == ("15.75", "15.75", "5.25")
    assert line["properties"] == {"engraving": "Ada"}
    assert await bodies.of([delivery(WebhookTopic.CARTS_UPDATE, "carts/none")]) == {1: None}


async def test_what_is_gone_has_no_body_and_deletions_have_an_id(bodies: WebhookBodies) -> None:
    """The object of a deletion cannot be read."""
    assert await bodies.of([delivery(WebhookTopic.PRODUCTS_UPDATE, "products/42")]) == {1: None}
    assert await bodies.of([delivery(WebhookTopic.ORDERS_PAID, "orders/42")]) == {1: None}
    assert await bodies.of([delivery(WebhookTopic.PRODUCTS_DELETE, "products/42")]) == {1: {"id": 42}}
    assert await bodies.of([delivery(WebhookTopic.COLLECTIONS_DELETE, "collections/7")]) == {1: {"id": 7}}


async def test_a_store_that_is_away_holds_up_its_own_objects_only(
    api: Api, bodies: WebhookBodies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Orders are sent while documents are down; products follow."""
    mug = await api.add_product()
    order_id = await api.transact(lambda tx: add_paid_order(tx, mug.variant_id))

    async def away(ids: object) -> None:
        raise Unavailable("CONTENT_UNAVAILABLE", "The shop is busy.")

    monkeypatch.setattr(api.stores.content, "products", away)
    found = await bodies.of(
        [
            delivery(WebhookTopic.PRODUCTS_UPDATE, f"products/{mug.product_id}", 1),
            delivery(WebhookTopic.ORDERS_PAID, f"orders/{order_id}", 2),
        ]
    )
    assert set(found) == {2}


async def test_an_object_that_cannot_be_read_holds_up_no_other(bodies: WebhookBodies, api: Api) -> None:
    """Whatever is wrong with it."""
    mug = await api.add_product()
    broken = delivery(WebhookTopic.PRODUCTS_UPDATE, "products/broken", 1)
    found = await bodies.of([broken, delivery(WebhookTopic.PRODUCTS_UPDATE, f"products/{mug.product_id}", 2)])
    assert set(found) == {2}
