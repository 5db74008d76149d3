"""Orders from an empty cart to a captured payment: what counts is the order, not the request."""

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.connection import Connection
from benchmarks.graphql import NotAnswered, ask, body, data_of
from benchmarks.load import load
from benchmarks.measure import Load


@dataclass(frozen=True, slots=True)
class Order:
    """A cart with one unit of a variant, submitted and paid."""

    merchandise_id: str
    name: str = "submit"
    title: str = "order: cart, submit, payment"

    def verified(self, endpoint: str) -> list[bytes]:
        """The answers to both steps of an order. Raises `NotAnswered` when no paid order comes of it."""
        cart = ask(endpoint, self._create())
        submitted = ask(endpoint, _submit(_cart_id(data_of(cart))))
        if (reason := _unpaid(data_of(submitted))) is not None:
            raise NotAnswered(reason)
        return [cart, submitted]

    def load(self, endpoint: str, connections: int) -> Load:
        """Orders one after the other on each connection, every answer verified."""
        return lambda seconds: asyncio.run(load(endpoint, self._order, connections, seconds))

    def floor(self, url: str, connections: int) -> Load:
        """The same two requests, of which nothing comes; the submit's bytes answer both."""
        create, submit = self._create(), _submit("no cart")

        async def post_twice(connection: Connection) -> tuple[int, bool]:
            first, cart = await connection.post(create)
            second, submitted = await connection.post(submit)
            return len(cart) + len(submitted), first == second == 200

        return lambda seconds: asyncio.run(load(url, post_twice, connections, seconds))

    def _create(self) -> bytes:
        return body("cart", merchandiseId=self.merchandise_id)

    async def _order(self, connection: Connection) -> tuple[int, bool]:
        status, cart = await connection.post(self._create())
        if status != 200:
            return len(cart), False
        try:
            status, submitted = await connection.post(_submit(_cart_id(data_of(cart))))
            good = status == 200 and _unpaid(data_of(submitted)) is None
        except NotAnswered:
            return len(cart), False
        return len(cart) + len(submitted), good


def _submit(cart_id: str) -> bytes:
    return body("submit", cartId=cart_id, attemptToken=uuid.uuid4().hex, paymentToken="tok_ok")


def _cart_id(data: Mapping[str, Any]) -> str:
    created = data["cartCreate"]
    if created["userErrors"] or not created["cart"] or created["cart"]["totalQuantity"] != 1:
        raise NotAnswered(f"no cart with one unit: {created}")
    cart_id: str = created["cart"]["id"]
    return cart_id


def _unpaid(data: Mapping[str, Any]) -> str | None:
    submitted = data["cartSubmitForCompletion"]
    paid = submitted["__typename"] == "SubmitSuccess" and submitted["order"]["status"] == "PAID"
    return None if paid else f"no paid order: {submitted}"
