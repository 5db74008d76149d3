"""What a run left behind, for the invariants to look at."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.torture.evidence import Evidence, Record
from tests.torture.load import Journal
from tests.torture.plan import CartPlan, Plan

# Orders that took units, and those that took nothing in the end.
SOLD = {"PAID", "FULFILLED"}
TAKEN = {"PENDING_PAYMENT", *SOLD}


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: the intents, the answers, and the contents of the books."""

    plan: Plan
    variant_ids: Mapping[int, int]
    journal: Journal
    evidence: Evidence

    @property
    def carts(self) -> dict[str, CartPlan]:
        """Carts by id."""
        return {intent.cart.id: intent.cart for intent in self.plan.intents}

    @property
    def orders(self) -> dict[int, Record]:
        """Orders by id."""
        return {order["id"]: order for order in self.evidence["orders"]}
