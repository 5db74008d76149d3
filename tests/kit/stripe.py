"""Stripe's objects as it sends them."""

from typing import Any

SECRET = "whsec_test"


INTENTS = "/v1/payment_intents"


EMPTY = {"object": "list", "data": [], "has_more": False, "url": INTENTS}


def intent(status: str = "succeeded", **facts: Any) -> dict[str, Any]:
    """A payment intent of an order."""
    return {
        "id": "pi_1",
        "object": "payment_intent",
        "status": status,
        "metadata": {"charge_key": "order-1"},
        "last_payment_error": None,
    } | facts
