"""Carts whose products leave the shop, or a territory: lines, counts, totals and positions always agree."""

import random
from typing import Any

import pytest
import sqlalchemy as sa

from datasources import tables
from tests.kit.carts import (
    ADD,
    CREATE,
    GUEST,
    NOTE,
    UPDATE,
    changed,
    line,
    line_ids,
    new_cart,
    outcome,
    quantities,
    variant_gid,
)
from tests.kit.checkouts import codes, submit
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Api, Record

PREPARE = """mutation($cart: ID!) { cartPrepareForCompletion(cartId: $cart) { result { __typename
  ... on CartStatusReady { cart { totalQuantity } }
  ... on CartStatusNotReady { cart { totalQuantity } errors { code } } } userErrors { code } } }"""
READ = """query($cart: ID!) { cart(id: $cart) { totalQuantity cost { totalAmount { amount } subtotalAmount { amount } }
  warnings { code message target }
  lines(first: 100) { nodes { id quantity cost { totalAmount { amount } } merchandise {
    ... on ProductVariant { id } } } } } }"""


@pytest.fixture
def api(paying_api: Api) -> Api:
    """Everybody can pay here."""
    return paying_api


async def set_status(api: Api, product: Added, status: str) -> None:
    """Takes a product off sale, or back."""
    row = tables.products.c.id == product.product_id
    await api.change(sa.update(tables.products).where(row).values(status=status))


async def seen(api: Api, cart: Record) -> Record:
    """The cart as a shopper reads it, after a check that its parts agree."""
    shown: Record = (await api.data(READ, {"cart": cart["id"]}))["cart"]
    nodes = shown["lines"]["nodes"]
    assert shown["totalQuantity"] == sum(node["quantity"] for node in nodes)
    amounts = sum(round(float(node["cost"]["totalAmount"]["amount"]) * 100) for node in nodes)
    assert round(float(shown["cost"]["totalAmount"]["amount"]) * 100) == amounts
    return shown


async def test_a_line_off_sale_is_not_shown_and_named_by_a_warning(api: Api) -> None:
    """Counts and totals are those of the lines that are shown, also when the cart is only read."""
    mug, jumper = await api.add_product(price=1_000), await api.add_product(price=5_000)
    cart = await new_cart(api, line(jumper.variant_id, 3), line(mug.variant_id, 2))
    await set_status(api, jumper, "DRAFT")
    shown = await seen(api, cart)
    assert (shown["totalQuantity"], shown["cost"]["totalAmount"]["amount"]) == (2, "20.0")
    assert [(each["code"], each["target"]) for each in shown["warnings"]] == [
        ("MERCHANDISE_NOT_AVAILABLE", line_ids(cart)[0])
    ]


async def test_the_next_change_drops_a_line_off_sale_with_a_warning(api: Api) -> None:
    """After it the cart can be bought, and a product that comes back does not come back into the cart."""
    mug, jumper = await api.add_product(price=1_000), await api.add_product()
    cart = await new_cart(api, line(jumper.variant_id), line(mug.variant_id))
    await set_status(api, jumper, "ARCHIVED")
    noted = await outcome(api, NOTE, cart=cart["id"], note="Ring twice")
    assert [(each["code"], each["target"]) for each in noted["warnings"]] == [
        ("MERCHANDISE_NOT_AVAILABLE", line_ids(cart)[0])
    ]
    assert quantities(noted["cart"]) == [(variant_gid(mug.variant_id), 1)]
    await set_status(api, jumper, "ACTIVE")
    assert (await seen(api, cart))["totalQuantity"] == 1
    assert (await submit(api, cart))["order"]["totalQuantity"] == 1


async def test_a_cart_with_a_line_off_sale_is_bought_after_it_was_prepared(api: Api) -> None:
    """A submit that would buy less than the buyer saw is refused; preparing the cart shows what is left."""
    mug, jumper = await api.add_product(), await api.add_product()
    cart = await new_cart(api, line(jumper.variant_id), line(mug.variant_id))
    await set_status(api, jumper, "DRAFT")
    assert codes(await submit(api, cart)) == ["MERCHANDISE_NOT_FOUND"]
    prepared = (await api.data(PREPARE, {"cart": cart["id"]}))["cartPrepareForCompletion"]
    assert prepared["result"] == {"__typename": "CartStatusReady", "cart": {"totalQuantity": 1}}
    assert (await submit(api, cart, attempt="second"))["order"]["totalQuantity"] == 1


async def test_positions_count_the_lines_that_are_shown(api: Api) -> None:
    """The refusal of a sold-out line leads to that line among those that the shopper sees."""
    gone, mug, few = await api.add_product(), await api.add_product(), await api.add_product(stock=2)
    cart = await new_cart(api, line(gone.variant_id), line(mug.variant_id), line(few.variant_id, 2))
    await set_status(api, gone, "DRAFT")
    row = tables.stock_levels.c.variant_id == few.variant_id
    await api.change(sa.update(tables.stock_levels).where(row).values(available=1))
    answer = await submit(api, cart)
    assert codes(answer) == ["OUT_OF_STOCK"]
    position = int(answer["errors"][0]["recordField"][-1])
    shown = (await seen(api, cart))["lines"]["nodes"]
    assert shown[position]["merchandise"]["id"] == variant_gid(few.variant_id)


async def test_a_line_without_a_price_in_a_territory_waits_for_the_buyer_to_return(api: Api) -> None:
    """Going to a country that does not sell a product loses nothing: its line is back with the buyer."""
    both, abroad = await api.add_product(), await api.add_product(territory="US")
    lines = [line(both.variant_id), line(abroad.variant_id)]
    in_us = CREATE.replace(") {", ") @inContext(country: US) {", 1)
    cart = await changed(api, in_us, input={"lines": lines, "buyerIdentity": {"email": GUEST}})
    move = "mutation($cart: ID!, $country: CountryCode) { cartBuyerIdentityUpdate(cartId: $cart, buyerIdentity: "
    move += "{ countryCode: $country }) { cart { totalQuantity } warnings { code } userErrors { code } } }"
    at_home = await outcome(api, move, cart=cart["id"], country="GB")
    assert (at_home["cart"]["totalQuantity"], at_home["warnings"]) == (1, [{"code": "MERCHANDISE_NOT_AVAILABLE"}])
    assert codes(await submit(api, cart)) == ["MERCHANDISE_NOT_FOUND"]
    assert (await outcome(api, move, cart=cart["id"], country="US"))["cart"]["totalQuantity"] == 2


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
async def test_carts_agree_with_themselves_over_random_changes(api: Api, seed: int) -> None:
    """Whatever products and buyers do, counts and totals are those of the lines, and a paid order has these lines."""
    chance = random.Random(seed)
    goods = [await api.add_product(price=chance.randrange(1, 5_000), stock=1_000) for _ in range(4)]
    cart = await new_cart(api)
    for _ in range(12):
        await _step(api, chance, goods, cart)
        shown = await seen(api, cart)
    await changed(api, NOTE, cart=cart["id"], note="last")
    shown = await seen(api, cart)
    answer = await submit(api, cart)
    if not shown["lines"]["nodes"]:
        assert codes(answer) == ["CART_EMPTY"]
        return
    assert answer["order"]["totalQuantity"] == shown["totalQuantity"]
    assert answer["order"]["totalPrice"]["amount"] == shown["cost"]["totalAmount"]["amount"]


async def _step(api: Api, chance: random.Random, goods: list[Added], cart: Record) -> None:
    product = chance.choice(goods)
    match chance.randrange(4):
        case 0:
            await set_status(api, product, chance.choice(["ACTIVE", "DRAFT", "ARCHIVED"]))
        case 1:
            row = tables.prices.c.variant_id == product.variant_id
            await api.change(sa.update(tables.prices).where(row).values(minor=chance.randrange(5_000)))
        case 2:
            await outcome(api, ADD, cart=cart["id"], lines=[line(product.variant_id, chance.randrange(1, 4))])
        case 3:
            lines: list[Any] = (await api.data(READ, {"cart": cart["id"]}))["cart"]["lines"]["nodes"]
            if lines:
                change = {"id": chance.choice(lines)["id"], "quantity": chance.randrange(4)}
                await outcome(api, UPDATE, cart=cart["id"], lines=[change])
