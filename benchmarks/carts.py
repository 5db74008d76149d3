"""Carts: a new one with one unit, and its shopper's next request."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.connection import Connection
from benchmarks.graphql import NotAnswered, ask, body, data_of
from benchmarks.load import load
from benchmarks.measure import Load


@dataclass(frozen=True, slots=True)
class NewCart(ABC):
    """A new cart with one unit of a variant, and one more request about it."""

    merchandise_id: str

    @abstractmethod
    def then(self, cart_id: str) -> bytes:
        """The body of the second request."""

    @abstractmethod
    def problem(self, data: Mapping[str, Any]) -> str | None:
        """What is wrong with the data of the second answer, or None."""

    def verified(self, endpoint: str) -> list[bytes]:
        """The answers to both requests. Raises `NotAnswered` when the second has a problem."""
        cart = ask(endpoint, self._create())
        second = ask(endpoint, self.then(_cart_id(data_of(cart))))
        if (reason := self.problem(data_of(second))) is not None:
            raise NotAnswered(reason)
        return [cart, second]

    def load(self, endpoint: str, connections: int) -> Load:
        """Both requests on each connection, again and again, every answer verified."""
        return lambda seconds: asyncio.run(load(endpoint, self._step, connections, seconds))

    def floor(self, url: str, connections: int) -> Load:
        """The same two requests without their effects: the bytes of the second answer serve both."""
        create, then = self._create(), self.then("no cart")

        async def post_twice(connection: Connection) -> tuple[int, bool]:
            first, cart = await connection.post(create)
            second, answer = await connection.post(then)
            return len(cart) + len(answer), first == second == 200

        return lambda seconds: asyncio.run(load(url, post_twice, connections, seconds))

    def _create(self) -> bytes:
        return body("cart", merchandiseId=self.merchandise_id)

    async def _step(self, connection: Connection) -> tuple[int, bool]:
        status, cart = await connection.post(self._create())
        if status != 200:
            return len(cart), False
        try:
            status, second = await connection.post(self.then(_cart_id(data_of(cart))))
            good = status == 200 and self.problem(data_of(second)) is None
        except NotAnswered:
            return len(cart), False
        return len(cart) + len(second), good


@dataclass(frozen=True, slots=True)
class Cart(NewCart):
    """A cart to which a second unit is added."""

    name: str = "cart"
    title: str = "cart: new, line added"

    def then(self, cart_id: str) -> bytes:
        """The body of `cartLinesAdd`."""
        return body("cart_lines_add", cartId=cart_id, merchandiseId=self.merchandise_id)

    def problem(self, data: Mapping[str, Any]) -> str | None:
        """The answer, if the cart does not have two units."""
        added = data["cartLinesAdd"]
        good = not added["userErrors"] and added["cart"] and added["cart"]["totalQuantity"] == 2
        return None if good else f"no cart with two units: {added}"


def _cart_id(data: Mapping[str, Any]) -> str:
    created = data["cartCreate"]
    if created["userErrors"] or not created["cart"] or created["cart"]["totalQuantity"] != 1:
        raise NotAnswered(f"no cart with one unit: {created}")
    cart_id: str = created["cart"]["id"]
    return cart_id
