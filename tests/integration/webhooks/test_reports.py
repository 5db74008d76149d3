"""Events for webhooks alone are written when somebody has subscribed, in the transaction of the change."""

from collections.abc import Awaitable, Callable

import pytest

from datasources.webhooks import subscriptions
from domain.accounts import Permission
from domain.events import CustomersChanged, Event, FulfillmentCreated, LevelsChanged, OrderFulfilled, RefundCreated
from domain.inventory import DEFAULT_LOCATION
from domain.kit.ids import global_id
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
