"""Carts that have become orders: with their order while the payment is open, null once it is paid, back if it fails."""

import pytest
import sqlalchemy as sa

from datasources import tables
from domain.kit.ids import key_of
from domain.orders.life import OrderStatus
from tests.kit.carts import NOTE, line, new_cart, outcome, read
from tests.kit.checkouts import codes, submit
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Api

OPEN = "query($cart: ID!) { cart(id: $cart) { id totalQuantity order { id status } } }"


@pytest.fixture
def api(paying_api: Api) -> Api:
    """Everybody can pay here."""
    return paying_api


@pytest.fixture
async def mug(api: Api) -> Added:
    """A mug at 10.00 GBP."""
    return await api.add_product(price=1_000, stock=10)


async def test_a_paid_cart_is_null_and_cannot_change(api: Api, mug: Added) -> None:
    """A client that kept its id starts another cart, as with Shopify."""
    cart = await new_cart(api, line(mug.variant_id))
    assert (await submit(api, cart))["order"]["status"] == "PAID"
    assert await read(api, cart["id"]) is None
    refused = await outcome(api, NOTE, cart=cart["id"], note="too late")
    assert (refused["cart"], [each["code"] for each in refused["userErrors"]]) == (None, ["CART_COMPLETED"])


@pytest.mark.silent_provider
async def test_a_cart_answers_with_its_order_while_the_payment_is_open(api: Api, mug: Added) -> None:
    """The buyer who reloads the page finds the order."""
    cart = await new_cart(api, line(mug.variant_id))
    order = (await submit(api, cart, payment="tok_charge_then_timeout"))["order"]
    assert order["status"] == "PENDING_PAYMENT"
    shown = (await api.data(OPEN, {"cart": cart["id"]}))["cart"]
    assert shown == {"id": cart["id"], "totalQuantity": 1, "order": {"id": order["id"], "status": "PENDING_PAYMENT"}}
    refused = await outcome(api, NOTE, cart=cart["id"], note="too late")
    assert [each["code"] for each in refused["userErrors"]] == ["CART_COMPLETED"]


@pytest.mark.silent_provider
async def test_the_order_of_an_account_is_not_shown_to_whoever_holds_the_cart(api: Api, mug: Added) -> None:
    """Only the account that bought it sees the order."""
    ann = await api.add_account()
    cart = await new_cart(api, line(mug.variant_id), buyerIdentity={"customerAccessToken": ann.token})
    await submit(api, cart, payment="tok_charge_then_timeout")
    assert (await api.data(OPEN, {"cart": cart["id"]}))["cart"]["order"] is None
    assert (await api.data(OPEN, {"cart": cart["id"]}, ann.token))["cart"]["order"] is not None


async def test_a_declined_payment_gives_the_cart_back(api: Api, mug: Added) -> None:
    """It can be changed and bought again."""
    cart = await new_cart(api, line(mug.variant_id))
    assert codes(await submit(api, cart, payment="tok_decline")) == ["PAYMENT_DECLINED"]
    assert (await api.data(OPEN, {"cart": cart["id"]}))["cart"]["order"] is None
    assert (await outcome(api, NOTE, cart=cart["id"], note="again"))["userErrors"] == []
    assert (await submit(api, cart, attempt="second"))["order"]["status"] == "PAID"


@pytest.mark.silent_provider
async def test_a_cart_whose_order_fails_while_it_is_read_is_not_lost(api: Api, mug: Added) -> None:
    """A reader that saw the cart just before its order failed gets the cart, not null."""
    cart = await new_cart(api, line(mug.variant_id))
    order = (await submit(api, cart, payment="tok_charge_then_timeout"))["order"]
    failed = {"status": OrderStatus.EXPIRED.value}
    await api.change(sa.update(tables.orders).where(tables.orders.c.id == key_of(order["id"], "Order")).values(failed))
    assert await read(api, cart["id"]) is not None


BOUGHT = "query($cart: ID!) { order(cartId: $cart) { id token status statusUrl } }"


async def test_who_holds_a_cart_finds_what_it_has_become(api: Api, mug: Added) -> None:
    """A buyer who closed the page after paying opens the checkout again, and comes to the order's own page."""
    cart = await new_cart(api, line(mug.variant_id))
    assert (await api.data(BOUGHT, {"cart": cart["id"]}))["order"] is None
    order = (await submit(api, cart))["order"]
    found = (await api.data(BOUGHT, {"cart": cart["id"]}))["order"]
    assert (found["id"], found["status"]) == (order["id"], "PAID")
    assert found["statusUrl"].endswith(f"/orders/{key_of(order['id'], 'Order')}/{found['token']}")


async def test_a_cart_is_no_key_to_the_order_of_an_account(api: Api, mug: Added) -> None:
    """The account finds its order by the cart, and nobody else does."""
    ann, bob = await api.add_account(), await api.add_account()
    cart = await new_cart(api, line(mug.variant_id), buyerIdentity={"customerAccessToken": ann.token})
    await submit(api, cart)
    assert (await api.data(BOUGHT, {"cart": cart["id"]}))["order"] is None
    assert (await api.data(BOUGHT, {"cart": cart["id"]}, bob.token))["order"] is None
    assert (await api.data(BOUGHT, {"cart": cart["id"]}, ann.token))["order"] is not None


async def test_an_order_has_no_name_without_id_and_cart(api: Api) -> None:
    """Neither a missing argument nor an unknown cart is an error."""
    assert await api.data("{ order { id } }") == {"order": None}
    assert await api.data(BOUGHT, {"cart": "gid://storefront/Cart/none"}) == {"order": None}
