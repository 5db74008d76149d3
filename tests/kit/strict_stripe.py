"""Stripe as strict as its library says: known parameters, amounts of each currency, keys used once for one content.

Payment methods are Stripe's own for tests. `authenticate` is the buyer on the page of the bank.
"""

import itertools
import re
from dataclasses import dataclass, field

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

from tests.kit.stripe_checks import OWN_PAGES, Refusal, check, check_amount, method_of, nested
from tests.kit.stripe_server import Asked, Content, FakeStripe

_SHORT, _LONG = "/v1/payment_intents", re.compile(r"/v1/payment_intents/(pi_\d+)(?:/(cancel|capture))?")
_PAGES = {"pm_card_threeDSecure2Required", *(f"pm_{name}" for name in OWN_PAGES)}
_MULTICAPTURE, _MOST_CAPTURES = ("if_available", "never"), 50
_DECLINES = {"pm_card_chargeDeclined": "generic_decline", "pm_card_visa_chargeDeclinedInsufficientFunds": "x"}


@dataclass
class StrictStripe(FakeStripe):
    """Intents by id; `complaints` are the codes of requests that the library would not have allowed."""

    intents: dict[str, Content] = field(default_factory=dict)
    refunds: dict[str, Content] = field(default_factory=dict)
    charges: dict[str, Content] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    is_searchable: bool = True
    # Payment methods of confirmation tokens, which a form made; each token confirms one intent.
    confirmation_tokens: dict[str, str] = field(default_factory=dict)
    # Whether the bank of cards allows several captures, and what becomes of a partly captured intent that is cancelled.
    multicapture: str = "available"
    cancelled_part: str = "canceled"
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
            return self._shown(self._intent(found[1]), given)
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
        wanted = given.get("payment_method_options", {}).get("card", {}).get("request_multicapture", "never")
        if wanted not in _MULTICAPTURE or (wanted != "never" and given.get("capture_method") != "manual"):
            raise Refusal(
                400, "invalid_request_error", "payment_intent_invalid_parameter", param="request_multicapture"
            )
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
            "latest_charge": None,
        }
        charge = {"id": f"ch_{number}", "object": "charge", "amount": amount, "currency": given["currency"]}
        is_card = str(token).startswith("pm_card_")
        status = self.multicapture if wanted == "if_available" else "unavailable"
        details = {"card": {"multicapture": {"status": status}}} if is_card else {"type": token}
        self.charges[made["id"]] = charge | {"amount_captured": 0, "captures": 0, "payment_method_details": details}
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

    def _shown(self, intent: Content, given: Content) -> Content:
        """The charge of an intent is its id, unless the request wants more."""
        if intent["latest_charge"] is None or "latest_charge" not in given.get("expand", {}).values():
            return dict(intent)
        charge, taken = self.charges[intent["id"]], intent["amount_received"]
        is_closed = intent["status"] in ("succeeded", "canceled")
        # What was never taken counts as refunded.
        back = self._refunded(intent) + (intent["amount"] - taken if is_closed else 0)
        shown = charge | {"amount_captured": taken, "amount_refunded": back, "captured": is_closed and taken > 0}
        return dict(intent) | {"latest_charge": shown}

    def _refunded(self, intent: Content) -> int:
        return sum(refund["amount"] for refund in self.refunds.values() if refund["payment_intent"] == intent["id"])

    def _succeed(self, intent: Content) -> None:
        intent |= {"latest_charge": self.charges[intent["id"]]["id"]}
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
        status = self.cancelled_part if intent["amount_received"] else "canceled"
        intent |= {"status": status, "cancellation_reason": given.get("cancellation_reason"), "amount_capturable": 0}
        return dict(intent)

    def _capture(self, intent: Content, given: Content) -> Content:
        if intent["status"] != "requires_capture":
            raise Refusal(400, "invalid_request_error", "payment_intent_unexpected_state")
        amount = check_amount(given.get("amount_to_capture", intent["amount_capturable"]), intent["currency"])
        if amount > intent["amount_capturable"]:
            raise Refusal(400, "invalid_request_error", "amount_too_large")
        charge, is_final = self.charges[intent["id"]], given.get("final_capture", "true") == "true"
        card = charge["payment_method_details"].get("card", {})
        if not is_final and card.get("multicapture", {}).get("status") != "available":
            raise Refusal(400, "invalid_request_error", "parameter_invalid", param="final_capture")
        charge["captures"] += 1
        if charge["captures"] > _MOST_CAPTURES:
            raise Refusal(400, "invalid_request_error", "payment_intent_unexpected_state")
        left = 0 if is_final else intent["amount_capturable"] - amount
        intent |= {"amount_received": intent["amount_received"] + amount, "amount_capturable": left}
        intent |= {"status": "succeeded" if is_final else "requires_capture"}
        return dict(intent)

    def _refund(self, given: Content) -> Content:
        intent = self._intent(given["payment_intent"])
        amount = check_amount(given["amount"], intent["currency"])
        if self._refunded(intent) + amount > intent["amount_received"]:
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
