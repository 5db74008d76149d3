"""Methods of Stripe in GraphQL: what they need of the buyer, and what the shop says of them."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette

from bff.app import routes_over
from bff.settings.variables import Settings
from datasources import tables
from tests.kit.fixtures.graphql_api import Api, Record
from tests.kit.payment_pages import come_back
from tests.kit.strict_stripe import StrictStripe
from tests.kit.stripe_server import serving
from tests.kit.stripe_shops import PUBLISHABLE_KEY, filled_in, stripe_settings, stripe_stores

_CREATE = """mutation($input: CartInput!) { cartCreate(input: $input) { cart { id
  availablePaymentMethods { handle kind token publishableKey tokenUrl } } } }"""
_SUBMIT = """mutation($cart: ID!, $payment: CartPaymentInput!, $attempt: String = "first") {
  cartSubmitForCompletion(cartId: $cart, attemptToken: $attempt, payment: $payment) {
    __typename
    ... on SubmitSuccess { order { status } }
    ... on SubmitActionRequired { order { id token status }
      action { redirectUrl clientSecret returnUrl pollAfter mayRetry } }
    ... on SubmitFailed { errors { code field } }
  } }"""
_STATUS = "query($id: ID!, $token: String) { order(id: $id, token: $token) { status } }"


@pytest.fixture
async def stripe() -> AsyncIterator[StrictStripe]:
    """Stripe; no request of a test may break its rules."""
    async with serving(StrictStripe()) as fake:
        yield fake
        assert fake.complaints == []


@pytest.fixture
async def api(shop_settings: Settings, stripe: StrictStripe) -> AsyncIterator[Api]:
    """A shop that Stripe pays."""
    async with stripe_stores(stripe_settings(shop_settings), stripe) as stores:
        transport = httpx.ASGITransport(Starlette(routes=routes_over(stores)))
        async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
            yield Api(stores, client)


async def new_cart(api: Api, **more: Any) -> Record:
    """A mug for Ada Byron."""
    mug = await api.add_product(price=1_000)
    cart: Record = (await api.data(_CREATE, {"input": filled_in(mug) | more}))["cartCreate"]["cart"]
    return cart


async def submit(api: Api, cart: Record, **payment: str) -> Record:
    """What a submit comes to."""
    answer: Record = (await api.data(_SUBMIT, {"cart": cart["id"], "payment": payment}))["cartSubmitForCompletion"]
    return answer


async def test_each_method_says_what_its_token_needs(api: Api) -> None:
    """Cards the key for browsers, and BLIK a code."""
    shown = {each["handle"]: each for each in (await new_cart(api))["availablePaymentMethods"]}
    assert shown["card"] == {
        "handle": "card",
        "kind": "CARD",
        "token": None,
        "tokenUrl": None,
        "publishableKey": PUBLISHABLE_KEY,
    }
    assert {name: (each["kind"], each["token"]) for name, each in shown.items() if name != "card"} == {
        "ideal": ("REDIRECT", "type_ideal"),
        "bancontact": ("REDIRECT", "type_bancontact"),
        "p24": ("REDIRECT", "type_p24"),
        "blik": ("CODE", "type_blik"),
    }
    assert {each["publishableKey"] for name, each in shown.items() if name != "card"} == {None}


@pytest.mark.parametrize(
    ("method", "detail", "value"),
    [("bancontact", "name", "Ada Byron"), ("p24", "email", "ada@example.com"), ("ideal", None, None)],
)
async def test_the_order_says_what_stripe_wants_to_know(
    api: Api, stripe: StrictStripe, method: str, detail: str | None, value: str | None
) -> None:
    """The name of its address, or its e-mail address. A submit whose answer got lost is repeated with the same content:
    Stripe refuses its key with any other.
    """
    cart = await new_cart(api)
    answers = []
    for _ in range(2):
        answers.append(await submit(api, cart, token=f"type_{method}", method=method))
        await api.change(sa.update(tables.payments).values(action=None, reference=None))
    assert {answer["action"]["redirectUrl"] for answer in answers} == {"https://hooks.stripe.com/pi_1"}
    assert [asked.method for asked in stripe.asked] == ["POST", "POST"]
    details = {name: sent for name, sent in stripe.asked[0].fields.items() if "billing_details" in name}
    assert details == ({} if detail is None else {f"payment_method_data[billing_details][{detail}]": value})


async def test_a_code_goes_to_the_bank_and_the_order_waits(api: Api, stripe: StrictStripe) -> None:
    """Neither a page nor a secret: the buyer confirms in an app, and may choose another method meanwhile."""
    answer = await submit(api, await new_cart(api), token="type_blik", method="blik", code="123456")
    action = answer["action"]
    assert (action["redirectUrl"], action["clientSecret"], action["returnUrl"]) == (None, None, None)
    assert (action["mayRetry"], action["pollAfter"] is not None) == (True, True)
    assert stripe.asked[0].fields["payment_method_options[blik][code]"] == "123456"


@pytest.mark.parametrize("code", ["12345", "1234567", "12345a", "١٢٣٤٥٦", "12345\n", " "])
async def test_a_code_without_six_digits_is_refused(api: Api, stripe: StrictStripe, code: str) -> None:
    """At its place, before there is an order."""
    answer = await submit(api, await new_cart(api), token="type_blik", method="blik", code=code)
    assert answer["errors"] == [{"code": "INVALID", "field": ["payment", "code"]}]
    assert stripe.asked == []


async def test_a_script_goes_on_to_the_way_back_which_completes_the_order(api: Api, stripe: StrictStripe) -> None:
    """`returnUrl` is the link that pages of the bank lead to; there is one wherever there is a secret alone."""
    stripe.confirmation_tokens["ctoken_1"] = "pm_card_threeDSecure2Required"
    answer = await submit(api, await new_cart(api), token="ctoken_1")
    action, order = answer["action"], answer["order"]
    assert (action["redirectUrl"], action["clientSecret"]) == (None, "pi_1_secret_x")
    assert action["returnUrl"] == stripe.asked[0].fields["return_url"]
    stripe.authenticate("pi_1")
    assert (await come_back(api, action["returnUrl"])).status_code == 303
    shown = await api.data(_STATUS, {"id": order["id"], "token": order["token"]})
    assert shown["order"]["status"] == "PAID"
