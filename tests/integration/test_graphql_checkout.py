"""Buying through GraphQL with a real payment provider: every order, its stock and its charge go together."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from datasources import tables
from domain.ids import global_id, key_of, new_secret
from domain.orders import OrderStatus
from services.orders import OrderService
from services.payments import PaymentService, charge_key
from tests.factories.catalog import Added
from tests.fixtures.graphql_api import Api, Record
from tests.integration.graphql_carts import ADD, BUYER, NOTE, changed, line, new_cart, refusals
from tests.integration.running_sandbox import RunningSandbox

SUBMIT = """
mutation($cart: ID!, $attempt: String!, $payment: String!) {
  cartSubmitForCompletion(cartId: $cart, attemptToken: $attempt, payment: { token: $payment }) {
    __typename
    ... on SubmitSuccess { replayed order { ...Bought } }
    ... on SubmitFailed { errors { code field message } }
    ... on SubmitAlreadyAccepted { order { ...Bought } }
  }
}
fragment Bought on Order {
  id name token status email totalQuantity totalPrice { amount currencyCode } subtotalPrice { amount }
  lineItems(first: 10) { nodes { title variantTitle sku quantity totalPrice { amount } variant { id } } }
}
"""
ORDER = "query($id: ID!, $token: String) { order(id: $id, token: $token) { id status } }"


@pytest.fixture
def api(paying_api: Api) -> Api:
    """Everybody can pay here."""
    return paying_api


@pytest.fixture
async def mug(api: Api) -> Added:
    """A mug at 10.00 GBP, ten in stock."""
    return await api.add_product(title="Mug", price=1_000, stock=10)


async def submit(
    api: Api, cart: Record, attempt: str = "first", payment: str = "tok_ok", token: str | None = None
) -> Record:
    """What one submit came to."""
    variables = {"cart": cart["id"], "attempt": attempt, "payment": payment}
    answer: Record = (await api.data(SUBMIT, variables, token))["cartSubmitForCompletion"]
    return answer


def codes(answer: Record) -> list[str]:
    """Why a submit failed."""
    assert answer["__typename"] == "SubmitFailed"
    return [error["code"] for error in answer["errors"]]


async def stock(api: Api, product: Added) -> tuple[int, int, int]:
    """Available, reserved and sold units of the first variant."""
    query = sa.select(tables.stock_levels).where(tables.stock_levels.c.variant_id == product.variant_id)
    row = await api.stores.database.one(query)
    assert row is not None
    return row.available, row.reserved, row.sold


async def movements(api: Api, product: Added) -> list[tuple[str, int, int, int]]:
    """The ledger of the first variant after its initial stock."""
    rows = [row for row in await api.rows(tables.stock_movements) if row.variant_id == product.variant_id]
    return [(row.kind, row.available, row.reserved, row.sold) for row in rows[1:]]


def charges(sandbox: RunningSandbox, order: Record) -> list[tuple[str, int]]:
    """State and amount of what the provider charged for an order."""
    order_id = key_of(order["id"], "Order")
    assert order_id is not None
    return [(state, minor) for key, state, minor in sandbox.charges() if key == charge_key(order_id)]


def paying(api: Api) -> PaymentService:
    """The service that finds out about lost answers."""
    return PaymentService(api.stores.payments, api.stores.orders, OrderService(api.stores.database))


async def test_a_bought_cart_is_a_paid_order(api: Api, mug: Added, payment_sandbox: RunningSandbox) -> None:
    """The order says what was bought, the units are sold, the ledger tells why, the money was charged once."""
    cart = await new_cart(api, line(mug.variant_id, 3), buyerIdentity={"email": "ada@example.com"})
    answer = await submit(api, cart)
    order = answer["order"]
    assert (answer["__typename"], answer["replayed"]) == ("SubmitSuccess", False)
    assert (order["status"], order["email"], order["totalQuantity"]) == ("PAID", "ada@example.com", 3)
    assert order["totalPrice"] == {"amount": "30.00", "currencyCode": "GBP"}
    assert order["lineItems"]["nodes"] == [
        {
            "title": "Mug",
            "variantTitle": "Default Title",
            "sku": f"SKU-{mug.product_id}-1",
            "quantity": 3,
            "totalPrice": {"amount": "30.00"},
            "variant": {"id": global_id("ProductVariant", mug.variant_id)},
        }
    ]
    assert await stock(api, mug) == (7, 0, 3)
    assert await movements(api, mug) == [("RESERVATION", -3, 3, 0), ("SALE", 0, -3, 3)]
    assert charges(payment_sandbox, order) == [("CAPTURED", 3_000)]
    assert [row.status for row in await api.rows(tables.order_events)] == ["PENDING_PAYMENT", "PAID"]
    assert [row.kind for row in await api.rows(tables.outbox)] == ["OrderPlaced", "OrderPaid"]


async def test_a_repeated_submit_answers_the_same_and_buys_nothing(
    api: Api, mug: Added, payment_sandbox: RunningSandbox
) -> None:
    """Same token and content: the same order, one order, one charge."""
    cart = await new_cart(api, line(mug.variant_id))
    first, again = await submit(api, cart), await submit(api, cart)
    assert again == first | {"replayed": True}
    assert len(await api.rows(tables.orders)) == 1
    assert charges(payment_sandbox, first["order"]) == [("CAPTURED", 1_000)]
    assert await stock(api, mug) == (9, 0, 1)


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


async def test_another_token_is_told_of_the_order(api: Api, mug: Added) -> None:
    """A cart becomes one order; a second attempt gets that one."""
    cart = await new_cart(api, line(mug.variant_id))
    first, second = await submit(api, cart, "first"), await submit(api, cart, "second")
    assert second == {"__typename": "SubmitAlreadyAccepted", "order": first["order"]}
    assert len(await api.rows(tables.orders)) == 1


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
    assert [error["field"] for error in answer["errors"]] == [["cart", "lines", "0"], ["cart", "lines", "3"]]
    assert [await stock(api, product) for product in (mug, jumper, clock)] == [(10, 0, 0), (1, 0, 0), (0, 0, 0)]
    assert await api.rows(tables.orders) == []


async def test_lines_of_one_variant_share_its_stock(api: Api, mug: Added) -> None:
    """Six engraved and six plain mugs are more than ten mugs."""
    cart = await new_cart(api, line(mug.variant_id, 6), line(mug.variant_id, 6, {"engraving": "Ada"}))
    assert codes(await submit(api, cart)) == ["OUT_OF_STOCK", "OUT_OF_STOCK"]
    assert await stock(api, mug) == (10, 0, 0)


async def test_what_never_sells_out_is_sold_without_stock(api: Api) -> None:
    """Its stock falls below zero and it stays for sale."""
    print_ = await api.add_product(stock=1, sells_out=False)
    cart = await new_cart(api, line(print_.variant_id, 5))
    assert (await submit(api, cart))["order"]["status"] == "PAID"
    assert await stock(api, print_) == (-4, 0, 5)


async def test_an_order_has_the_prices_of_its_moment(api: Api, mug: Added, payment_sandbox: RunningSandbox) -> None:
    """A price that changed since the cart was made is charged as it is now."""
    cart = await new_cart(api, line(mug.variant_id, 2))
    await api.change(sa.update(tables.prices).values(minor=1_250))
    order = (await submit(api, cart))["order"]
    assert order["totalPrice"]["amount"] == "25.00"
    assert charges(payment_sandbox, order) == [("CAPTURED", 2_500)]


async def test_an_order_is_priced_and_kept_where_the_buyer_shops(api: Api, mug: Added) -> None:
    """The cart's country decides, whatever the request's territory is."""
    cart = await new_cart(api, line(mug.variant_id))
    await changed(api, BUYER, cart=cart["id"], buyer={"countryCode": "US"})
    order = (await submit(api, cart))["order"]
    (row,) = await api.rows(tables.orders)
    assert order["totalPrice"] == {"amount": "12.70", "currencyCode": "USD"}
    assert (row.territory, row.country, row.currency) == ("US", "US", "USD")


@pytest.mark.parametrize("status", ["ARCHIVED", "DRAFT"])
async def test_a_product_that_left_the_shop_is_not_bought(api: Api, mug: Added, status: str) -> None:
    """The line is named and nothing is bought."""
    jumper = await api.add_product()
    cart = await new_cart(api, line(mug.variant_id), line(jumper.variant_id))
    gone = tables.products.c.id == jumper.product_id
    await api.change(sa.update(tables.products).where(gone).values(status=status))
    answer = await submit(api, cart)
    assert codes(answer) == ["MERCHANDISE_NOT_FOUND"]
    assert answer["errors"][0]["field"] == ["cart", "lines", "1"]
    assert await stock(api, mug) == (10, 0, 0)


async def test_an_order_keeps_what_was_bought_when_the_product_is_gone(api: Api, mug: Added) -> None:
    """Names and prices stay; the variant is null."""
    order = (await submit(api, await new_cart(api, line(mug.variant_id))))["order"]
    await api.change(sa.update(tables.products).values(status="ARCHIVED", title="Other"))
    query = """query($id: ID!, $token: String) { order(id: $id, token: $token) {
        lineItems(first: 1) { nodes { title variant { id } } } } }"""
    kept = (await api.data(query, {"id": order["id"], "token": order["token"]}))["order"]
    assert kept["lineItems"]["nodes"] == [{"title": "Mug", "variant": None}]


async def test_a_lost_answer_of_the_provider_is_found_out_later(
    api: Api, mug: Added, payment_sandbox: RunningSandbox
) -> None:
    """The order waits for its payment, keeps its stock, and is paid once the provider was asked."""
    cart = await new_cart(api, line(mug.variant_id))
    answer = await submit(api, cart, payment="tok_charge_then_timeout")
    order = answer["order"]
    assert (answer["__typename"], order["status"]) == ("SubmitSuccess", "PENDING_PAYMENT")
    assert await stock(api, mug) == (9, 1, 0)
    order_id = key_of(order["id"], "Order")
    assert order_id is not None
    assert await paying(api).settle(order_id) is OrderStatus.PAID
    assert await paying(api).settle(order_id) is OrderStatus.PAID
    assert await stock(api, mug) == (9, 0, 1)
    assert charges(payment_sandbox, order) == [("CAPTURED", 1_000)]
    read = (await api.data(ORDER, {"id": order["id"], "token": order["token"]}))["order"]
    assert read["status"] == "PAID"


async def test_a_guest_reads_the_order_by_its_token(api: Api, mug: Added) -> None:
    """Without the token, or with another, there is no such order."""
    order = (await submit(api, await new_cart(api, line(mug.variant_id))))["order"]
    by_token = await api.data(ORDER, {"id": order["id"], "token": order["token"]})
    assert by_token["order"] == {"id": order["id"], "status": "PAID"}
    for token in (None, new_secret()):
        assert (await api.data(ORDER, {"id": order["id"], "token": token}))["order"] is None


async def test_a_signed_in_buyer_owns_the_order(api: Api, mug: Added) -> None:
    """It is sent to the account's e-mail address and read without the order's token."""
    shopper = await api.add_account(email="ada@example.com")
    order = (await submit(api, await new_cart(api, line(mug.variant_id)), token=shopper.token))["order"]
    assert order["email"] == "ada@example.com"
    assert (await api.data(ORDER, {"id": order["id"]}, shopper.token))["order"]["id"] == order["id"]


async def test_nothing_is_bought_without_lines_tokens_or_cart(api: Api, mug: Added) -> None:
    """Each is refused by its own name."""
    cart = await new_cart(api, line(mug.variant_id))
    assert codes(await submit(api, await new_cart(api))) == ["CART_EMPTY"]
    assert codes(await submit(api, {"id": global_id("Cart", new_secret())})) == ["CART_NOT_FOUND"]
    for wrong in ({"attempt": ""}, {"attempt": "x" * 256}, {"payment": ""}, {"payment": "x" * 256}):
        assert codes(await submit(api, cart, **wrong)) == ["INVALID"]
    assert await api.rows(tables.orders) == []


async def test_a_total_beyond_all_money_is_refused(api: Api) -> None:
    """Rather than kept wrongly."""
    yacht = await api.add_product(price=10**12, stock=0, sells_out=False)
    cart = await new_cart(api, line(yacht.variant_id, 1_000_000))
    assert codes(await submit(api, cart)) == ["TOTAL_TOO_HIGH"]


async def test_two_submits_of_one_attempt_at_once_are_one(
    api: Api, mug: Added, payment_sandbox: RunningSandbox
) -> None:
    """Both are told of the same paid order; it is charged once."""
    cart = await new_cart(api, line(mug.variant_id))
    answers = await asyncio.gather(*(submit(api, cart) for _ in range(4)))
    assert {answer["__typename"] for answer in answers} == {"SubmitSuccess"}
    assert [answer["replayed"] for answer in answers].count(False) == 1
    (order,) = await api.rows(tables.orders)
    assert {answer["order"]["id"] for answer in answers} == {global_id("Order", order.id)}
    assert order.status == "PAID"
    assert charges(payment_sandbox, answers[0]["order"]) == [("CAPTURED", 1_000)]
    assert await stock(api, mug) == (9, 0, 1)


async def test_of_different_attempts_at_once_one_wins(api: Api, mug: Added) -> None:
    """The others are told of its order."""
    cart = await new_cart(api, line(mug.variant_id))
    answers = await asyncio.gather(*(submit(api, cart, f"attempt-{number}") for number in range(4)))
    kinds = sorted(answer["__typename"] for answer in answers)
    assert kinds == ["SubmitAlreadyAccepted"] * 3 + ["SubmitSuccess"]
    assert len({answer["order"]["id"] for answer in answers}) == len(await api.rows(tables.orders)) == 1
    assert await stock(api, mug) == (9, 0, 1)


async def test_the_last_unit_is_sold_once(api: Api) -> None:
    """Of several buyers at once one gets it, the others are told that it is gone."""
    last = await api.add_product(stock=1)
    carts = [await new_cart(api, line(last.variant_id)) for _ in range(4)]
    answers: list[Any] = await asyncio.gather(*(submit(api, cart) for cart in carts))
    assert sorted(answer["__typename"] for answer in answers) == ["SubmitFailed"] * 3 + ["SubmitSuccess"]
    assert await stock(api, last) == (0, 0, 1)
