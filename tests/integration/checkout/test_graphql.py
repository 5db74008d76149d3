"""Buying through GraphQL with a real payment provider: every order agrees with its stock and its charge."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from datasources import tables
from domain.kit.ids import global_id, key_of, new_secret
from domain.orders.life import OrderStatus
from domain.payments.records import ChargeState
from services.payments.charges import ChargeOutcome, PaymentService
from tests.kit.carts import BUYER, changed, line, new_cart
from tests.kit.checkouts import ORDER, SUBMIT, charges, codes, movements, paying, stock, submit
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Api
from tests.kit.running_sandbox import RunningSandbox


@pytest.fixture
def api(paying_api: Api) -> Api:
    """A shop with a payment provider."""
    return paying_api


@pytest.fixture
async def mug(api: Api) -> Added:
    """A mug at 10.00 GBP, ten in stock."""
    return await api.add_product(title="Mug", price=1_000, stock=10)


async def test_a_bought_cart_is_a_paid_order(api: Api, mug: Added, payment_sandbox: RunningSandbox) -> None:
    """The order lists the purchase, the units are sold, the ledger has the reason, and the charge is made once."""
    cart = await new_cart(api, line(mug.variant_id, 3), buyerIdentity={"email": "ada@example.com"})
    answer = await submit(api, cart)
    order = answer["order"]
    assert (answer["__typename"], answer["replayed"]) == ("SubmitSuccess", False)
    assert (order["status"], order["email"], order["totalQuantity"]) == ("PAID", "ada@example.com", 3)
    assert order["totalPrice"] == {"amount": "30.0", "currencyCode": "GBP"}
    assert order["lineItems"]["nodes"] == [
        {
            "title": "Mug",
            "variantTitle": "Default Title",
            "sku": f"SKU-{mug.product_id}-1",
            "quantity": 3,
            "totalPrice": {"amount": "30.0"},
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


async def test_another_token_is_told_of_the_order(api: Api, mug: Added) -> None:
    """A cart becomes one order; a second attempt gets the same order."""
    cart = await new_cart(api, line(mug.variant_id))
    first, second = await submit(api, cart, "first"), await submit(api, cart, "second")
    assert second == {"__typename": "SubmitAlreadyAccepted", "order": first["order"]}
    assert len(await api.rows(tables.orders)) == 1


@pytest.mark.silent_provider
@pytest.mark.parametrize("end", ["CANCELLED", "REFUNDED"])
async def test_an_attempt_that_came_to_nothing_never_becomes_one_that_did(api: Api, mug: Added, end: str) -> None:
    """Nothing was bought, whatever the state of its order became afterwards."""
    cart = await new_cart(api, line(mug.variant_id))
    assert (await submit(api, cart, payment="tok_hang"))["order"]["status"] == "PENDING_PAYMENT"
    await api.change(sa.update(tables.orders).values(status=end))
    assert codes(await submit(api, cart, payment="tok_hang")) == ["ORDER_EXPIRED"]


@pytest.mark.parametrize("end", ["CANCELLED", "REFUNDED"])
async def test_an_attempt_that_bought_something_stays_one(api: Api, mug: Added, end: str) -> None:
    """The answer has the current state of the order."""
    cart = await new_cart(api, line(mug.variant_id))
    await submit(api, cart)
    await api.change(sa.update(tables.orders).values(status=end))
    again = await submit(api, cart)
    assert (again["__typename"], again["order"]["status"]) == ("SubmitSuccess", end)


async def test_an_attempt_is_known_wherever_it_is_sent_from(api: Api, mug: Added) -> None:
    """A phone that leaves the house may appear in another territory."""
    cart = await new_cart(api, line(mug.variant_id))
    first = await submit(api, cart)
    variables = {"cart": cart["id"], "attempt": "first", "payment": "tok_ok", "expected": None}
    abroad = SUBMIT.replace(" {\n  cartSubmit", " @inContext(country: US) {\n  cartSubmit", 1)
    again = (await api.data(abroad, variables))["cartSubmitForCompletion"]
    assert again == first | {"replayed": True}


async def test_an_order_of_nothing_is_paid_without_the_provider(
    api: Api, mug: Added, payment_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No provider accepts an amount of zero. If the process ends before the order is paid, the sweep pays it."""
    await api.change(sa.update(tables.prices).values(minor=0))
    order = (await submit(api, await new_cart(api, line(mug.variant_id)), payment="tok_decline"))["order"]
    assert (order["status"], charges(payment_sandbox, order)) == ("PAID", [])

    async def killed(_payments: PaymentService, *_: object) -> ChargeOutcome:
        return ChargeOutcome(OrderStatus.PENDING_PAYMENT, ChargeState.UNKNOWN)

    monkeypatch.setattr(PaymentService, "charge", killed)
    order = (await submit(api, await new_cart(api, line(mug.variant_id)), "second"))["order"]
    order_id = key_of(order["id"], "Order")
    assert (order["status"], order_id is None) == ("PENDING_PAYMENT", False)
    assert await paying(api).settle(order_id or 0) is OrderStatus.PAID
    assert await stock(api, mug) == (8, 0, 2)


async def test_what_never_sells_out_is_sold_without_stock(api: Api) -> None:
    """Its stock falls below zero and it stays for sale."""
    print_ = await api.add_product(stock=1, sells_out=False)
    cart = await new_cart(api, line(print_.variant_id, 5))
    assert (await submit(api, cart))["order"]["status"] == "PAID"
    assert await stock(api, print_) == (-4, 0, 5)


async def test_a_price_that_nobody_agreed_to_is_not_charged(
    api: Api, mug: Added, payment_sandbox: RunningSandbox
) -> None:
    """A submit after a price change is refused with the new total, and charged after the buyer agrees to it."""
    cart = await new_cart(api, line(mug.variant_id, 2))
    await api.change(sa.update(tables.prices).values(minor=1_250))
    for attempt in ("first", "first again"):
        refused = await submit(api, cart, attempt)
        assert codes(refused) == ["PRICE_CHANGED"]
        assert refused["totalAmount"] == {"amount": "25.0", "currencyCode": "GBP"}
    assert await api.rows(tables.orders) == []
    order = (await submit(api, cart, expected={"amount": "25.00", "currencyCode": "GBP"}))["order"]
    assert order["totalPrice"]["amount"] == "25.0"
    assert charges(payment_sandbox, order) == [("CAPTURED", 2_500)]


async def test_an_order_is_priced_and_kept_where_the_buyer_shops(api: Api, mug: Added) -> None:
    """The country of the cart decides, not the territory of the request."""
    cart = await new_cart(api, line(mug.variant_id))
    await changed(api, BUYER, cart=cart["id"], buyer={"countryCode": "US"})
    order = (await submit(api, cart))["order"]
    (row,) = await api.rows(tables.orders)
    assert order["totalPrice"] == {"amount": "12.7", "currencyCode": "USD"}
    assert (row.territory, row.country, row.currency) == ("US", "US", "USD")


async def test_an_order_keeps_what_was_bought_when_the_product_is_gone(api: Api, mug: Added) -> None:
    """Names and prices stay; the variant is null."""
    order = (await submit(api, await new_cart(api, line(mug.variant_id))))["order"]
    await api.change(sa.update(tables.products).values(status="ARCHIVED", title="Other"))
    query = """query($id: ID!, $token: String) { order(id: $id, token: $token) {
        lineItems(first: 1) { nodes { title variant { id } } } } }"""
    kept = (await api.data(query, {"id": order["id"], "token": order["token"]}))["order"]
    assert kept["lineItems"]["nodes"] == [{"title": "Mug", "variant": None}]


@pytest.mark.silent_provider
async def test_a_lost_answer_of_the_provider_is_found_out_later(
    api: Api, mug: Added, payment_sandbox: RunningSandbox
) -> None:
    """The order waits for its payment, keeps its stock, and is paid after a query to the provider."""
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
    order = (await submit(api, await new_cart(api, line(mug.variant_id), buyerIdentity={}), token=shopper.token))[
        "order"
    ]
    assert order["email"] == "ada@example.com"
    assert (await api.data(ORDER, {"id": order["id"]}, shopper.token))["order"]["id"] == order["id"]


async def test_two_submits_of_one_attempt_at_once_are_one(
    api: Api, mug: Added, payment_sandbox: RunningSandbox
) -> None:
    """Both get the same paid order; it is charged once."""
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
    """The others get its order."""
    cart = await new_cart(api, line(mug.variant_id))
    answers = await asyncio.gather(*(submit(api, cart, f"attempt-{number}") for number in range(4)))
    kinds = sorted(answer["__typename"] for answer in answers)
    assert kinds == ["SubmitAlreadyAccepted"] * 3 + ["SubmitSuccess"]
    assert len({answer["order"]["id"] for answer in answers}) == len(await api.rows(tables.orders)) == 1
    assert await stock(api, mug) == (9, 0, 1)


async def test_the_last_unit_is_sold_once(api: Api) -> None:
    """One of several concurrent buyers gets it; the others are refused as out of stock."""
    last = await api.add_product(stock=1)
    carts = [await new_cart(api, line(last.variant_id)) for _ in range(4)]
    answers: list[Any] = await asyncio.gather(*(submit(api, cart) for cart in carts))
    assert sorted(answer["__typename"] for answer in answers) == ["SubmitFailed"] * 3 + ["SubmitSuccess"]
    assert await stock(api, last) == (0, 0, 1)
