"""Carts through GraphQL: what shoppers put in and take out, and the answers."""

from typing import Any

import pytest
import sqlalchemy as sa

from datasources import tables
from domain.kit.ids import global_id
from tests.kit.carts import (
    ADD,
    ATTRIBUTES,
    BUYER,
    CREATE,
    NOTE,
    REMOVE,
    UPDATE,
    changed,
    line,
    line_ids,
    new_cart,
    outcome,
    quantities,
    read,
    refusals,
    total,
    variant_gid,
)
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Api

RED, BLUE = 0, 1


@pytest.fixture
async def mug(api: Api) -> Added:
    """A mug at 10.00 GBP, ten red ones and ten blue ones."""
    return await api.add_product(variants=("Red", "Blue"), price=1_000, stock=10)


async def test_an_empty_cart_costs_nothing(api: Api) -> None:
    """Without any input a cart is made, in the shop's currency."""
    cart = await changed(api, CREATE)
    assert (cart["totalQuantity"], total(cart), quantities(cart)) == (0, "0.0 GBP", [])


async def test_a_cart_keeps_what_it_is_created_with(api: Api, mug: Added) -> None:
    """Lines, note, attributes, codes and buyer are answered and read again."""
    cart = await new_cart(
        api,
        line(mug.variant_id, 2, {"engraving": "Ada"}),
        note="Ring twice",
        attributes=[{"key": "gift", "value": "yes"}],
        discountCodes=["SPRING", "SPRING"],
        buyerIdentity={"email": "ada@example.com", "phone": "+44 20 7946", "countryCode": "GB"},
    )
    assert cart["note"] == "Ring twice"
    assert cart["attributes"] == [{"key": "gift", "value": "yes"}]
    assert cart["discountCodes"] == [{"code": "SPRING", "applicable": False}]
    assert cart["buyerIdentity"] == {
        "email": "ada@example.com",
        "phone": "+44 20 7946",
        "countryCode": "GB",
        "customer": None,
    }
    assert cart["lines"]["nodes"][0]["attributes"] == [{"key": "engraving", "value": "Ada"}]
    assert (cart["totalQuantity"], total(cart)) == (2, "20.0 GBP")
    assert await read(api, cart["id"]) == cart


async def test_equal_lines_are_merged(api: Api, mug: Added) -> None:
    """The same variant with the same attributes, in any order, is one line."""
    cart = await new_cart(api, line(mug.variant_id, 1, {"a": "1", "b": "2"}))
    added = await changed(api, ADD, cart=cart["id"], lines=[line(mug.variant_id, 2, {"b": "2", "a": "1"})])
    assert quantities(added) == [(variant_gid(mug.variant_id), 3)]


async def test_lines_with_other_attributes_stay_apart(api: Api, mug: Added) -> None:
    """An engraved mug is not a plain one."""
    cart = await new_cart(api, line(mug.variant_id), line(mug.variant_id, 1, {"engraving": "Ada"}))
    assert [units for _, units in quantities(cart)] == [1, 1]


async def test_an_attribute_given_twice_counts_once(api: Api, mug: Added) -> None:
    """The later value is kept, and adding the same again finds the same line."""
    twice = line(mug.variant_id) | {"attributes": [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]}
    cart = await new_cart(api, twice)
    again = await changed(api, ADD, cart=cart["id"], lines=[twice, line(mug.variant_id, 1, {"a": "2"})])
    (only,) = again["lines"]["nodes"]
    assert (only["quantity"], only["attributes"]) == (3, [{"key": "a", "value": "2"}])


async def test_a_line_takes_another_quantity_variant_and_attributes(api: Api, mug: Added) -> None:
    """Fields that are not given stay as they are."""
    cart = await new_cart(api, line(mug.variant_id, 2))
    (line_id,) = line_ids(cart)
    five = await changed(api, UPDATE, cart=cart["id"], lines=[{"id": line_id, "quantity": 5}])
    blue = {
        "id": line_id,
        "merchandiseId": variant_gid(mug.variant_ids[BLUE]),
        "attributes": [{"key": "a", "value": "1"}],
    }
    cart = await changed(api, UPDATE, cart=cart["id"], lines=[blue])
    assert quantities(five) == [(variant_gid(mug.variant_ids[RED]), 5)]
    assert quantities(cart) == [(variant_gid(mug.variant_ids[BLUE]), 5)]
    assert cart["lines"]["nodes"][0]["attributes"] == [{"key": "a", "value": "1"}]


async def test_a_line_that_becomes_equal_to_another_is_merged_with_it(api: Api, mug: Added) -> None:
    """Two red and three blue mugs become five blue ones."""
    cart = await new_cart(api, line(mug.variant_ids[RED], 2), line(mug.variant_ids[BLUE], 3))
    blue = {"id": line_ids(cart)[RED], "merchandiseId": variant_gid(mug.variant_ids[BLUE])}
    cart = await changed(api, UPDATE, cart=cart["id"], lines=[blue])
    assert quantities(cart) == [(variant_gid(mug.variant_ids[BLUE]), 5)]


async def test_a_removed_line_does_not_come_back_with_its_twin(api: Api, mug: Added) -> None:
    """Red is removed and blue becomes red in one call: only what was blue is left."""
    cart = await new_cart(api, line(mug.variant_ids[RED], 2), line(mug.variant_ids[BLUE], 3))
    red, blue = line_ids(cart)
    changes = [{"id": red, "quantity": 0}, {"id": blue, "merchandiseId": variant_gid(mug.variant_ids[RED])}]
    cart = await changed(api, UPDATE, cart=cart["id"], lines=changes)
    assert quantities(cart) == [(variant_gid(mug.variant_ids[RED]), 3)]


async def test_lines_are_removed(api: Api, mug: Added) -> None:
    """By quantity zero or by id."""
    cart = await new_cart(api, line(mug.variant_ids[RED]), line(mug.variant_ids[BLUE]))
    red, blue = line_ids(cart)
    cart = await changed(api, UPDATE, cart=cart["id"], lines=[{"id": red, "quantity": 0}])
    assert line_ids(cart) == [blue]
    cart = await changed(api, REMOVE, cart=cart["id"], lines=[blue])
    assert (line_ids(cart), total(cart)) == ([], "0.0 GBP")


async def test_note_and_attributes_are_replaced(api: Api) -> None:
    """The earlier ones are gone."""
    cart = await new_cart(api, note="old", attributes=[{"key": "old", "value": "1"}])
    noted = await changed(api, NOTE, cart=cart["id"], note="new")
    cart = await changed(api, ATTRIBUTES, cart=cart["id"], attributes=[{"key": "new", "value": "2"}])
    assert (noted["note"], cart["attributes"]) == ("new", [{"key": "new", "value": "2"}])


async def test_another_country_has_other_prices(api: Api, mug: Added) -> None:
    """The cart has the prices of its buyer's territory: its own price where set, else by the exchange rate."""
    await api.change(sa.insert(tables.prices).values(variant_id=mug.variant_id, territory="EU", minor=1_499))
    cart = await new_cart(api, line(mug.variant_id, 2))
    american = await changed(api, BUYER, cart=cart["id"], buyer={"countryCode": "US"})
    german = await changed(api, BUYER, cart=cart["id"], buyer={"countryCode": "DE"})
    assert [total(cart), total(american), total(german)] == ["20.0 GBP", "25.4 USD", "29.98 EUR"]


async def test_a_buyer_who_shows_a_token_is_told_the_account(api: Api) -> None:
    """The account is bound to the cart. Its owner sees it; others who have the cart's id do not."""
    shopper = await api.add_account()
    cart = await new_cart(api)
    buyer = {"customerAccessToken": shopper.token, "email": "ada@example.com"}
    cart = await changed(api, BUYER, shopper.token, cart=cart["id"], buyer=buyer)
    assert cart["buyerIdentity"]["customer"] == {"id": global_id("Customer", shopper.customer_id)}
    seen = await read(api, cart["id"])
    assert seen is not None
    assert seen["buyerIdentity"]["customer"] is None
    changed_email = await changed(api, BUYER, shopper.token, cart=cart["id"], buyer={"email": "eve@example.com"})
    assert changed_email["buyerIdentity"]["customer"] is not None


async def test_a_cart_of_an_account_never_becomes_another_s(api: Api) -> None:
    """Not by somebody who knows its id, does not sign in and sends a token of another account."""
    owner, other = await api.add_account(), await api.add_account()
    cart = await new_cart(api, token=owner.token)
    buyer = {"customerAccessToken": other.token}
    assert await refusals(api, BUYER, cart=cart["id"], buyer=buyer) == ["INVALID"]
    assert await read(api, cart["id"], owner.token) is not None


async def test_a_cart_made_while_signed_in_belongs_to_the_account(api: Api) -> None:
    """Another signed-in shopper finds no such cart and cannot change it."""
    owner, other = await api.add_account(), await api.add_account()
    cart = await new_cart(api, token=owner.token)
    assert await read(api, cart["id"], owner.token) is not None
    assert await read(api, cart["id"], other.token) is None
    assert await refusals(api, NOTE, other.token, cart=cart["id"], note="mine") == ["INVALID"]


async def test_warnings_tell_what_will_stop_the_purchase(api: Api, mug: Added) -> None:
    """Too few units, none at all, no longer for sale: one warning per line, and the cart is kept."""
    jumper, clock = await api.add_product(stock=0), await api.add_product()
    lines = [line(mug.variant_id, 11), line(jumper.variant_id), line(clock.variant_id)]
    cart = await new_cart(api, *lines)
    gone = sa.update(tables.products).where(tables.products.c.id == clock.product_id).values(status="ARCHIVED")
    await api.change(gone)
    payload = await outcome(api, NOTE, cart=cart["id"], note="")
    codes = ["MERCHANDISE_NOT_ENOUGH_STOCK", "MERCHANDISE_OUT_OF_STOCK", "MERCHANDISE_NOT_AVAILABLE"]
    targets = line_ids(cart)
    assert payload["warnings"] == [
        {"code": code, "target": target} for code, target in zip(codes, targets, strict=True)
    ]


async def test_what_never_sells_out_warns_of_nothing(api: Api) -> None:
    """A variant that is sold without stock can be bought in any number."""
    print_ = await api.add_product(stock=0, sells_out=False)
    assert (await outcome(api, CREATE, input={"lines": [line(print_.variant_id, 500)]}))["warnings"] == []


async def test_two_mutations_of_one_request_see_each_other(api: Api, mug: Added) -> None:
    """The second answer shows the stock that is left after the first, not what had been read before."""
    cart = await new_cart(api, line(mug.variant_id, 4))
    operation = """
    mutation($cart: ID!, $line: ID!) {
      a: cartLinesUpdate(cartId: $cart, lines: [{ id: $line, quantity: 5 }]) { cart { totalQuantity } }
      b: cartLinesUpdate(cartId: $cart, lines: [{ id: $line, quantity: 6 }]) { cart { totalQuantity } }
    }"""
    data = await api.data(operation, {"cart": cart["id"], "line": line_ids(cart)[0]})
    assert [payload["cart"]["totalQuantity"] for payload in data.values()] == [5, 6]


async def test_lines_are_paged_in_both_directions(api: Api, mug: Added) -> None:
    """Each line once, in order, forward by two and backward by two."""
    cart = await new_cart(api, *_five(mug))
    every = line_ids(cart)
    forward = await _paged(api, cart["id"], "first", "after", "endCursor", "hasNextPage")
    backward = await _paged(api, cart["id"], "last", "before", "startCursor", "hasPreviousPage")
    assert [len(page) for page in forward] == [2, 2, 1]
    assert [gid for page in forward for gid in page] == every
    assert [gid for page in reversed(backward) for gid in page] == every


def _five(mug: Added) -> list[dict[str, Any]]:
    return [line(mug.variant_id, 1, {"number": str(number)}) for number in range(5)]


async def _paged(api: Api, cart_id: str, size: str, beyond: str, cursor: str, more: str) -> list[list[str]]:
    query = f"""query($cart: ID!, $at: String) {{ cart(id: $cart) {{ lines({size}: 2, {beyond}: $at) {{
        nodes {{ id }} pageInfo {{ {cursor} {more} }} }} }} }}"""
    pages: list[list[str]] = []
    at = None
    while True:
        lines = (await api.data(query, {"cart": cart_id, "at": at}))["cart"]["lines"]
        pages.append([node["id"] for node in lines["nodes"]])
        if not lines["pageInfo"][more]:
            return pages
        at = lines["pageInfo"][cursor]
