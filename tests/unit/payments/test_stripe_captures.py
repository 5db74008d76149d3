"""Several captures of one authorization against a Stripe that refuses what its library does not know."""

from collections.abc import AsyncIterator

import pytest
import stripe
from stripe.params import _payment_intent_capture_params, _payment_intent_create_params

from datasources.payments.stripe import StripePayments
from datasources.payments.stripe_answers import event_of
from domain.kit.money import Money
from domain.payments.records import Charge, ChargeState
from tests.kit.strict_stripe import StrictStripe
from tests.kit.stripe import SECRET
from tests.kit.stripe_server import serving

PRICE, PART, REST = Money(1299, "GBP"), Money(300, "GBP"), Money(999, "GBP")
BACK = "https://shop.example/payments/return/1/signed"


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


def test_the_names_are_those_of_the_published_types() -> None:
    """The parameters that ask for several captures, and where a charge says whether there may be."""
    card = _payment_intent_create_params.PaymentIntentCreateParamsPaymentMethodOptionsCard.__annotations__
    assert "'if_available'" in str(card["request_multicapture"])
    assert "final_capture" in _payment_intent_capture_params.PaymentIntentCaptureParams.__annotations__
    status = stripe.Charge.PaymentMethodDetails.Card.Multicapture.__annotations__["status"]
    assert "'available', 'unavailable'" in str(status)


@pytest.mark.parametrize("searchable", [True, False])
async def test_each_part_is_taken_once_and_the_last_one_is_final(
    fake: StrictStripe, payments: StripePayments, searchable: bool
) -> None:
    """The status says how much was taken of the whole, and that more can be."""
    fake.is_searchable = searchable
    await payments.charge("auth-1", PRICE, "pm_card_visa", BACK)
    held = await payments.status("auth-1")
    assert held is not None
    assert (held.state, held.amount, held.captured, held.splits) == (
        *(ChargeState.AUTHORIZED, PRICE),
        *(Money(0, "GBP"), True),
    )
    for _ in range(2):
        part = await payments.capture("auth-1", "capture-1", PART, is_final=False)
        assert (part.state, part.amount, part.captured) == (ChargeState.AUTHORIZED, PRICE, PART)
    assert fake.asked[-1].fields == {"amount_to_capture": "300", "final_capture": "false"}
    last = await payments.capture("auth-1", "capture-2", REST)
    assert (last.state, last.amount, fake.intents["pi_1"]["amount_received"]) == (ChargeState.CAPTURED, PRICE, 1299)


async def test_only_a_reserved_card_asks_for_several_captures(fake: StrictStripe, payments: StripePayments) -> None:
    """Stripe refuses the wish for money that is taken at once."""
    await payments.charge("order-1", PRICE, "pm_card_visa", BACK)
    await payments.charge("auth-2", PRICE, "pm_card_visa", BACK)
    wish = "payment_method_options[card][request_multicapture]"
    assert [asked.fields.get(wish) for asked in fake.asked] == [None, "if_available"]


async def test_a_bank_that_allows_one_capture_says_so(fake: StrictStripe, payments: StripePayments) -> None:
    """A part would be refused. A final capture of a part is not, and what it leaves over is not a refund."""
    fake.multicapture = "unavailable"
    await payments.charge("auth-1", PRICE, "pm_card_visa", BACK)
    held = await payments.status("auth-1")
    assert held is not None and not held.splits
    refused = await payments.capture("auth-1", "capture-1", PART, is_final=False)
    assert (refused.state, fake.complaints) == (ChargeState.DECLINED, ["parameter_invalid"])
    fake.complaints.clear()
    assert (await payments.capture("auth-1", "capture-2", PART)).amount == PART
    known = await payments.status("auth-1")
    assert known is not None and (known.state, known.amount, known.refunded) == (ChargeState.CAPTURED, PART, None)


async def test_no_capture_exceeds_what_is_left(fake: StrictStripe, payments: StripePayments) -> None:
    await payments.charge("auth-1", PRICE, "pm_card_visa", BACK)
    await payments.capture("auth-1", "capture-1", PART, is_final=False)
    refused = await payments.capture("auth-1", "capture-2", Money(1000, "GBP"))
    assert refused == Charge(ChargeState.DECLINED, reason="amount_too_large")
    assert fake.complaints == ["amount_too_large"]
    fake.complaints.clear()


@pytest.mark.parametrize("becomes", ["canceled", "succeeded"])
async def test_the_rest_is_set_free(fake: StrictStripe, payments: StripePayments, becomes: str) -> None:
    """Whatever Stripe calls it: what was taken stays taken, and can be refunded."""
    fake.cancelled_part = becomes
    await payments.charge("auth-1", PRICE, "pm_card_visa", BACK)
    await payments.capture("auth-1", "capture-1", PART, is_final=False)
    ended = await payments.abandon("auth-1")
    assert (ended.state, ended.amount) == (ChargeState.CAPTURED, PART)
    assert (await payments.refund("auth-1", "refund-1", PART)).state is ChargeState.CAPTURED
    assert (await payments.refund("auth-1", "refund-2", Money(1, "GBP"))).state is ChargeState.DECLINED
    assert fake.complaints == ["charge_already_refunded"]
    fake.complaints.clear()


async def test_what_was_taken_can_be_refunded_while_the_rest_is_reserved(
    fake: StrictStripe, payments: StripePayments
) -> None:
    """And no more than that."""
    await payments.charge("auth-1", PRICE, "pm_card_visa", BACK)
    await payments.capture("auth-1", "capture-1", PART, is_final=False)
    assert (await payments.refund("auth-1", "refund-1", PART)).state is ChargeState.CAPTURED
    known = await payments.status("auth-1")
    assert known is not None and (known.state, known.refunded) == (ChargeState.AUTHORIZED, PART)
    assert fake.complaints == []


def test_an_event_about_the_release_of_a_rest_is_no_refund() -> None:
    """Stripe counts money that a final capture left over as refunded."""
    charge = {"id": "ch_1", "payment_intent": "pi_1", "amount": 1299, "currency": "gbp", "captured": True}
    charge |= {"amount_captured": 300, "amount_refunded": 999, "refunded": False, "metadata": {"charge_key": "auth-1"}}
    event = event_of({"id": "evt_1", "type": "charge.refunded", "data": {"object": charge}})
    assert event is not None and not event.has_refunds
    assert (event.charge.state, event.charge.amount) == (ChargeState.CAPTURED, PART)
