"""Webhooks of Stripe: what it signed is read, the rest is refused."""

import json
import time
from typing import Any

import pytest
import stripe

from datasources.payments.stripe import StripePayments
from domain.kit.money import Money
from domain.payments.disputes import DisputeReport, DisputeState
from domain.payments.records import Charge, ChargeState, PaymentEvent
from tests.kit.stripe import SECRET, intent
from tests.kit.stripe_server import FakeStripe


def event(kind: str, about: dict[str, Any]) -> bytes:
    """The body of a webhook."""
    return json.dumps({"id": "evt_1", "object": "event", "type": kind, "data": {"object": about}}).encode()


def signed(body: bytes, *, age: int = 0, secret: str = SECRET) -> dict[str, str]:
    """The headers of a body that Stripe signed some seconds ago."""
    at = int(time.time()) - age
    digest = stripe.WebhookSignature._compute_signature(f"{at}.{body.decode()}", secret)
    return {"stripe-signature": f"t={at},v1={digest}"}


FAILED = intent("requires_payment_method", last_payment_error={"code": "card_declined"})


REFUNDED = {"id": "ch_1", "object": "charge", "payment_intent": "pi_1", "metadata": {"charge_key": "order-1"}}


@pytest.mark.parametrize(
    ("kind", "about", "expected"),
    [
        ("payment_intent.succeeded", intent(), ("order-1", Charge(ChargeState.CAPTURED, "pi_1"), False)),
        (
            "payment_intent.payment_failed",
            FAILED,
            ("order-1", Charge(ChargeState.DECLINED, "pi_1", "card_declined"), False),
        ),
        (
            "payment_intent.created",
            intent("requires_payment_method"),
            ("order-1", Charge(ChargeState.UNKNOWN, "pi_1"), False),
        ),
        (
            "charge.refunded",
            REFUNDED | {"refunded": True},
            ("order-1", Charge(ChargeState.CAPTURED, "pi_1"), True),
        ),
        (
            "charge.refunded",
            REFUNDED | {"refunded": False},
            ("order-1", Charge(ChargeState.CAPTURED, "pi_1"), False),
        ),
        ("customer.created", {"id": "cus_1"}, (None, Charge(ChargeState.UNKNOWN), False)),
    ],
)
def test_a_signed_event_is_read(
    payments: StripePayments, kind: str, about: dict[str, Any], expected: tuple[str | None, Charge, bool]
) -> None:
    """Also one that is about nothing of the shop's."""
    body = event(kind, about)
    assert payments.verify_webhook(body, signed(body)) == PaymentEvent("evt_1", kind, *expected)


def test_what_stripe_did_not_sign_just_now_is_refused(payments: StripePayments) -> None:
    """Forged, stale, altered, unsigned, malformed."""
    body = event("payment_intent.succeeded", intent())
    assert payments.verify_webhook(body, signed(body, age=290)) is not None
    refused = [
        payments.verify_webhook(body, signed(body, secret="whsec_other")),
        payments.verify_webhook(body, signed(body, age=310)),
        payments.verify_webhook(body.replace(b"order-1", b"order-2"), signed(body)),
        payments.verify_webhook(body, {}),
        payments.verify_webhook(body, {"stripe-signature": "t=x,v1="}),
        payments.verify_webhook(b"\xff", {"stripe-signature": "t=1,v1=a"}),
        *(payments.verify_webhook(odd, signed(odd)) for odd in (b"", b"null", b"[]", b'{"id": 1}', b"[" * 9_000)),
    ]
    assert refused == [None] * len(refused)


async def test_without_a_secret_no_webhook_is_believed(fake: FakeStripe) -> None:
    payments = StripePayments("sk_test_key", "", 1.0, fake.url)
    body = event("payment_intent.succeeded", intent())
    assert payments.verify_webhook(body, signed(body, secret="")) is None
    await payments.close()


@pytest.mark.parametrize(
    ("currency", "units", "back"),
    [("gbp", 300, Money(300, "GBP")), ("isk", 4_900, Money(49, "ISK")), ("kwd", 5_120, Money(5_120, "KWD"))],
)
async def test_a_partial_refund_says_how_much_is_back(
    payments: StripePayments, currency: str, units: int, back: Money
) -> None:
    """In all, in the shop's minor units."""
    about = REFUNDED | {"refunded": False, "amount": 10_000, "amount_refunded": units, "currency": currency}
    body = event("charge.refunded", about)
    found = payments.verify_webhook(body, signed(body))
    assert found is not None
    assert (found.refunded, found.has_refunds, found.charge.refunded) == (False, True, back)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("needs_response", DisputeState.NEEDS_RESPONSE),
        ("warning_needs_response", DisputeState.NEEDS_RESPONSE),
        ("under_review", DisputeState.UNDER_REVIEW),
        ("won", DisputeState.WON),
        ("lost", DisputeState.LOST),
    ],
)
async def test_a_dispute_names_the_intent_of_its_charge(
    payments: StripePayments, status: str, state: DisputeState
) -> None:
    """Stripe's disputes have neither the metadata of the intent nor its key."""
    about = {"id": "dp_1", "object": "dispute", "payment_intent": "pi_1", "amount": 1_299, "currency": "gbp"}
    body = event("charge.dispute.created", about | {"status": status, "reason": "fraudulent"})
    found = payments.verify_webhook(body, signed(body))
    assert found is not None
    assert found.dispute == DisputeReport("dp_1", state, "fraudulent", Money(1_299, "GBP"), "pi_1")
    assert found.key is None
