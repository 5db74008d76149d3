"""Payments in several steps against a Stripe that refuses what its library does not know."""

from collections.abc import AsyncIterator
from contextlib import nullcontext

import pytest

from bff.settings.territories import PaymentMethodSettings, TerritorySettings
from datasources.payments.stripe import StripePayments
from datasources.payments.stripe_types import TYPES, token_of
from domain.kit.money import Money
from domain.payments.keys import with_code
from domain.payments.records import Charge, ChargeState, Payer, PaymentAction
from tests.kit.strict_stripe import StrictStripe
from tests.kit.stripe import SECRET
from tests.kit.stripe_server import Asked, serving

PRICE, BACK = Money(1299, "GBP"), "https://shop.example/payments/return/1/signed"
ADA = Payer("Ada Byron", "ada@example.com")
CAPTURED = Charge(ChargeState.CAPTURED, "pi_1")
CANCELLED = Charge(ChargeState.DECLINED, "pi_1", "abandoned")
PAGES = ["pm_card_threeDSecure2Required", "pm_ideal"]


@pytest.fixture
async def fake() -> AsyncIterator[StrictStripe]:
    """Stripe; no request of a test may break its rules."""
    async with serving(StrictStripe()) as fake:
        yield fake
        assert fake.complaints == []


@pytest.fixture
async def payments(fake: StrictStripe) -> AsyncIterator[StripePayments]:
    """The shop's side."""
    payments = StripePayments("sk_test_key", SECRET, 2.0, fake.url)
    yield payments
    await payments.close()


@pytest.mark.parametrize("method", PAGES)
@pytest.mark.parametrize("searchable", [True, False])
async def test_a_method_with_a_page_waits_for_the_buyer(
    fake: StrictStripe, payments: StripePayments, method: str, searchable: bool
) -> None:
    """The shop learns the page and the secret, from the answer and by status, and then what came of it."""
    fake.is_searchable = searchable
    charge = await payments.charge("order-1", PRICE, method, BACK)
    assert charge == await payments.status("order-1") == Charge(ChargeState.ACTION_REQUIRED, "pi_1")
    assert charge.action == PaymentAction("https://hooks.stripe.com/pi_1", "pi_1_secret_x")
    assert fake.asked[0].fields["return_url"] == BACK
    fake.authenticate("pi_1")
    assert await payments.status("order-1") == CAPTURED


async def test_a_buyer_who_fails_to_confirm_is_declined(fake: StrictStripe, payments: StripePayments) -> None:
    """The intent could be tried again with its secret, until the shop ends it."""
    await payments.charge("order-1", PRICE, PAGES[0], BACK)
    fake.authenticate("pi_1", accepts=False)
    failed = Charge(ChargeState.DECLINED, "pi_1", "payment_intent_authentication_failure")
    assert await payments.status("order-1") == failed
    assert await payments.abandon("order-1") == CANCELLED


async def test_an_abandoned_charge_takes_no_money(fake: StrictStripe, payments: StripePayments) -> None:
    await payments.charge("order-1", PRICE, PAGES[0], BACK)
    assert await payments.abandon("order-1") == CANCELLED
    fake.authenticate("pi_1")
    assert await payments.status("order-1") == CANCELLED


@pytest.mark.parametrize("times", [1, 2])
async def test_a_charge_that_took_money_is_not_abandoned(
    fake: StrictStripe, payments: StripePayments, times: int
) -> None:
    """Stripe refuses to cancel it, and the shop learns that it is captured."""
    await payments.charge("order-1", PRICE, "pm_card_visa")
    assert [await payments.abandon("order-1") for _ in range(times)] == [CAPTURED] * times
    assert fake.complaints == ["payment_intent_unexpected_state"] * times
    fake.complaints.clear()


async def test_a_charge_that_stripe_has_never_seen_may_still_arrive(payments: StripePayments) -> None:
    """So nobody may begin another one."""
    assert (await payments.abandon("order-1")).state is ChargeState.UNKNOWN


async def test_a_repeated_charge_is_one_intent(fake: StrictStripe, payments: StripePayments) -> None:
    assert [await payments.charge("order-1", PRICE, "pm_card_visa", BACK) for _ in range(3)] == [CAPTURED] * 3
    assert len(fake.intents) == 1


async def test_a_key_with_other_content_is_refused_by_stripe(fake: StrictStripe, payments: StripePayments) -> None:
    """The shop then knows nothing, rather than something wrong."""
    await payments.charge("order-1", PRICE, "pm_card_visa", BACK)
    other = await payments.charge("order-1", Money(1300, "GBP"), "pm_card_visa", BACK)
    assert other.state is ChargeState.UNKNOWN
    assert fake.complaints == ["idempotency_key_reused"]
    fake.complaints.clear()


@pytest.mark.parametrize("token", ["pm_card_visa", "ctoken_1"])
async def test_a_token_of_the_form_goes_where_stripe_wants_it(
    fake: StrictStripe, payments: StripePayments, token: str
) -> None:
    """Wallets give confirmation tokens."""
    assert await payments.charge("order-1", PRICE, token, BACK) == CAPTURED
    name = "confirmation_token" if token.startswith("ctoken_") else "payment_method"
    assert fake.asked[0].fields[name] == token


async def test_authorized_money_is_taken_once_by_a_capture(fake: StrictStripe, payments: StripePayments) -> None:
    """However often the capture is repeated; until then it can be set free."""
    held = Charge(ChargeState.AUTHORIZED, "pi_1")
    assert await payments.charge("auth-1", PRICE, "pm_card_visa", BACK) == held == await payments.status("auth-1")
    assert fake.intents["pi_1"]["amount_received"] == 0
    assert [await payments.capture("auth-1", "capture-1", PRICE) for _ in range(2)] == [CAPTURED] * 2
    assert fake.intents["pi_1"]["amount_received"] == PRICE.minor
    assert (await payments.abandon("auth-1")) == CAPTURED
    assert fake.complaints == ["payment_intent_unexpected_state"]
    fake.complaints.clear()
    assert (await payments.refund("auth-1", "refund-1", PRICE)).state is ChargeState.CAPTURED


async def test_a_capture_whose_answer_is_lost_is_unknown_and_takes_the_money_once(fake: StrictStripe) -> None:
    """The repeated request has the same key."""
    impatient = StripePayments("sk_test_key", SECRET, 0.2, fake.url)
    await impatient.charge("auth-1", PRICE, "pm_card_visa", BACK)
    fake.loses = "/v1/payment_intents/pi_1/capture"
    assert (await impatient.capture("auth-1", "capture-1", PRICE)).state is ChargeState.UNKNOWN
    assert await impatient.status("auth-1") == CAPTURED
    fake.loses = ""
    assert await impatient.capture("auth-1", "capture-1", PRICE) == CAPTURED
    assert fake.intents["pi_1"]["amount_received"] == PRICE.minor
    await impatient.close()


async def test_money_that_was_set_free_cannot_be_taken(fake: StrictStripe, payments: StripePayments) -> None:
    """The capture is refused for certain."""
    await payments.charge("stripe:auth-1", PRICE, "pm_card_visa", BACK)
    assert await payments.abandon("stripe:auth-1") == CANCELLED
    refused = Charge(ChargeState.DECLINED, reason="payment_intent_unexpected_state")
    assert await payments.capture("stripe:auth-1", "capture-1", PRICE) == refused
    assert fake.complaints == ["payment_intent_unexpected_state"]
    fake.complaints.clear()


@pytest.mark.parametrize("method", ["ideal", "alipay", "twint", "paypal", "revolut_pay", "amazon_pay"])
async def test_a_method_that_has_only_a_page_needs_no_script(
    fake: StrictStripe, payments: StripePayments, method: str
) -> None:
    """The shop names the type; the buyer does the rest on the page."""
    charge = await payments.charge("order-1", PRICE, token_of(method), BACK)
    assert charge.action == PaymentAction("https://hooks.stripe.com/pi_1", "pi_1_secret_x")
    assert fake.asked[0].fields["payment_method_data[type]"] == method
    fake.authenticate("pi_1")
    assert await payments.status("order-1") == CAPTURED


@pytest.mark.parametrize(
    ("method", "detail", "value"),
    [("bancontact", "name", ADA.name), ("eps", "name", ADA.name), ("p24", "email", ADA.email)],
)
async def test_stripe_gets_the_details_that_a_method_needs(
    fake: StrictStripe, payments: StripePayments, method: str, detail: str, value: str
) -> None:
    """And no others. Without them nothing is sent, for Stripe would refuse it."""
    missing = await payments.charge("order-1", PRICE, token_of(method), BACK)
    assert missing == Charge(ChargeState.DECLINED, reason="details_missing")
    assert fake.asked == []
    charge = await payments.charge("order-2", PRICE, token_of(method), BACK, ADA)
    assert charge.action == PaymentAction("https://hooks.stripe.com/pi_1", "pi_1_secret_x")
    details = {name: sent for name, sent in fake.asked[0].fields.items() if "billing_details" in name}
    assert details == {f"payment_method_data[billing_details][{detail}]": value}


async def test_blik_is_confirmed_in_the_app_of_the_bank(fake: StrictStripe, payments: StripePayments) -> None:
    """There is neither a page nor anything for a script, and the charge waits until the buyer has decided."""
    waiting = await payments.charge("order-1", PRICE, with_code(token_of("blik"), "123456"), BACK, ADA)
    assert waiting == await payments.status("order-1") == Charge(ChargeState.ACTION_REQUIRED, "pi_1")
    assert waiting.action == PaymentAction(None, None)
    assert fake.asked[0].fields["payment_method_options[blik][code]"] == "123456"
    fake.authenticate("pi_1")
    assert await payments.status("order-1") == CAPTURED


@pytest.mark.parametrize("token", ["type_blik", "type_blik:", "type_ideal:123456"])
async def test_a_type_without_its_code_or_with_one_too_many_is_declined(
    fake: StrictStripe, payments: StripePayments, token: str
) -> None:
    """By the shop: Stripe is not called."""
    assert (await payments.charge("order-1", PRICE, token, BACK, ADA)).state is ChargeState.DECLINED
    assert fake.asked == []


async def test_a_token_of_the_form_leaves_the_bank_to_the_script(fake: StrictStripe, payments: StripePayments) -> None:
    """There is a secret for it and no page."""
    fake.confirmation_tokens["ctoken_1"] = "pm_card_threeDSecure2Required"
    charge = await payments.charge("order-1", PRICE, "ctoken_1", BACK)
    assert charge.action == PaymentAction(None, "pi_1_secret_x")
    fake.authenticate("pi_1")
    assert await payments.status("order-1") == CAPTURED


@pytest.mark.parametrize("method", ["ideal", "paypal"])
def test_a_page_that_is_captured_later_must_be_able_to(method: str) -> None:
    """Stripe would refuse the buyer, so the setting is refused."""
    may_be = TYPES[method].captures_later
    with nullcontext() if may_be else pytest.raises(ValueError, match="cannot capture `ideal` later"):
        PaymentMethodSettings(handle="page", title="Page", provider="stripe", stripe_type=method, capture="FULFILLMENT")


@pytest.mark.parametrize(
    "wrong",
    [
        {"provider": "sandbox", "stripe_type": "ideal"},
        {"provider": "stripe", "stripe_type": "ideal", "token": "pm_1"},
        {"provider": "stripe", "stripe_type": "sepa_debit"},
    ],
)
def test_a_type_of_stripe_is_one_that_needs_no_form(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="stripe_type"):
        PaymentMethodSettings.model_validate({"handle": "page", "title": "Page"} | wrong)


@pytest.mark.parametrize(
    ("method", "currency", "fits"), [("ideal", "EUR", True), ("ideal", "GBP", False), ("blik", "EUR", False)]
)
def test_a_method_takes_the_currency_of_its_territory(method: str, currency: str, fits: bool) -> None:
    """Stripe would refuse every submit, so the shop does not start."""
    given = {"handle": "page", "title": "Page", "provider": "stripe", "stripe_type": method}
    territory = {"code": "XX", "name": "Somewhere", "currency": currency, "payment_methods": [given]}
    with nullcontext() if fits else pytest.raises(ValueError, match=f"`{method}`: XX has {currency}"):
        TerritorySettings.model_validate(territory)


@pytest.mark.parametrize(
    "price", [Money(4_900, "ISK"), Money(4_900, "JPY"), Money(4_910, "KWD"), Money(4_900, "UGX"), Money(4_900, "MGA")]
)
async def test_every_amount_that_the_shop_charges_is_one_of_stripe(
    fake: StrictStripe, payments: StripePayments, price: Money
) -> None:
    """And so is its refund; the status has the amount in the shop's units."""
    await payments.charge("order-1", price, "pm_card_visa", BACK)
    known = await payments.status("order-1")
    assert known is not None
    assert known.amount == price
    assert (await payments.refund("order-1", "refund-1", price)).state is ChargeState.CAPTURED
    assert list(fake.intents) == ["pi_1"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"amount": "100", "currency": "gbp", "order": "1"}, "parameter_unknown"),
        ({"amount": "100", "currency": "gbp", "automatic_payment_methods[redirects]": "no"}, "parameter_unknown"),
        ({"amount": "100", "currency": "gbp", "confirm": "true"}, "parameter_missing"),
        ({"amount": "100", "currency": "gbp", "payment_method_data[type]": "idael"}, "parameter_invalid"),
        ({"amount": "100", "currency": "gbp", "payment_method_data[type]": "sepa_debit"}, "parameter_missing"),
        ({"amount": "100", "currency": "eur", "payment_method_data[type]": "bancontact"}, "parameter_missing"),
        ({"amount": "100", "currency": "pln", "payment_method_data[type]": "p24"}, "parameter_missing"),
        ({"amount": "100", "currency": "pln", "payment_method_data[type]": "blik"}, "parameter_invalid"),
        ({"amount": "100", "currency": "gbp", "payment_method_data[bank]": "ing"}, "parameter_unknown"),
        ({"amount": "101", "currency": "kwd"}, "invalid_amount"),
        ({"amount": "150", "currency": "isk"}, "invalid_amount"),
        ({"amount": "1.5", "currency": "gbp"}, "parameter_invalid_integer"),
    ],
)
def test_the_strict_stripe_refuses_what_stripe_refuses(fields: dict[str, str], code: str) -> None:
    """Otherwise these tests would prove nothing."""
    fake = StrictStripe()
    status, content = fake.respond(Asked("POST", "/v1/payment_intents", fields, {}))
    assert (status, content["error"]["code"]) == (400, code)
