"""Several payment providers at once: chosen by territory and method, each with its charges, refunds and webhooks."""

import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from starlette.applications import Starlette

from bff.app import routes_over
from bff.settings.territories import PaymentMethodSettings
from bff.settings.variables import Settings
from bff.stores.wiring import open_stores
from datasources import tables
from datasources.payments.routing import RoutedPayments
from domain.kit.ids import key_of
from domain.kit.money import Money
from domain.payments.keys import charge_key
from domain.payments.records import Charge, ChargeState
from sandbox.webhooks import SIGNATURE_HEADER, signature
from tests.kit.carts import line, new_cart
from tests.kit.checkouts import codes, paying
from tests.kit.fixtures.graphql import paying_settings
from tests.kit.fixtures.graphql_api import Api, Record
from tests.kit.order_desk import Till
from tests.kit.payment_pages import look, retry
from tests.kit.running_sandbox import RunningSandbox

SUBMIT = """
mutation($cart: ID!, $payment: CartPaymentInput!) {
  cartSubmitForCompletion(cartId: $cart, attemptToken: "one", payment: $payment) {
    __typename
    ... on SubmitSuccess { order { id token status } }
    ... on SubmitActionRequired { order { id token status } }
    ... on SubmitFailed { errors { code field } }
  }
}
"""
METHODS = "query($cart: ID!) { cart(id: $cart) { availablePaymentMethods { handle title provider } } }"


class Other(Till):
    """A second provider, in memory."""

    name = "stripe"


@pytest.fixture
def other() -> Other:
    """What the second provider knows."""
    return Other()


@pytest.fixture
async def api(shop_settings: Settings, payment_sandbox: RunningSandbox, other: Other) -> AsyncIterator[Api]:
    """A shop whose first territory takes cards by the sandbox and invoices by the other provider."""
    first, *others = shop_settings.territories
    methods = [
        PaymentMethodSettings(handle="card", title="Card", provider="sandbox"),
        PaymentMethodSettings(handle="invoice", title="Invoice", provider="stripe"),
    ]
    territories = [first.model_copy(update={"payment_methods": methods}), *others]
    signing = {"sandbox_webhook_secret": SecretStr("signing")}
    settings = shop_settings.model_copy(update=paying_settings(payment_sandbox) | signing)
    async with open_stores(settings) as stores:
        changed = settings.model_copy(update={"territories": territories})
        payments = RoutedPayments(stores.payments, other)
        stores = replace(stores, settings=changed, territories=changed.markets(), payments=payments)
        transport = httpx.ASGITransport(Starlette(routes=routes_over(stores)))
        async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
            yield Api(stores, client)


async def buy(api: Api, payment: Record) -> Record:
    """A submit of one mug."""
    mug = await api.add_product(title="Mug", price=1_000, stock=10)
    cart = await new_cart(api, line(mug.variant_id))
    answer: Record = (await api.data(SUBMIT, {"cart": cart["id"], "payment": payment}))["cartSubmitForCompletion"]
    return answer


def key(order: Record) -> int:
    """The key of an order."""
    found = key_of(order["id"], "Order")
    assert found is not None
    return found


async def test_a_cart_says_how_it_can_be_paid_in_its_territory(api: Api) -> None:
    """A territory without methods of its own has the usual ones of the shop's provider."""
    mug = await api.add_product()
    cart = await new_cart(api, line(mug.variant_id))
    assert (await api.data(METHODS, {"cart": cart["id"]}))["cart"]["availablePaymentMethods"] == [
        {"handle": "card", "title": "Card", "provider": "sandbox"},
        {"handle": "invoice", "title": "Invoice", "provider": "stripe"},
    ]
    there = api.stores.settings.territories[1].market("sandbox")
    assert [(each.handle, each.provider) for each in there.payment_methods] == [
        ("card", "sandbox"),
        ("sandbox", "sandbox"),
    ]


@pytest.mark.parametrize(
    ("payment", "provider"),
    [
        ({"token": "tok_ok"}, "sandbox"),
        ({"token": "tok_ok", "method": "card"}, "sandbox"),
        ({"token": "CAPTURED", "method": "invoice"}, "stripe"),
    ],
)
async def test_the_method_decides_who_takes_the_money(
    api: Api, other: Other, payment_sandbox: RunningSandbox, payment: Record, provider: str
) -> None:
    """Only that provider has the charge, and the payment names it; its refund goes the same way."""
    order = (await buy(api, payment))["order"]
    assert order["status"] == "PAID"
    (row,) = await api.rows(tables.payments)
    named = "" if provider == "sandbox" else provider
    assert (row.provider, row.charge_key) == (provider, charge_key(key(order), provider=named))
    assert (row.charge_key in other.charges) is (provider == "stripe")
    assert (row.charge_key in [charge[0] for charge in payment_sandbox.charges()]) is (provider == "sandbox")
    refund = await api.stores.payments.refund(row.charge_key, f"refund-{key(order)}", Money(100, "GBP"))
    assert refund.state is ChargeState.CAPTURED
    assert (other.refunds == {}) is (provider == "sandbox")


async def test_a_method_of_no_territory_is_refused(api: Api) -> None:
    answer = await buy(api, {"token": "tok_ok", "method": "cash"})
    assert answer["errors"] == [{"code": "PAYMENT_METHOD_NOT_AVAILABLE", "field": ["payment", "method"]}]
    assert await api.rows(tables.orders) == []
    assert codes(answer) == ["PAYMENT_METHOD_NOT_AVAILABLE"]


async def test_a_lost_answer_is_asked_of_the_provider_that_was_charged(api: Api, other: Other) -> None:
    order = (await buy(api, {"token": "lost", "method": "invoice"}))["order"]
    other.charges[charge_key(key(order), provider="stripe")] = Charge(ChargeState.CAPTURED, "reference")
    await paying(api).settle(key(order))
    assert (await look(api, order))["status"] == "PAID"


async def test_an_order_can_be_paid_by_another_provider_after_a_decline(api: Api, other: Other) -> None:
    """The first provider ends its charge, then the second one charges."""
    order = (await buy(api, {"token": "ACTION_REQUIRED", "method": "invoice"}))["order"]
    answer = await retry(api, order, "tok_ok", method="card")
    assert (answer["__typename"], answer["order"]["status"]) == ("SubmitSuccess", "PAID")
    first = charge_key(key(order), provider="stripe")
    assert other.charges[first].state is ChargeState.DECLINED
    rows = await api.stores.database.all(sa.select(tables.payments.c.provider, tables.payments.c.charge_key))
    assert [tuple(row) for row in rows] == [("sandbox", charge_key(key(order), 2))]
    unknown = await retry(api, order, "tok_ok", "third", method="cash")
    assert unknown["__typename"] == "SubmitAlreadyAccepted"


@pytest.mark.parametrize(("name", "status"), [("sandbox", 409), ("stripe", 400), ("unknown", 404)])
async def test_each_provider_has_a_route_for_its_webhooks(api: Api, name: str, status: int) -> None:
    """What one provider has signed is not believed of another."""
    charge = {"key": "order-1", "reference": "ch_1", "state": "CAPTURED", "reason": None}
    body = json.dumps({"id": "evt_1", "type": "charge.captured", "charge": charge}).encode()
    headers = {SIGNATURE_HEADER: signature("signing", body, int(time.time()))}
    answer = await api.client.post(f"/webhooks/payments/{name}", content=body, headers=headers)
    assert answer.status_code == status


async def test_a_provider_that_the_settings_no_longer_name_is_unknown() -> None:
    """Its orders wait for it; nothing is guessed."""
    payments = RoutedPayments(Other())
    assert await payments.status("sandbox:order-1") == Charge(ChargeState.UNKNOWN)
    assert (await payments.abandon("sandbox:order-1")).state is ChargeState.UNKNOWN
