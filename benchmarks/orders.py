"""Orders from an empty cart to a captured payment: it counts orders, not requests."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.carts import NewCart
from benchmarks.graphql import body


@dataclass(frozen=True, slots=True)
class Order(NewCart):
    """A cart with one unit of a variant, submitted and paid."""

    name: str = "submit"
    title: str = "order: cart, submit, payment"

    def then(self, cart_id: str) -> bytes:
        """The body of a submit with a new attempt token."""
        return body("submit", cartId=cart_id, attemptToken=uuid.uuid4().hex, paymentToken="tok_ok")

    def problem(self, data: Mapping[str, Any]) -> str | None:
        """The answer, if it is not a paid order."""
        submitted = data["cartSubmitForCompletion"]
        paid = submitted["__typename"] == "SubmitSuccess" and submitted["order"]["status"] == "PAID"
        return None if paid else f"no paid order: {submitted}"
