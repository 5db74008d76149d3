"""What Stripe's objects say, and amounts in its units."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import stripe

from domain.kit.money import Money, charge_step, currency_digits
from domain.kit.urls import is_web_url
from domain.payments.disputes import DisputeReport, DisputeState
from domain.payments.records import Charge, ChargeState, PaymentAction, PaymentEvent

_MAX_REASON = 255
_DISPUTES = {
    "warning_needs_response": DisputeState.NEEDS_RESPONSE,
    "needs_response": DisputeState.NEEDS_RESPONSE,
    "warning_under_review": DisputeState.UNDER_REVIEW,
    "under_review": DisputeState.UNDER_REVIEW,
    "warning_closed": DisputeState.WON,
    "prevented": DisputeState.WON,
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
}
# What buyers confirm in the app of their bank, without a page or script.
_IN_APPS = ("blik_authorize",)
UNKNOWN = Charge(ChargeState.UNKNOWN)
# Currencies for which Stripe's units differ from ISO 4217 (https://docs.stripe.com/currencies): decimal places there.
_DIGITS = {"ISK": 2, "UGX": 2, "MGA": 0}


def units_of(amount: Money) -> int | None:
    """The amount in Stripe's units; None when Stripe does not charge it, such as three decimal places.

    >>> units_of(Money(1299, "GBP")), units_of(Money(4900, "ISK"))
    (1299, 490000)
    >>> units_of(Money(5120, "KWD")), units_of(Money(5124, "KWD"))
    (5120, None)
    >>> units_of(Money(1500, "MGA")), units_of(Money(1550, "MGA"))
    (15, None)
    """
    if amount.minor % charge_step(amount.currency):
        return None
    return int(amount.decimal.scaleb(_DIGITS.get(amount.currency, currency_digits(amount.currency))))


def money_of(content: Mapping[str, Any], name: str) -> Money | None:
    """An amount in Stripe's units; None where Stripe does not say it.

    >>> money_of({"amount": 490000, "currency": "isk"}, "amount"), money_of({"currency": "gbp"}, "amount")
    (Money(minor=4900, currency='ISK'), None)
    """
    units, currency = content.get(name), str(content.get("currency")).upper()
    if not isinstance(units, int) or currency == "NONE":
        return None
    digits = currency_digits(currency)
    return Money(int(Decimal(units).scaleb(digits - _DIGITS.get(currency, digits))), currency)


def plain(intent: stripe.PaymentIntent) -> dict[str, Any]:
    content: dict[str, Any] = intent.to_dict()
    return content


def charge_of(intent: Mapping[str, Any]) -> Charge:
    """The charge that a payment intent shows.

    An intent without a payment method counts as declined only with an error.
    """
    reference, status, error = str(intent["id"]), intent.get("status"), intent.get("last_payment_error")
    latest, received = intent.get("latest_charge"), money_of(intent, "amount_received")
    back = _refunded(latest) if isinstance(latest, Mapping) else None
    if status == "succeeded" or (status == "canceled" and received is not None and received.minor):
        return Charge(ChargeState.CAPTURED, reference, amount=received, refunded=back, captured=received)
    if status == "requires_capture":
        left = money_of(intent, "amount_capturable")
        whole = left if left is None or received is None else Money(left.minor + received.minor, left.currency)
        splits = _splits(latest)
        return Charge(ChargeState.AUTHORIZED, reference, amount=whole, refunded=back, captured=received, splits=splits)
    if status == "canceled":
        return Charge(ChargeState.DECLINED, reference, str(intent.get("cancellation_reason") or "canceled"))
    if status == "requires_payment_method" and isinstance(error, Mapping):
        return Charge(ChargeState.DECLINED, reference, _reason(error))
    if status == "requires_action" and (action := _action(intent)):
        return Charge(ChargeState.ACTION_REQUIRED, reference, action=action)
    return Charge(ChargeState.UNKNOWN, reference)


def _refunded(charge: Mapping[str, Any]) -> Money | None:
    """What was paid back. Stripe also counts what a final capture has left over, which was never taken: then None."""
    taken, whole = charge.get("amount_captured"), charge.get("amount")
    is_part = isinstance(taken, int) and isinstance(whole, int) and 0 < taken < whole
    return None if is_part and charge.get("captured") is not False else money_of(charge, "amount_refunded")


def _splits(charge: object) -> bool:
    """Whether a charge can be captured several times."""
    for name in ("payment_method_details", "card", "multicapture"):
        charge = charge.get(name) if isinstance(charge, Mapping) else None
    return isinstance(charge, Mapping) and charge.get("status") == "available"


def _action(intent: Mapping[str, Any]) -> PaymentAction | None:
    """What the buyer must do. Stripe names the page by the method: `redirect_to_url`, `alipay_handle_redirect`, ..."""
    wanted = intent.get("next_action")
    kind = wanted.get("type") if isinstance(wanted, Mapping) else None
    if kind in _IN_APPS:
        return PaymentAction()
    details = wanted.get(kind) if isinstance(wanted, Mapping) and isinstance(kind, str) else None
    page = details.get("url") or details.get("hosted_instructions_url") if isinstance(details, Mapping) else None
    secret = intent.get("client_secret")
    page = page if isinstance(page, str) and is_web_url(page) else None
    secret = secret if isinstance(secret, str) else None
    return PaymentAction(page, secret) if page or secret else None


def declined(error: stripe.CardError) -> Charge:
    told = error.json_body.get("error", {}) if isinstance(error.json_body, dict) else {}
    intent = told.get("payment_intent")
    reference = str(intent["id"]) if isinstance(intent, dict) and "id" in intent else None
    return Charge(ChargeState.DECLINED, reference, _reason(told))


def _reason(error: Mapping[str, Any]) -> str:
    return str(error.get("decline_code") or error.get("code") or "card_declined")[:_MAX_REASON]


def code_of(error: stripe.StripeError) -> str:
    return str(error.code or "invalid_request")[:_MAX_REASON]


def event_of(content: Any) -> PaymentEvent | None:
    """The event in signed JSON. An event that does not concern a charge of the shop has no key."""
    if not isinstance(content, dict) or not isinstance(content.get("data"), dict):
        return None
    event_id, kind, about = content.get("id"), content.get("type"), content["data"].get("object")
    if not isinstance(event_id, str) or not 0 < len(event_id) <= 255 or not isinstance(kind, str):
        return None
    key = key_of(about)
    if kind.startswith("charge.dispute.") and isinstance(about, dict):
        return PaymentEvent(event_id, kind, None, UNKNOWN, dispute=_dispute(about))
    if key is None or not isinstance(about.get("id"), str):
        return PaymentEvent(event_id, kind, None, UNKNOWN)
    if kind == "charge.refunded" and about.get("captured") is False:
        # An authorization that ended, of which the event of its intent says so too, or one that was captured in part:
        # what was paid back comes with the next query.
        return PaymentEvent(event_id, kind, key, UNKNOWN)
    if kind == "charge.refunded":
        reference = str(about.get("payment_intent") or about["id"])
        back, taken = _refunded(about), money_of(about, "amount_captured")
        taken = taken or money_of(about, "amount")
        charge = Charge(ChargeState.CAPTURED, reference, amount=taken, refunded=back, captured=taken)
        return PaymentEvent(event_id, kind, key, charge, about.get("refunded") is True)
    return PaymentEvent(event_id, kind, key, charge_of(about) if kind.startswith("payment_intent.") else UNKNOWN)


def _dispute(about: Mapping[str, Any]) -> DisputeReport | None:
    """A dispute. Inquiries (`warning_...`) are disputes too; they end by themselves."""
    amount, state = money_of(about, "amount"), _DISPUTES.get(str(about.get("status")))
    if amount is None or state is None or not isinstance(about.get("id"), str):
        return None
    reason, reference = str(about.get("reason") or "general")[:_MAX_REASON], about.get("payment_intent")
    return DisputeReport(about["id"][:128], state, reason, amount, reference if isinstance(reference, str) else None)


def key_of(about: Any) -> str | None:
    metadata = about.get("metadata") if isinstance(about, dict) else None
    key = metadata.get("charge_key") if isinstance(metadata, dict) else None
    return key if isinstance(key, str) else None
