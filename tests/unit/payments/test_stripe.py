"""Stripe's library against a server of this test, which answers as Stripe does."""

from typing import Any

import pytest

from datasources.payments.stripe import StripePayments
from domain.kit.money import Money
from domain.payments.records import Charge, ChargeState
from tests.kit.stripe import EMPTY, INTENTS, SECRET, intent
from tests.kit.stripe_server import FakeStripe

PRICE = Money(1299, "GBP")


def known(fake: FakeStripe, *, searchable: bool = True, **facts: Any) -> None:
    """Has Stripe know an intent, in its search or only among the newest."""
    found = EMPTY | {"data": [intent(**facts)]}
    fake.answer(f"GET {INTENTS}/search" if searchable else f"GET {INTENTS}", found)
    fake.answer(f"GET {INTENTS}/pi_1", intent(**facts))


def error(kind: str, code: str, **facts: Any) -> dict[str, Any]:
    """An error as Stripe answers it."""
    return {"error": {"type": kind, "code": code, "message": "No."} | facts}


async def test_a_charge_confirms_a_payment_intent_under_its_key(fake: FakeStripe, payments: StripePayments) -> None:
    fake.answer(f"POST {INTENTS}", intent())
    assert await payments.charge("order-1", PRICE, "pm_card") == Charge(ChargeState.CAPTURED, "pi_1")
    (asked,) = fake.asked
    assert asked.headers["idempotency-key"] == "order-1"
    assert asked.headers["authorization"] == "Bearer sk_test_key"
    assert asked.fields == {
        "amount": "1299",
        "currency": "gbp",
        "payment_method": "pm_card",
        "confirm": "true",
        "automatic_payment_methods[enabled]": "true",
        "automatic_payment_methods[allow_redirects]": "never",
        "metadata[charge_key]": "order-1",
    }


@pytest.mark.parametrize(
    ("price", "units"),
    [
        (Money(4_900, "ISK"), "490000"),
        (Money(4_900, "UGX"), "490000"),
        (Money(4_900, "JPY"), "4900"),
        (Money(4_900, "MGA"), "49"),
        (Money(4_910, "KWD"), "4910"),
    ],
)
async def test_an_amount_is_told_in_the_units_of_stripe(
    fake: FakeStripe, payments: StripePayments, price: Money, units: str
) -> None:
    """They are not those of ISO 4217 in every currency."""
    fake.answer(f"POST {INTENTS}", intent())
    known(fake)
    fake.answer("POST /v1/refunds", {"id": "re_1", "object": "refund", "status": "succeeded"})
    await payments.charge("order-1", price, "pm_card")
    await payments.refund("order-1", "refund-1", price)
    assert [asked.fields["amount"] for asked in fake.asked if asked.method == "POST"] == [units, units]


@pytest.mark.parametrize("price", [Money(4_911, "KWD"), Money(4_911, "MGA")])
async def test_an_amount_that_stripe_cannot_take_is_declined(
    fake: FakeStripe, payments: StripePayments, price: Money
) -> None:
    """It is never another amount that is taken."""
    declined = Charge(ChargeState.DECLINED, reason="amount_not_chargeable")
    assert await payments.charge("order-1", price, "pm_card") == declined
    assert await payments.refund("order-1", "refund-1", price) == declined
    assert fake.asked == []


@pytest.mark.parametrize(
    ("made", "charge"),
    [
        (intent("processing"), Charge(ChargeState.UNKNOWN, "pi_1")),
        (intent("requires_action"), Charge(ChargeState.UNKNOWN, "pi_1")),
        (intent("requires_payment_method"), Charge(ChargeState.UNKNOWN, "pi_1")),
        (intent("canceled", cancellation_reason="fraudulent"), Charge(ChargeState.DECLINED, "pi_1", "fraudulent")),
        (
            intent(
                "requires_payment_method", last_payment_error={"code": "card_declined", "decline_code": "lost_card"}
            ),
            Charge(ChargeState.DECLINED, "pi_1", "lost_card"),
        ),
    ],
)
async def test_every_status_of_an_intent_is_understood(
    fake: FakeStripe, payments: StripePayments, made: dict[str, Any], charge: Charge
) -> None:
    """An undecided charge is UNKNOWN, and so is one that has not been tried yet."""
    fake.answer(f"POST {INTENTS}", made)
    assert await payments.charge("order-1", PRICE, "pm_card") == charge


@pytest.mark.parametrize(
    ("status", "content", "charge"),
    [
        (
            402,
            error("card_error", "card_declined", decline_code="insufficient_funds", payment_intent=intent()),
            Charge(ChargeState.DECLINED, "pi_1", "insufficient_funds"),
        ),
        (402, error("card_error", "expired_card"), Charge(ChargeState.DECLINED, None, "expired_card")),
        (
            404,
            error("invalid_request_error", "resource_missing"),
            Charge(ChargeState.DECLINED, None, "resource_missing"),
        ),
        (400, error("idempotency_error", "idempotency_key_in_use"), Charge(ChargeState.UNKNOWN)),
        (409, error("invalid_request_error", "lock_timeout"), Charge(ChargeState.UNKNOWN)),
        (401, error("authentication_error", "api_key_expired"), Charge(ChargeState.UNKNOWN)),
        (429, error("rate_limit_error", "rate_limit"), Charge(ChargeState.UNKNOWN)),
        (500, error("api_error", "internal"), Charge(ChargeState.UNKNOWN)),
    ],
)
async def test_only_a_certain_refusal_declines(
    fake: FakeStripe, payments: StripePayments, status: int, content: dict[str, Any], charge: Charge
) -> None:
    """And the library repeats no request: the shop does so by itself."""
    fake.answer(f"POST {INTENTS}", content, status)
    assert await payments.charge("order-1", PRICE, "pm_card") == charge
    assert len(fake.asked) == 1


@pytest.mark.slow
async def test_an_answer_that_never_comes_is_unknown(fake: FakeStripe) -> None:
    """Within the deadline, for charge, status and refund."""
    fake.silent = True
    payments = StripePayments("sk_test_key", SECRET, 0.2, fake.url)
    assert await payments.charge("order-1", PRICE, "pm_card") == Charge(ChargeState.UNKNOWN)
    assert await payments.status("order-1") == Charge(ChargeState.UNKNOWN)
    assert await payments.refund("order-1", "refund-1", PRICE) == Charge(ChargeState.UNKNOWN)
    await payments.close()


async def test_the_proxy_of_the_environment_is_used(fake: FakeStripe, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where NO_PROXY does not name the address."""
    monkeypatch.setenv("http_proxy", fake.url)
    monkeypatch.setenv("no_proxy", "other.invalid")
    fake.answer(f"POST {INTENTS}", intent("succeeded"))
    payments = StripePayments("sk_test_key", SECRET, 2.0, "http://stripe.invalid")
    assert (await payments.charge("order-1", PRICE, "pm_card")).state is ChargeState.CAPTURED
    await payments.close()
    monkeypatch.setenv("no_proxy", "stripe.invalid")
    payments = StripePayments("sk_test_key", SECRET, 2.0, "http://stripe.invalid")
    assert (await payments.charge("order-2", PRICE, "pm_card")).state is ChargeState.UNKNOWN
    assert len(fake.asked) == 1
    await payments.close()


async def test_a_stripe_out_of_reach_is_unknown() -> None:
    payments = StripePayments("sk_test_key", SECRET, 1.0, "http://127.0.0.1:9")
    assert await payments.charge("order-1", PRICE, "pm_card") == Charge(ChargeState.UNKNOWN)
    await payments.close()


@pytest.mark.parametrize("searchable", [True, False])
async def test_the_charge_of_a_key_is_found_before_the_search_knows_it(
    fake: FakeStripe, payments: StripePayments, searchable: bool
) -> None:
    known(fake, searchable=searchable)
    assert await payments.status("order-1") == Charge(ChargeState.CAPTURED, "pi_1")
    assert fake.asked[0].fields == {"query": "metadata['charge_key']:'order-1'", "limit": "1"}


async def test_a_key_that_stripe_has_never_seen_has_no_charge(fake: FakeStripe, payments: StripePayments) -> None:
    assert await payments.status("order-1") is None
    assert await payments.refund("order-1", "refund-1", PRICE) == Charge(
        ChargeState.DECLINED, reason="charge_not_found"
    )


async def test_a_key_among_too_many_recent_charges_is_unknown(fake: FakeStripe, payments: StripePayments) -> None:
    """Rather than said to have none; the pages follow each other and end."""
    other = intent(metadata={"charge_key": "order-2"}, id="pi_2")
    fake.answer(f"GET {INTENTS}", EMPTY | {"data": [other], "has_more": True})
    assert await payments.status("order-1") == Charge(ChargeState.UNKNOWN)
    pages = [asked.fields.get("starting_after") for asked in fake.asked if asked.path == INTENTS]
    assert pages == [None, *["pi_2"] * 5]


@pytest.mark.parametrize(
    ("first", "now", "charge"),
    [
        ("succeeded", "succeeded", Charge(ChargeState.CAPTURED, "re_1")),
        ("pending", "succeeded", Charge(ChargeState.CAPTURED, "re_1")),
        ("pending", "pending", Charge(ChargeState.UNKNOWN, "re_1")),
        ("pending", "failed", Charge(ChargeState.DECLINED, "re_1", "lost_or_stolen_card")),
    ],
)
async def test_a_refund_is_asked_for_once_and_looked_at_until_it_is_done(
    fake: FakeStripe, payments: StripePayments, first: str, now: str, charge: Charge
) -> None:
    """Stripe repeats its first answer to a key forever."""
    known(fake)
    refund = {"id": "re_1", "object": "refund", "failure_reason": "lost_or_stolen_card"}
    fake.answer("POST /v1/refunds", refund | {"status": first})
    fake.answer("GET /v1/refunds/re_1", refund | {"status": now})
    assert await payments.refund("order-1", "refund-1", Money(500, "GBP")) == charge
    (asked,) = [asked for asked in fake.asked if asked.method == "POST"]
    assert asked.headers["idempotency-key"] == "refund-1"
    assert asked.fields == {
        "payment_intent": "pi_1",
        "amount": "500",
        "metadata[charge_key]": "order-1",
        "metadata[refund_key]": "refund-1",
    }


async def test_a_refund_that_stripe_refuses_is_declined(fake: FakeStripe, payments: StripePayments) -> None:
    known(fake)
    fake.answer("POST /v1/refunds", error("invalid_request_error", "charge_already_refunded"), 400)
    answer = await payments.refund("order-1", "refund-1", PRICE)
    assert answer == Charge(ChargeState.DECLINED, reason="charge_already_refunded")


async def test_the_status_of_a_charge_has_its_amount_and_refunds(fake: FakeStripe, payments: StripePayments) -> None:
    """The refunds come with the charge of the intent."""
    back = {"id": "ch_1", "object": "charge", "amount_refunded": 300, "currency": "gbp"}
    known(fake, amount_received=1_299, currency="gbp", latest_charge=back)
    charge = await payments.status("order-1")
    assert charge is not None
    assert (charge.amount, charge.refunded) == (Money(1_299, "GBP"), Money(300, "GBP"))
    assert fake.asked[-1].fields == {"expand[0]": "latest_charge"}
