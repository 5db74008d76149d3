"""Carts through GraphQL: what shoppers put in, take out and are told about it."""

from typing import Any

import pytest
import sqlalchemy as sa

from datasources import tables
from domain.catalog import ProductStatus
from domain.ids import global_id, new_secret
from tests.factories.catalog import Added
from tests.fixtures.graphql_api import Api
from tests.integration.graphql_carts import (
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

RED, BLUE = 0, 1


@pytest.fixture
async def mug(api: Api) -> Added:
    """A mug at 10.00 GBP, ten red ones and ten blue ones."""
    return await api.add_product(variants=("Red", "Blue"), price=1_000, stock=10)


async def test_an_empty_cart_costs_nothing(api: Api) -> None:
    """Without any input a cart is made, in the shop's currency."""
    cart = await changed(api, CREATE)
    assert (cart["totalQuantity"], total(cart), quantities(cart)) == (0, "0.00 GBP", [])


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
    assert (cart["totalQuantity"], total(cart)) == (2, "20.00 GBP")
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
    """What is not given stays as it is."""
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
    assert (line_ids(cart), total(cart)) == ([], "0.00 GBP")


async def test_note_and_attributes_are_replaced(api: Api) -> None:
    """What was there before is gone."""
    cart = await new_cart(api, note="old", attributes=[{"key": "old", "value": "1"}])
    noted = await changed(api, NOTE, cart=cart["id"], note="new")
    cart = await changed(api, ATTRIBUTES, cart=cart["id"], attributes=[{"key": "new", "value": "2"}])
    assert (noted["note"], cart["attributes"]) == ("new", [{"key": "new", "value": "2"}])


async def test_another_country_has_other_prices(api: Api, mug: Added) -> None:
    """The cart costs what its buyer's territory asks: its own price where set, else the exchange rate's."""
    await api.change(sa.insert(tables.prices).values(variant_id=mug.variant_id, territory="EU", minor=1_499))
    cart = await new_cart(api, line(mug.variant_id, 2))
    american = await changed(api, BUYER, cart=cart["id"], buyer={"countryCode": "US"})
    german = await changed(api, BUYER, cart=cart["id"], buyer={"countryCode": "DE"})
    assert [total(cart), total(american), total(german)] == ["20.00 GBP", "25.40 USD", "29.98 EUR"]


async def test_a_buyer_who_shows_a_token_is_told_the_account(api: Api) -> None:
    """The account is bound to the cart and told to its owner, not to others who hold the cart's id."""
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


async def test_a_cart_made_while_signed_in_belongs_to_the_account(api: Api) -> None:
    """Another signed-in shopper finds no such cart and cannot change it."""
    owner, other = await api.add_account(), await api.add_account()
    cart = await new_cart(api, token=owner.token)
    assert await read(api, cart["id"], owner.token) is not None
    assert await read(api, cart["id"], other.token) is None
    assert await refusals(api, NOTE, other.token, cart=cart["id"], note="mine") == ["INVALID"]


async def test_a_token_that_speaks_for_nobody_is_refused(api: Api) -> None:
    """A buyer's token must be the shop's own."""
    cart = await new_cart(api)
    assert await refusals(api, BUYER, cart=cart["id"], buyer={"customerAccessToken": "forged"}) == ["INVALID"]


@pytest.mark.parametrize("quantity", [0, -1, 1_000_001])
async def test_a_quantity_out_of_bounds_is_refused(api: Api, mug: Added, quantity: int) -> None:
    """1 to 1,000,000 units can be added."""
    assert await refusals(api, CREATE, input={"lines": [line(mug.variant_id, quantity)]}) == ["INVALID_QUANTITY"]
    assert await api.rows(tables.carts) == []


async def test_lines_add_up_to_the_limit_only(api: Api, mug: Added) -> None:
    """Merged units are bounded like others; the cart stays as it was."""
    cart = await new_cart(api, line(mug.variant_id, 1_000_000))
    assert await refusals(api, ADD, cart=cart["id"], lines=[line(mug.variant_id)]) == ["INVALID_QUANTITY"]
    assert await read(api, cart["id"]) == cart


async def test_a_cart_holds_a_hundred_lines(api: Api, mug: Added) -> None:
    """The hundred-and-first is refused, alone or with the others."""
    lines = [line(mug.variant_id, 1, {"number": str(number)}) for number in range(101)]
    cart = await new_cart(api, *lines[:100])
    assert len(cart["lines"]["nodes"]) == 100
    assert await refusals(api, ADD, cart=cart["id"], lines=lines[100:]) == ["TOO_MANY_LINES"]
    assert await refusals(api, CREATE, input={"lines": lines}) == ["TOO_MANY_LINES"]


@pytest.mark.parametrize("operation", [UPDATE, REMOVE])
async def test_one_call_changes_a_hundred_lines_at_most(api: Api, mug: Added, operation: str) -> None:
    """Naming one line many times is refused too."""
    cart = await new_cart(api, line(mug.variant_id))
    line_id = line_ids(cart)[0]
    lines: list[Any] = [{"id": line_id, "quantity": 2} if operation is UPDATE else line_id] * 101
    assert await refusals(api, operation, cart=cart["id"], lines=lines) == ["TOO_MANY_LINES"]


@pytest.mark.parametrize(
    "given",
    [
        {"note": "x" * 5_001},
        {"attributes": [{"key": f"key {number}", "value": ""} for number in range(51)]},
        {"attributes": [{"key": "k" * 256, "value": ""}]},
        {"attributes": [{"key": "k", "value": "v" * 2_001}]},
        {"discountCodes": [f"CODE{number}" for number in range(11)]},
        {"discountCodes": ["C" * 256]},
    ],
)
async def test_what_is_too_long_is_refused(api: Api, given: dict[str, Any]) -> None:
    """Nothing is cut off in silence."""
    assert await refusals(api, CREATE, input=given) == ["TOO_LONG"]


@pytest.mark.parametrize("buyer", [{"email": "nobody"}, {"email": f"{'x' * 250}@example.com"}, {"phone": "1" * 33}])
async def test_a_buyer_who_cannot_be_reached_is_refused(api: Api, buyer: dict[str, str]) -> None:
    """E-mail addresses and phone numbers have a shape."""
    assert await refusals(api, CREATE, input={"buyerIdentity": buyer}) == ["INVALID"]


async def test_merchandise_that_is_no_variant_is_refused(api: Api, mug: Added) -> None:
    """A product's id, an unknown one, another shop's, nonsense: the same refusal, and no cart is made."""
    gids = [
        global_id("Product", mug.product_id),
        variant_gid(999_999),
        variant_gid(2**63),
        f"gid://shopify/ProductVariant/{mug.variant_id}",
        str(mug.variant_id),
        "",
    ]
    for gid in gids:
        refused = await refusals(api, CREATE, input={"lines": [{"merchandiseId": gid}]})
        assert refused == ["MERCHANDISE_NOT_FOUND"], gid
    assert await api.rows(tables.carts) == []


@pytest.mark.parametrize("status", [ProductStatus.DRAFT, ProductStatus.ARCHIVED])
async def test_hidden_merchandise_is_refused(api: Api, status: ProductStatus) -> None:
    """As if it did not exist."""
    hidden = await api.add_product(status=status)
    assert await refusals(api, CREATE, input={"lines": [line(hidden.variant_id)]}) == ["MERCHANDISE_NOT_FOUND"]


async def test_a_line_of_another_cart_is_refused(api: Api, mug: Added) -> None:
    """Neither updated nor removed, and the other cart stays as it is."""
    mine, other = await new_cart(api, line(mug.variant_id)), await new_cart(api, line(mug.variant_id))
    (foreign,) = line_ids(other)
    updated = await refusals(api, UPDATE, cart=mine["id"], lines=[{"id": foreign, "quantity": 0}])
    removed = await refusals(api, REMOVE, cart=mine["id"], lines=[*line_ids(mine), foreign])
    assert updated == removed == ["LINE_NOT_FOUND"]
    assert await read(api, other["id"]) == other
    assert await read(api, mine["id"]) == mine


async def test_one_refused_change_undoes_the_others(api: Api, mug: Added) -> None:
    """All lines of a call are changed, or none."""
    cart = await new_cart(api, line(mug.variant_id, 2))
    added = await refusals(api, ADD, cart=cart["id"], lines=[line(mug.variant_id), line(999_999)])
    changes = [{"id": line_ids(cart)[0], "quantity": 9}, {"id": global_id("CartLine", 0), "quantity": 1}]
    assert added == ["MERCHANDISE_NOT_FOUND"]
    assert await refusals(api, UPDATE, cart=cart["id"], lines=changes) == ["LINE_NOT_FOUND"]
    assert await read(api, cart["id"]) == cart


@pytest.mark.parametrize(
    "cart_id", [global_id("Cart", new_secret()), global_id("Cart", "x" * 300), global_id("Order", 1), "nonsense", ""]
)
async def test_a_cart_that_does_not_exist_is_not_made(api: Api, cart_id: str) -> None:
    """Reading answers null, changing is refused."""
    assert await read(api, cart_id) is None
    assert await refusals(api, NOTE, cart=cart_id, note="x") == ["INVALID"]
    assert await api.rows(tables.carts) == []


@pytest.mark.parametrize(
    "given",
    [
        {"giftCardCodes": ["x"]},
        {"metafields": [{"key": "k", "type": "t", "value": "v"}]},
        {"delivery": {"addresses": []}},
        {"buyerIdentity": {"companyLocationId": "1"}},
        {"buyerIdentity": {"preferences": {"wallet": ["x"]}}},
        {"lines": [{"merchandiseId": "x", "sellingPlanId": "1"}]},
        {"lines": [{"merchandiseId": "x", "parent": {"lineId": "1"}}]},
    ],
)
async def test_unsupported_input_is_refused(api: Api, given: dict[str, Any]) -> None:
    """It is never dropped in silence."""
    assert await refusals(api, CREATE, input=given) == ["NOT_SUPPORTED"]


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
