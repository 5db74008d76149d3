"""Carts that cannot be bought through GraphQL; a refused submit leaves nothing behind."""

import pytest
import sqlalchemy as sa

from datasources import tables
from domain.kit.ids import global_id, new_secret
from tests.kit.carts import ADD, NOTE, changed, line, new_cart, refusals
from tests.kit.checkouts import codes, movements, stock, submit
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Api
from tests.kit.running_sandbox import RunningSandbox


@pytest.fixture
def api(paying_api: Api) -> Api:
    """Everybody can pay here."""
    return paying_api


@pytest.fixture
async def mug(api: Api) -> Added:
    """A mug at 10.00 GBP, ten in stock."""
    return await api.add_product(title="Mug", price=1_000, stock=10)


async def test_a_token_is_good_for_one_content(api: Api, mug: Added) -> None:
    """The same token with another payment is refused."""
    cart = await new_cart(api, line(mug.variant_id))
    await submit(api, cart)
    assert codes(await submit(api, cart, payment="tok_decline")) == ["ATTEMPT_TOKEN_REUSED"]


async def test_a_shoppers_token_is_good_for_one_cart(api: Api, mug: Added) -> None:
    """A signed-in shopper cannot use a token for two carts; two guests may choose the same one."""
    shopper = await api.add_account()
    carts = [await new_cart(api, line(mug.variant_id)) for _ in range(4)]
    assert (await submit(api, carts[0], token=shopper.token))["__typename"] == "SubmitSuccess"
    assert codes(await submit(api, carts[1], token=shopper.token)) == ["ATTEMPT_TOKEN_REUSED"]
    assert {(await submit(api, cart))["__typename"] for cart in carts[2:]} == {"SubmitSuccess"}


async def test_an_account_s_order_is_not_told_to_who_knows_its_cart(api: Api, mug: Added) -> None:
    """Neither for a cart that a guest gave away nor for the account's own: it would show an e-mail and a secret."""
    shopper, other = await api.add_account(), await api.add_account()
    given, own = (
        await new_cart(api, line(mug.variant_id)),
        await new_cart(api, line(mug.variant_id), token=shopper.token),
    )
    for cart, attempt in ((given, "first"), (own, "second")):
        await submit(api, cart, attempt, token=shopper.token)
        assert codes(await submit(api, cart, "third")) == ["CART_COMPLETED"]
        assert (await submit(api, cart, "third", token=shopper.token))["__typename"] == "SubmitAlreadyAccepted"
    assert codes(await submit(api, given, "third", token=other.token)) == ["CART_COMPLETED"]


async def test_a_cart_that_became_an_order_does_not_change(api: Api, mug: Added) -> None:
    """It can be read but not written."""
    cart = await new_cart(api, line(mug.variant_id))
    await submit(api, cart)
    assert await refusals(api, NOTE, cart=cart["id"], note="x") == ["CART_COMPLETED"]
    assert await refusals(api, ADD, cart=cart["id"], lines=[line(mug.variant_id)]) == ["CART_COMPLETED"]


async def test_a_declined_payment_gives_back_stock_and_cart(
    api: Api, mug: Added, payment_sandbox: RunningSandbox
) -> None:
    """The same token is declined again; the cart can be changed and bought with another token."""
    cart = await new_cart(api, line(mug.variant_id, 2))
    assert codes(await submit(api, cart, payment="tok_decline")) == ["PAYMENT_DECLINED"]
    assert await stock(api, mug) == (10, 0, 0)
    assert await movements(api, mug) == [("RESERVATION", -2, 2, 0), ("RELEASE", 2, -2, 0)]
    assert codes(await submit(api, cart, payment="tok_decline")) == ["PAYMENT_DECLINED"]
    await changed(api, ADD, cart=cart["id"], lines=[line(mug.variant_id)])
    bought = await submit(api, cart, "second")
    assert (bought["order"]["status"], bought["order"]["totalQuantity"]) == ("PAID", 3)
    assert [row.status for row in await api.rows(tables.orders)] == ["PAYMENT_FAILED", "PAID"]
    assert await stock(api, mug) == (7, 0, 3)


async def test_out_of_stock_names_every_line_that_is_short(
    api: Api, mug: Added, payment_sandbox: RunningSandbox
) -> None:
    """By its position; nothing is reserved, not even of lines that are not short."""
    jumper, clock = await api.add_product(stock=1), await api.add_product(stock=0)
    print_ = await api.add_product(stock=0, sells_out=False)
    lines = [line(jumper.variant_id, 2), line(mug.variant_id), line(print_.variant_id, 5), line(clock.variant_id)]
    cart = await new_cart(api, *lines)
    answer = await submit(api, cart)
    assert codes(answer) == ["OUT_OF_STOCK", "OUT_OF_STOCK"]
    assert [error["field"] for error in answer["errors"]] == [["cartId"], ["cartId"]]
    assert [error["recordField"] for error in answer["errors"]] == [["lines", "0"], ["lines", "3"]]
    assert [await stock(api, product) for product in (mug, jumper, clock)] == [(10, 0, 0), (1, 0, 0), (0, 0, 0)]
    assert await api.rows(tables.orders) == []


async def test_lines_of_one_variant_share_its_stock(api: Api, mug: Added) -> None:
    """Six engraved and six plain mugs are more than ten mugs."""
    cart = await new_cart(api, line(mug.variant_id, 6), line(mug.variant_id, 6, {"engraving": "Ada"}))
    assert codes(await submit(api, cart)) == ["OUT_OF_STOCK", "OUT_OF_STOCK"]
    assert await stock(api, mug) == (10, 0, 0)


@pytest.mark.parametrize("status", ["ARCHIVED", "DRAFT"])
async def test_a_product_that_left_the_shop_is_not_bought(api: Api, mug: Added, status: str) -> None:
    """Its line is no longer seen, so the refusal names the lines as a whole, and nothing is bought."""
    jumper = await api.add_product()
    cart = await new_cart(api, line(mug.variant_id), line(jumper.variant_id))
    gone = tables.products.c.id == jumper.product_id
    await api.change(sa.update(tables.products).where(gone).values(status=status))
    answer = await submit(api, cart)
    assert codes(answer) == ["MERCHANDISE_NOT_FOUND"]
    assert answer["errors"][0]["recordField"] == ["lines"]
    assert await stock(api, mug) == (10, 0, 0)


async def test_nothing_is_bought_without_lines_tokens_or_cart(api: Api, mug: Added) -> None:
    """Each is refused by its own name."""
    cart = await new_cart(api, line(mug.variant_id))
    assert codes(await submit(api, await new_cart(api))) == ["CART_EMPTY"]
    assert codes(await submit(api, {"id": global_id("Cart", new_secret())})) == ["CART_NOT_FOUND"]
    for attempt, payment in (("", "tok_ok"), ("x" * 256, "tok_ok"), ("first", ""), ("first", "x" * 256)):
        assert codes(await submit(api, cart, attempt, payment)) == ["INVALID"]
    assert await api.rows(tables.orders) == []


async def test_a_total_beyond_all_money_is_refused(api: Api) -> None:
    """Rather than kept wrongly."""
    yacht = await api.add_product(price=10**12, stock=0, sells_out=False)
    cart = await new_cart(api, line(yacht.variant_id, 1_000_000))
    assert codes(await submit(api, cart)) == ["TOTAL_TOO_HIGH"]
