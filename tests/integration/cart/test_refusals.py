"""What carts refuse through GraphQL, and that a refused change changes nothing."""

from typing import Any

import pytest
import sqlalchemy as sa

from datasources import tables
from domain.catalog.records import ProductStatus
from domain.kit.ids import global_id
from tests.kit.carts import (
    ADD,
    BUYER,
    CREATE,
    NOTE,
    REMOVE,
    UPDATE,
    line,
    line_ids,
    new_cart,
    read,
    refusals,
    variant_gid,
)
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Api


@pytest.fixture
async def mug(api: Api) -> Added:
    """A mug at 10.00 GBP, ten red ones and ten blue ones."""
    return await api.add_product(variants=("Red", "Blue"), price=1_000, stock=10)


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
    """The hundred-and-first is refused, by itself or with the others."""
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


@pytest.mark.parametrize(
    "buyer",
    [
        {"email": "nobody"},
        {"email": ""},
        {"email": f"{'x' * 250}@example.com"},
        {"email": f"{'İ' * 64}@{'İ' * 170}.com"},
        {"email": "ada@example.com\r\nBcc: all@example.com"},
        {"email": "ada@example.com\0"},
        {"email": "ada lovelace@example.com"},
        {"email": "ada@example.com, bob@example.com"},
        {"email": "<script>@example.com"},
        {"phone": "1" * 33},
        {"phone": "call me"},
        {"phone": "123\n456"},
    ],
)
async def test_a_buyer_who_cannot_be_reached_is_refused(api: Api, buyer: dict[str, str]) -> None:
    """E-mail addresses and phone numbers have a shape."""
    assert await refusals(api, CREATE, input={"buyerIdentity": buyer}) == ["INVALID"]


async def test_blanks_around_an_email_are_no_part_of_it(api: Api) -> None:
    """A shopper who pastes one gets no error."""
    cart = await new_cart(api, buyerIdentity={"email": " ada@example.com ", "phone": " +44 20 7946 "})
    assert (cart["buyerIdentity"]["email"], cart["buyerIdentity"]["phone"]) == ("ada@example.com", "+44 20 7946")


async def test_a_total_that_nobody_could_pay_is_refused(api: Api, mug: Added) -> None:
    """Before it is too high for any database."""
    await api.change(sa.update(tables.prices).values(minor=10**13))
    assert await refusals(api, CREATE, input={"lines": [line(mug.variant_id, 1_000_000)]}) == ["TOTAL_TOO_HIGH"]


@pytest.mark.parametrize(
    "given",
    [
        {"note": "Ring\0"},
        {"attributes": [{"key": "a\nb", "value": ""}]},
        {"attributes": [{"key": "a", "value": "b\x1b[2J"}]},
        {"delivery": {"addresses": [{"address": {"deliveryAddress": {"city": "Lon\ndon"}}}]}},
    ],
)
async def test_what_cannot_be_seen_is_refused(api: Api, given: dict[str, Any]) -> None:
    """It would end a line or a text elsewhere. A note may have lines."""
    assert await refusals(api, CREATE, input=given) == ["INVALID"]
    assert (await new_cart(api, note="Ring twice.\n\tThen wait."))["note"] == "Ring twice.\n\tThen wait."


async def test_merchandise_that_is_no_variant_is_refused(api: Api, mug: Added) -> None:
    """A product's id, an unknown one, another shop's, nonsense: the same refusal, and no cart is made."""
    gids = [
        global_id("Product", mug.product_id),
        variant_gid(999_999),
        variant_gid(2**63),
        f"gid://elsewhere/ProductVariant/{mug.variant_id}",
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
    "cart_id", [global_id("Cart", "0" * 32), global_id("Cart", "x" * 300), global_id("Order", 1), "nonsense", ""]
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
        {"buyerIdentity": {"companyLocationId": "1"}},
        {"lines": [{"merchandiseId": "x", "sellingPlanId": "1"}]},
        {"lines": [{"merchandiseId": "x", "parent": {"lineId": "1"}}]},
    ],
)
async def test_unsupported_input_is_refused(api: Api, given: dict[str, Any]) -> None:
    """It is never dropped in silence."""
    assert await refusals(api, CREATE, input=given) == ["NOT_SUPPORTED"]
