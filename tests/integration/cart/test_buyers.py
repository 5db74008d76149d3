"""Who buys a cart: what clients omit stays, null clears, and an account's data stay with the account."""

from typing import Any

import pytest
import sqlalchemy as sa

from datasources import tables
from tests.kit.carts import BUYER, CREATE, UPDATE, changed, line, line_ids, new_cart, read, total
from tests.kit.checkouts import submit
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Api

BOUND = "query($cart: ID!) { cart(id: $cart) { buyerIdentity { customer { email } } } }"
BOUGHT = "query($id: ID!, $token: String) { order(id: $id, token: $token) { email customerUrl: name } }"
MINE = "{ customer { orders(first: 5) { nodes { id } } } }"


@pytest.fixture
def api(paying_api: Api) -> Api:
    """Everybody can pay here."""
    return paying_api


@pytest.fixture
async def mug(api: Api) -> Added:
    """A mug at 10.00 GBP."""
    return await api.add_product(price=1_000, stock=10)


@pytest.mark.slow
@pytest.mark.parametrize("field", ["email", "phone", "countryCode"])
async def test_null_clears_a_part_of_the_buyer(api: Api, field: str) -> None:
    """The other parts, which the client omits, stay."""
    buyer: dict[str, Any] = {"email": "ada@example.com", "phone": "+44 20 7946 0000", "countryCode": "GB"}
    cart = await new_cart(api, buyerIdentity=buyer)
    cleared = await changed(api, BUYER, cart=cart["id"], buyer={field: None})
    assert cleared["buyerIdentity"] == buyer | {field: None, "customer": None}


async def test_null_takes_a_cart_out_of_an_account(api: Api, mug: Added) -> None:
    """What is bought with the cart afterwards is a guest's, and shows nothing of the account."""
    ann = await api.add_account(email="ann@example.com")
    cart = await new_cart(api, line(mug.variant_id), buyerIdentity={"customerAccessToken": ann.token})
    assert (await api.data(BOUND, {"cart": cart["id"]}, ann.token))["cart"]["buyerIdentity"]["customer"] is not None
    await changed(api, BUYER, cart=cart["id"], buyer={"customerAccessToken": None, "email": "guest@example.com"})
    assert (await api.data(BOUND, {"cart": cart["id"]}, ann.token))["cart"]["buyerIdentity"]["customer"] is None
    order = (await submit(api, cart))["order"]
    assert order["email"] == "guest@example.com"
    assert (await api.data(MINE, token=ann.token))["customer"]["orders"]["nodes"] == []


@pytest.mark.slow
async def test_omitting_the_token_leaves_a_cart_in_its_account(api: Api, mug: Added) -> None:
    """Only null takes it out."""
    ann = await api.add_account()
    cart = await new_cart(api, line(mug.variant_id), buyerIdentity={"customerAccessToken": ann.token})
    await changed(api, BUYER, cart=cart["id"], buyer={"phone": "+44 20 7946 0000"})
    order = (await submit(api, cart))["order"]
    assert [each["id"] for each in (await api.data(MINE, token=ann.token))["customer"]["orders"]["nodes"]] == [
        order["id"]
    ]


async def test_a_shopper_may_start_a_cart_outside_the_account(api: Api) -> None:
    """A signed-in client that says null gets a guest's cart."""
    ann = await api.add_account()
    cart = await changed(api, CREATE, ann.token, input={"buyerIdentity": {"customerAccessToken": None}})
    assert cart["buyerIdentity"]["customer"] is None


async def test_only_the_account_reads_its_address_off_an_order(api: Api, mug: Added) -> None:
    """Whoever holds the cart or the order's token sees the order without the e-mail of the account."""
    ann = await api.add_account(email="ann@example.com")
    cart = await new_cart(api, line(mug.variant_id), buyerIdentity={"customerAccessToken": ann.token})
    order = (await submit(api, cart))["order"]
    assert order["email"] is None
    asked = {"id": order["id"], "token": order["token"]}
    assert (await api.data(BOUGHT, asked))["order"]["email"] is None
    bob = await api.add_account()
    assert (await api.data(BOUGHT, asked, bob.token))["order"]["email"] is None
    assert (await api.data(BOUGHT, asked, ann.token))["order"]["email"] == "ann@example.com"


async def test_an_email_of_an_account_does_not_give_it_an_order(api: Api, mug: Added) -> None:
    """A guest who enters somebody's address buys as a guest."""
    ann = await api.add_account(email="ann@example.com")
    cart = await new_cart(api, line(mug.variant_id), buyerIdentity={"email": "ann@example.com"})
    assert (await submit(api, cart))["order"]["email"] == "ann@example.com"
    assert (await api.data(MINE, token=ann.token))["customer"]["orders"]["nodes"] == []


async def test_null_removes_the_attributes_of_a_line(api: Api, mug: Added) -> None:
    """Omitted attributes stay."""
    cart = await new_cart(api, line(mug.variant_id, 1, {"engraving": "Ada"}))
    (key,) = line_ids(cart)
    kept = await changed(api, UPDATE, cart=cart["id"], lines=[{"id": key, "quantity": 2}])
    assert kept["lines"]["nodes"][0]["attributes"] == [{"key": "engraving", "value": "Ada"}]
    cleared = await changed(api, UPDATE, cart=cart["id"], lines=[{"id": key, "attributes": None}])
    assert cleared["lines"]["nodes"][0]["attributes"] == []


async def test_a_cart_keeps_the_territory_that_it_was_made_in(api: Api, mug: Added) -> None:
    """A later visit from another country shows the same currency, until the buyer names a country."""
    in_us = CREATE.replace("mutation(", "mutation(", 1).replace(") {", ") @inContext(country: US) {", 1)
    cart = await changed(api, in_us, input={"lines": [line(mug.variant_id)]})
    assert total(cart).endswith("USD")
    seen = await read(api, cart["id"])
    assert seen is not None
    assert total(seen) == total(cart)
    moved = await changed(api, BUYER, cart=cart["id"], buyer={"countryCode": "GB"})
    assert total(moved) == "10.0 GBP"
    back = await changed(api, BUYER, cart=cart["id"], buyer={"countryCode": None})
    assert total(back) == total(cart)


async def test_a_cart_is_read_where_its_product_is_not_sold(api: Api, mug: Added) -> None:
    """Its own territory decides what it holds, wherever the reader is; with everything about the product."""
    cart = await new_cart(api, line(mug.variant_id))
    await api.change(sa.insert(tables.product_exclusions).values(product_id=mug.product_id, territory="US"))
    query = """query($cart: ID!) @inContext(country: US) { cart(id: $cart) {
      cost { totalAmount { amount currencyCode } } lines(first: 5) { nodes { merchandise { ... on ProductVariant {
        product { handle title featuredImage { url } variants(first: 2) { nodes { id } } } } } } } } }"""
    shown = (await api.data(query, {"cart": cart["id"]}))["cart"]
    (node,) = shown["lines"]["nodes"]
    assert (node["merchandise"]["product"]["handle"], total(shown)) == (mug.handle, "10.0 GBP")


async def test_the_answer_to_a_token_shows_its_account(api: Api, mug: Added) -> None:
    """Whoever sends the token with the mutation needs no header beside it."""
    ann = await api.add_account(email="ann@example.com")
    cart = await new_cart(api, line(mug.variant_id), buyerIdentity={})
    bound = await changed(api, BUYER, cart=cart["id"], buyer={"customerAccessToken": ann.token})
    assert bound["buyerIdentity"]["customer"] is not None
    later = await read(api, cart["id"])
    assert later is not None
    assert later["buyerIdentity"]["customer"] is None
