"""What Stripe refuses: parameters that its library does not name, amounts that a currency does not have."""

import re
import typing
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from stripe.params import _payment_intent_create_params

from tests.kit.stripe_server import Content

# Options of a request, which the library sends as headers.
_OPTIONS = {
    *("api_key", "stripe_version", "stripe_account", "stripe_context", "max_network_retries"),
    *("idempotency_key", "content_type", "headers"),
}
# https://docs.stripe.com/currencies
_THREE_DECIMALS = {"bhd", "jod", "kwd", "omr", "tnd"}
_TWO_ZEROS = {"isk", "ugx"}
# Methods that need no form, and whether they can be captured later.
OWN_PAGES = {"ideal": False, "alipay": False, "twint": False, "paypal": True, "revolut_pay": True, "amazon_pay": True}
OWN_PAGES |= {"bancontact": False, "eps": False, "p24": False, "blik": False}
# What Stripe wants to know of the buyer: https://docs.stripe.com/payments/bancontact/accept-a-payment and so on.
_DETAILS = {"bancontact": "name", "eps": "name", "p24": "email"}


class Refusal(Exception):
    """An answer that says what is wrong with a request."""

    def __init__(self, status: int, kind: str, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.status = status
        self.content: Content = {"error": {"type": kind, "code": code, "message": f"No: {code}.", **facts}}


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
    if name not in OWN_PAGES:
        raise Refusal(400, "invalid_request_error", "parameter_missing", param=f"payment_method_data[{name}]")
    details, code = given["payment_method_data"].get("billing_details", {}), _code_of(given, name)
    if name in _DETAILS and not details.get(_DETAILS[name]):
        wanted = f"payment_method_data[billing_details][{_DETAILS[name]}]"
        raise Refusal(400, "invalid_request_error", "parameter_missing", param=wanted)
    if name == "blik" and not re.fullmatch(r"\d{6}", code):
        raise Refusal(400, "invalid_request_error", "parameter_invalid", param="payment_method_options[blik][code]")
    if given.get("capture_method") == "manual" and not OWN_PAGES[name]:
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
