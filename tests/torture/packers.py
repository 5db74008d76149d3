"""Staff, who send or cancel what was bought with reserved money, each request again until it is answered."""

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from domain.kit.ids import global_id
from tests.torture.plan import Intent

MOST_TRIES = 4
_SEND = """mutation($given: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $given) { userErrors { code } } }"""
_DROP = """mutation($given: RefundInput!) { refundCreate(input: $given) { userErrors { code } } }"""
_CANCEL = """mutation($given: ID!) {
  orderCancel(orderId: $given, reason: CUSTOMER, restock: true, refund: true) { userErrors { code } } }"""
Bank = Callable[[str, bool], Awaitable[bool]]
Post = Callable[[bytes, Mapping[str, str]], Awaitable[dict[str, Any]]]


class Packers:
    """`done` counts answers; `cancelled` has the orders that staff wanted to cancel. `bank` ends an authorization."""

    def __init__(self, post: Post, token: str, lost: tuple[type[Exception], ...], bank: Bank) -> None:
        self._bank = bank
        self._post = post
        self._headers = {"Authorization": f"Bearer {token}"}
        self._lost = lost
        self.done: Counter[str] = Counter()
        self.cancelled: set[int] = set()

    async def settle(self, intent: Intent, order_id: int) -> None:
        """Does with an order what the plan says. A parcel whose answer was lost may be sent twice: the shop says."""
        order = global_id("Order", str(order_id))
        first = {"lineItemId": global_id("OrderLineItem", f"{order_id}-0"), "quantity": 1}
        fate = intent.fate
        if fate == "cancel":
            self.cancelled.add(order_id)
            await self._ask(_CANCEL, order, fate)
        is_plain = True
        if fate in ("send one", "send in two", "send one and drop", "send one and end"):
            is_plain = await self._ask(_SEND, {"orderId": order, "lineItems": [first]}, "parcels")
        if fate == "send one and drop":
            back = first | {"restockType": "CANCEL"}
            dropped = {"orderId": order, "refundLineItems": [back], "idempotencyKey": "drop"}
            await self._ask(_DROP, dropped, "drops")
        if fate in ("send all", "send in two", "send one and drop"):
            await self._ask(_SEND, {"orderId": order}, "parcels")

        # Goods whose money was not taken yet would be lost: `storefront check` would rightly say so.
        if fate in ("end", "send one and end") and is_plain:
            self.done["ends"] += await self._bank(f"auth-{order_id}", fate != "end")

    async def close(self, order_id: int, left: Mapping[int, int], *, is_sent: bool) -> None:
        """Cancels an order whose authorization has ended, or what is left of it."""
        order = global_id("Order", str(order_id))
        if not is_sent:
            self.cancelled.add(order_id)
            await self._ask(_CANCEL, order, "cancelled after an end")
            return
        lines = [
            {"lineItemId": global_id("OrderLineItem", f"{order_id}-{position}"), "quantity": units}
            for position, units in left.items()
        ]
        back = [line | {"restockType": "CANCEL"} for line in lines]
        await self._ask(_DROP, {"orderId": order, "refundLineItems": back}, "dropped after an end")

    async def _ask(self, document: str, given: object, what: str) -> bool:
        """Whether the first try was answered, and with success."""
        body = json.dumps({"query": document, "variables": {"given": given}}).encode()
        for number in range(MOST_TRIES):
            try:
                answer = await self._post(body, self._headers)
            except self._lost:
                self.done["lost"] += 1
                continue
            if "errors" not in answer and answer.get("data"):
                (payload,) = answer["data"].values()
                codes = [error["code"] for error in payload["userErrors"]]
                self.done[" ".join([what, *codes])] += 1
                return not codes and number == 0
            self.done["errors"] += 1
        return False
