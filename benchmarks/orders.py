"""Orders from an empty cart to a captured payment: what counts is the order, not the request."""

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
        """The body of a submit under a new attempt token."""
        return body("submit", cartId=cart_id, attemptToken=uuid.uuid4().hex, paymentToken="tok_ok")

    def problem(self, data: Mapping[str, Any]) -> str | None:
        """Says what came when it is no paid order."""
        submitted = data["cartSubmitForCompletion"]
        paid = submitted["__typename"] == "SubmitSuccess" and submitted["order"]["status"] == "PAID"
        return None if paid else f"no paid order: {submitted}"
