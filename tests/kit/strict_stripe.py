"""Stripe as strict as its library says: known parameters, amounts of each currency, keys used once for one content.

Payment methods are Stripe's own for tests. `authenticate` is the buyer on the page of the bank.
"""

import itertools
import re
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from stripe.params import (
    _payment_intent_cancel_params,
    _payment_intent_capture_params,
    _payment_intent_create_params,
    _payment_intent_list_params,
    _payment_intent_retrieve_params,
    _payment_intent_search_params,
    _refund_create_params,
    _refund_retrieve_params,
)

from tests.kit.stripe_server import Asked, Content, FakeStripe

# Options of a request, which the library sends as headers.
_OPTIONS = {
    *("api_key", "stripe_version", "stripe_account", "stripe_context", "max_network_retries"),
    *("idempotency_key", "content_type", "headers"),
}
# https://docs.stripe.com/currencies
_THREE_DECIMALS = {"bhd", "jod", "kwd", "omr", "tnd"}
_TWO_ZEROS = {"isk", "ugx"}
_SHORT, _LONG = "/v1/payment_intents", re.compile(r"/v1/payment_intents/(pi_\d+)(?:/(cancel|capture))?")
# Methods that need no form, and whether they can be captured later.
_OWN_PAGES = {"ideal": False, "alipay": False, "twint": False, "paypal": True, "revolut_pay": True, "amazon_pay": True}
_OWN_PAGES |= {"bancontact": False, "eps": False, "p24": False, "blik": False}
# What Stripe wants to know of the buyer: https://docs.stripe.com/payments/bancontact/accept-a-payment and so on.
_DETAILS = {"bancontact": "name", "eps": "name", "p24": "email"}
_PAGES = {"pm_card_threeDSecure2Required", *(f"pm_{name}" for name in _OWN_PAGES)}
_DECLINES = {"pm_card_chargeDeclined": "generic_decline", "pm_card_visa_chargeDeclinedInsufficientFunds": "x"}


class Refusal(Exception):
    """An answer that says what is wrong with a request."""

    def __init__(self, status: int, kind: str, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.status = status
        self.content: Content = {"error": {"type": kind, "code": code, "message": f"No: {code}.", **facts}}


@dataclass
class StrictStripe(FakeStripe):
    """Intents by id; `complaints` are the codes of requests that the library would not have allowed."""

    intents: dict[str, Content] = field(default_factory=dict)
    refunds: dict[str, Content] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    is_searchable: bool = True
    # Payment methods of confirmation tokens, which a form made; each token confirms one intent.
    confirmation_tokens: dict[str, str] = field(default_factory=dict)
    _kept: dict[str | None, tuple[str, dict[str, str], int, Content]] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def respond(self, asked: Asked) -> tuple[int, Content]:
        """The answer to a request; the same one for a repeated key."""
        key = asked.headers.get("idempotency-key") if asked.method == "POST" else None
        if key in self._kept:
            path, fields, status, content = self._kept[key]
            if (path, fields) != (asked.path, asked.fields):
                self.complaints.append("idempotency_key_reused")
                return 400, Refusal(400, "idempotency_error", "idempotency_key_reused").content
            return status, content
        try:
            status, content = 200, self._do(asked)
        except Refusal as refusal:
            status, content = refusal.status, refusal.content
            if content["error"]["type"] == "invalid_request_error":
                self.complaints.append(content["error"]["code"])
        if key is not None:
            self._kept[key] = (asked.path, asked.fields, status, content)
        return status, content

    def authenticate(self, intent_id: str, *, accepts: bool = True) -> None:
        """The buyer confirms, or does not."""
        intent = self.intents[intent_id]
        if intent["status"] == "requires_action":
            intent |= {"next_action": None}
            self._succeed(intent) if accepts else self._fail(intent, "payment_intent_authentication_failure")

    def _do(self, asked: Asked) -> Content:
        given = nested(asked.fields)
        found = _LONG.fullmatch(asked.path)
        match asked.method, asked.path:
            case "POST", "/v1/payment_intents":
                check(_payment_intent_create_params, "PaymentIntentCreateParams", given)
                return self._create(given)
            case "GET", "/v1/payment_intents":
                check(_payment_intent_list_params, "PaymentIntentListParams", given)
                return self._listed([*self.intents.values()])
            case "GET", "/v1/payment_intents/search":
                check(_payment_intent_search_params, "PaymentIntentSearchParams", given)
                wanted = given["query"].split("'")[3]
                known = [each for each in self.intents.values() if each["metadata"].get("charge_key") == wanted]
                return self._listed(known if self.is_searchable else [])
            case "POST", "/v1/refunds":
                check(_refund_create_params, "RefundCreateParams", given)
                return self._refund(given)
        if found and asked.method == "GET":
            check(_payment_intent_retrieve_params, "PaymentIntentRetrieveParams", given)
            return self._intent(found[1])
        if found and found[2] == "cancel":
            check(_payment_intent_cancel_params, "PaymentIntentCancelParams", given)
            return self._cancel(self._intent(found[1]), given)
        if found and found[2] == "capture":
            check(_payment_intent_capture_params, "PaymentIntentCaptureParams", given)
            return self._capture(self._intent(found[1]), given)
        check(_refund_retrieve_params, "RefundRetrieveParams", given)
        return self.refunds[asked.path.rpartition("/")[2]]

    def _create(self, given: Content) -> Content:
        amount = check_amount(given["amount"], given["currency"])
        redirects = given.get("automatic_payment_methods", {}).get("allow_redirects", "always")
        is_confirmed = given.get("confirm") == "true"
        if is_confirmed and redirects == "always" and "return_url" not in given:
            raise Refusal(400, "invalid_request_error", "parameter_missing", param="return_url")
        if "return_url" in given and not is_confirmed:
            raise Refusal(400, "invalid_request_error", "parameter_unknown", param="return_url")
        token = given.get("payment_method") or self._confirmed(given) or method_of(given)
        number = next(self._numbers)
        made: Content = {
            "id": f"pi_{number}",
            "object": "payment_intent",
            "amount": amount,
            "amount_received": 0,
            "amount_capturable": 0,
            "capture_method": given.get("capture_method", "automatic_async"),
            "client_secret": f"pi_{number}_secret_x",
            "currency": given["currency"],
            "metadata": given.get("metadata", {}),
            "last_payment_error": None,
            "next_action": None,
            "status": "requires_confirmation",
        }
        self.intents[made["id"]] = made
        if token in _DECLINES:
            self._fail(made, "card_declined", _DECLINES[token])
            raise Refusal(402, "card_error", "card_declined", decline_code=_DECLINES[token], payment_intent=dict(made))
        if token in _PAGES and redirects == "never":
            del self.intents[made["id"]]
            raise Refusal(400, "invalid_request_error", "payment_intent_invalid_parameter")
        if token == "pm_blik":
            made |= {"status": "requires_action", "next_action": {"type": "blik_authorize", "blik_authorize": {}}}
        elif token in _PAGES and "confirmation_token" in given:
            # Such tokens have `use_stripe_sdk`: Stripe's script opens the page of the bank by itself.
            step = {"type": "three_d_secure_redirect", "stripe_js": "https://hooks.stripe.com/3d_secure_2/x"}
            made |= {"status": "requires_action", "next_action": {"type": "use_stripe_sdk", "use_stripe_sdk": step}}
        elif token in _PAGES:
            page = {"url": f"https://hooks.stripe.com/{made['id']}", "return_url": given["return_url"]}
            made |= {"status": "requires_action", "next_action": {"type": "redirect_to_url", "redirect_to_url": page}}
        else:
            self._succeed(made)
        return dict(made)

    def _confirmed(self, given: Content) -> str | None:
        """The method of a confirmation token, which is used up then."""
        token = given.get("confirmation_token")
        if token is not None and self.confirmation_tokens and token not in self.confirmation_tokens:
            raise Refusal(400, "invalid_request_error", "resource_missing", param="confirmation_token")
        return None if token is None else self.confirmation_tokens.pop(token, "pm_card_visa")

    def _succeed(self, intent: Content) -> None:
        if intent["capture_method"] == "manual":
            intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
        else:
            intent |= {"status": "succeeded", "amount_received": intent["amount"]}

    def _fail(self, intent: Content, code: str, decline: str | None = None) -> None:
        error = {"code": code, "decline_code": decline, "type": "card_error"}
        intent |= {"status": "requires_payment_method", "last_payment_error": error}

    def _cancel(self, intent: Content, given: Content) -> Content:
        if intent["status"] in ("succeeded", "canceled", "processing"):
            raise Refusal(400, "invalid_request_error", "payment_intent_unexpected_state")
        intent |= {"status": "canceled", "cancellation_reason": given.get("cancellation_reason")}
        return dict(intent)

    def _capture(self, intent: Content, given: Content) -> Content:
        if intent["status"] != "requires_capture":
            raise Refusal(400, "invalid_request_error", "payment_intent_unexpected_state")
        amount = check_amount(given.get("amount_to_capture", intent["amount_capturable"]), intent["currency"])
        if amount > intent["amount_capturable"]:
            raise Refusal(400, "invalid_request_error", "amount_too_large")
        intent |= {"status": "succeeded", "amount_received": amount, "amount_capturable": 0}
        return dict(intent)

    def _refund(self, given: Content) -> Content:
        intent = self._intent(given["payment_intent"])
        amount = check_amount(given["amount"], intent["currency"])
        back = sum(refund["amount"] for refund in self.refunds.values() if refund["payment_intent"] == intent["id"])
        if back + amount > intent["amount_received"]:
            raise Refusal(400, "invalid_request_error", "charge_already_refunded")
        made = {"id": f"re_{next(self._numbers)}", "object": "refund", "status": "succeeded", "amount": amount}
        self.refunds[str(made["id"])] = made | {"payment_intent": intent["id"]}
        return self.refunds[str(made["id"])]

    def _intent(self, intent_id: str) -> Content:
        if intent_id not in self.intents:
            raise Refusal(404, "invalid_request_error", "resource_missing")
        return self.intents[intent_id]

    def _listed(self, found: list[Content]) -> Content:
        return {"object": "list", "data": [dict(each) for each in found], "has_more": False, "url": _SHORT}


def nested(fields: Mapping[str, str]) -> Content:
    """Form fields such as `metadata[key]` as the objects that they mean."""
    made: Content = {}
    for name, value in fields.items():
        *outer, last = re.findall(r"[^\[\]]+", name)
        place = made
        for step in outer:
            place = place.setdefault(step, {})
        place[last] = value
    return made


def check(module: ModuleType, name: str, given: Content, path: str = "") -> None:
    """Refuses what the library's parameters do not name, at any depth."""
    known = typing.cast("dict[str, Any]", getattr(module, name).__annotations__)
    for field_name, value in given.items():
        if field_name not in known or field_name in _OPTIONS:
            raise Refusal(400, "invalid_request_error", "parameter_unknown", param=path + field_name)
        inner = [word for word in re.findall(r"\w+", str(known[field_name])) if hasattr(module, word)]
        records = [word for word in inner if word.startswith(name)]
        if isinstance(value, dict) and len(records) == 1:
            check(module, records[0], value, f"{path}{field_name}.")


def method_of(given: Content) -> str:
    """The method that an intent makes itself, with the details that it needs."""
    if "payment_method_data" not in given:
        return ""
    name = given["payment_method_data"].get("type")
    known = _payment_intent_create_params.PaymentIntentCreateParamsPaymentMethodData.__annotations__["type"]
    if name not in re.findall(r"\w+", str(known)):
        raise Refusal(400, "invalid_request_error", "parameter_invalid", param="payment_method_data[type]")
    if name not in _OWN_PAGES:
        raise Refusal(400, "invalid_request_error", "parameter_missing", param=f"payment_method_data[{name}]")
    details, code = given["payment_method_data"].get("billing_details", {}), _code_of(given, name)
    if name in _DETAILS and not details.get(_DETAILS[name]):
        wanted = f"payment_method_data[billing_details][{_DETAILS[name]}]"
        raise Refusal(400, "invalid_request_error", "parameter_missing", param=wanted)
    if name == "blik" and not re.fullmatch(r"\d{6}", code):
        raise Refusal(400, "invalid_request_error", "parameter_invalid", param="payment_method_options[blik][code]")
    if given.get("capture_method") == "manual" and not _OWN_PAGES[name]:
        raise Refusal(400, "invalid_request_error", "payment_intent_invalid_parameter", param="capture_method")
    return f"pm_{name}"


def _code_of(given: Content, name: str) -> str:
    return str(given.get("payment_method_options", {}).get(name, {}).get("code", ""))


def check_amount(units: object, currency: str) -> int:
    """An amount in Stripe's units, where these are whole."""
    text = str(units)
    if not text.isdecimal() or int(text) == 0 or currency != currency.lower():
        raise Refusal(400, "invalid_request_error", "parameter_invalid_integer", param="amount")
    wrong = (currency in _THREE_DECIMALS and int(text) % 10) or (currency in _TWO_ZEROS and int(text) % 100)
    if wrong:
        raise Refusal(400, "invalid_request_error", "invalid_amount", param="amount")
    return int(text)
