"""Events for webhooks alone are written when somebody has subscribed, in the transaction of the change."""

from collections.abc import Awaitable, Callable

import pytest

from datasources.kit.database import Database
from datasources.webhooks import subscriptions
from datasources.webhooks.reports import KNOWN_SECONDS, CartReports
from domain.accounts import Permission
from domain.events import (
    CartChanged,
    CustomersChanged,
    Event,
    FulfillmentCreated,
    LevelsChanged,
    OrderFulfilled,
    RefundCreated,
)
from domain.inventory import DEFAULT_LOCATION
from domain.kit.ids import global_id
from domain.webhooks.topics import WebhookTopic
from tests.kit.events import pending_events, taken_events
from tests.kit.factories.catalog import NOW
from tests.kit.factories.orders import add_paid_order
from tests.kit.factories.webhooks import add_webhook
from tests.kit.fixtures.graphql_api import Api

FULFIL = "mutation ($id: ID!) { fulfillmentCreate(fulfillment: { orderId: $id }) { userErrors { code } } }"
REFUND = 'mutation ($id: ID!) { refundCreate(input: { orderId: $id, amount: "1.00" }) { userErrors { code } } }'
COUNT = (
    'mutation ($id: ID!) { inventoryAdjustQuantities(input: { reason: "count",'
    " changes: [{ variantId: $id, delta: 2 }] }) { userErrors { code } } }"
)
SIGN_UP = (
    'mutation { customerCreate(input: { email: "ada@example.com", password: "long enough 1" }) { customer { id } } }'
)


async def of_order(api: Api) -> list[Event]:
    """A parcel, and a part of the money."""
    mug, staff = await api.add_product(), await api.add_account(Permission.ORDERS)
    order_id = await api.transact(lambda tx: add_paid_order(tx, mug.variant_id))
    for change in (FULFIL, REFUND):
        await api.data(change, {"id": global_id("Order", order_id)}, staff.token)
    return await pending_events(api.stores.database)


async def of_stock(api: Api) -> list[Event]:
    """A count."""
    mug, staff = await api.add_product(), await api.add_account(Permission.INVENTORY)
    await api.data(COUNT, {"id": global_id("ProductVariant", mug.variant_id)}, staff.token)
    events = await pending_events(api.stores.database)
    assert LevelsChanged(((mug.variant_id, DEFAULT_LOCATION),)) in events or LevelsChanged not in map(type, events)
    return events


async def of_account(api: Api) -> list[Event]:
    """A sign-up."""
    await api.data(SIGN_UP)
    return await pending_events(api.stores.database)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        (of_order, {FulfillmentCreated, OrderFulfilled, RefundCreated}),
        (of_stock, {LevelsChanged}),
        (of_account, {CustomersChanged}),
    ],
)
async def test_a_change_is_reported_while_somebody_has_subscribed(
    api: Api, change: Callable[[Api], Awaitable[list[Event]]], kinds: set[type[Event]]
) -> None:
    """Workers of an older version, which could not read these events, meet none of them in a shop without webhooks."""
    key = await api.transact(add_webhook)
    assert kinds <= {type(event) for event in await change(api)}
    await taken_events(api.stores.database)
    await api.transact(lambda tx: subscriptions.delete(tx, key, NOW))
    if change is not of_account:
        assert not kinds & {type(event) for event in await change(api)}


async def test_without_a_subscription_nothing_is_reported(api: Api) -> None:
    """Not even for accounts."""
    assert await of_account(api) == []


CREATE = "mutation { cartCreate { cart { id } userErrors { code } } }"
NOTE = 'mutation ($id: ID!) { cartNoteUpdate(cartId: $id, note: "gift") { userErrors { code } } }'
LONG_NOTE = "mutation ($id: ID!, $note: String!) { cartNoteUpdate(cartId: $id, note: $note) { userErrors { code } } }"
PREPARE = "mutation ($id: ID!) { cartPrepareForCompletion(cartId: $id) { userErrors { code } } }"


async def test_carts_are_reported_once_per_change(api: Api) -> None:
    """A new one, and each change of it. What is refused, and a look at whether it can be bought, change nothing."""
    await api.transact(lambda tx: add_webhook(tx, WebhookTopic.CARTS_UPDATE))
    gid = (await api.data(CREATE))["cartCreate"]["cart"]["id"]
    key = gid.rpartition("/")[2]
    await api.data(NOTE, {"id": gid})
    await api.data(PREPARE, {"id": gid})
    refused = await api.data(LONG_NOTE, {"id": gid, "note": "x" * 100_000})
    assert refused["cartNoteUpdate"]["userErrors"]
    assert await pending_events(api.stores.database) == [CartChanged(key, is_new=True), CartChanged(key)]


async def test_carts_are_not_reported_while_nobody_has_subscribed_to_them(api: Api) -> None:
    """A subscription to another topic is none to carts."""
    await api.transact(add_webhook)
    gid = (await api.data(CREATE))["cartCreate"]["cart"]["id"]
    await api.data(NOTE, {"id": gid})
    assert await pending_events(api.stores.database) == []


async def test_a_change_of_a_cart_seldom_looks_for_subscriptions(database: Database) -> None:
    """At most one statement in some seconds, whatever the number of changes. A new subscription is noticed after it."""
    now = 100.0
    reports = CartReports(lambda: now)

    async def change() -> int:
        before = database.statements
        await database.transact(lambda tx: reports.report(tx, "c" * 32))
        return database.statements - before

    assert [await change() for _ in range(10)] == [1, *[0] * 9]
    key = await database.transact(lambda tx: add_webhook(tx, WebhookTopic.CARTS_CREATE))
    assert await change() == 0
    now += KNOWN_SECONDS
    assert await change() == 2
    await database.transact(lambda tx: subscriptions.delete(tx, key, NOW))
    now += KNOWN_SECONDS
    assert [await change(), await change()] == [1, 0]
    assert await pending_events(database) == [CartChanged("c" * 32)]
