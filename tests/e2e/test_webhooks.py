"""Webhooks over HTTP, to the shop as `storefront up` starts it, from its payment sandbox and from others."""

import asyncio
import json
import sqlite3
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import Any

import httpx
import pytest

from bff.settings.secrets import kept_secrets
from domain.kit.ids import key_of, new_secret
from domain.payments.keys import charge_key
from sandbox.webhooks import SIGNATURE_HEADER, signature
from tests.e2e.test_crash import check
from tests.kit.factories.buyers import BUYER
from tests.kit.fixtures.running_shop import Shop

# One running shop for all of them, in one of the processes that run tests.
pytestmark = pytest.mark.xdist_group("shop")

PATH = "/webhooks/payments/sandbox"
_VARIANT = '{ product(handle: "harbour-mug") { variants(first: 1) { nodes { id } } } }'
_CREATE = """mutation($input: CartInput) { cartCreate(input: $input) { cart { id } } }"""
_SUBMIT = """mutation($cart: ID!, $token: String!, $payment: String!) {
  cartSubmitForCompletion(cartId: $cart, attemptToken: $token, payment: { token: $payment }) {
    __typename ... on SubmitSuccess { order { id status } } } }"""


class Buyer:
    """Buys one mug and looks at what the shop has written down about it."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._secret = kept_secrets(shop.data_dir).sandbox_webhook_secret

    async def buy(self, payment: str) -> tuple[int, str]:
        """The key of the order and its status."""
        variant = (await self._shop.data(_VARIANT))["product"]["variants"]["nodes"][0]["id"]
        lines = [{"merchandiseId": variant, "quantity": 1}]
        cart = (await self._shop.data(_CREATE, {"input": BUYER | {"lines": lines}}))["cartCreate"]["cart"]["id"]
        variables = {"cart": cart, "token": new_secret(), "payment": payment}
        order = (await self._shop.data(_SUBMIT, variables))["cartSubmitForCompletion"]["order"]
        order_id = key_of(order["id"], "Order")
        assert order_id is not None
        return order_id, order["status"]

    async def tell(self, body: bytes, header: str | None = None) -> httpx.Response:
        """Sends a webhook; by default with a current signature like the sandbox's."""
        if header is None:
            header = self.sign(body)
        return await self._shop.client.post(PATH, content=body, headers={SIGNATURE_HEADER: header})

    def sign(self, body: bytes, age: int = 0, secret: str | None = None) -> str:
        """The header of a body signed some seconds ago."""
        return signature(secret or self._secret, body, int(time.time()) - age)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the shop's database."""
        with closing(sqlite3.connect(f"file:{self._shop.data_dir}/storefront.db?mode=ro", uri=True)) as database:
            return database.execute(query, values).fetchall()

    def story(self, order_id: int) -> list[str]:
        """The states an order went through."""
        query = "SELECT status FROM order_events WHERE order_id = ? ORDER BY id"
        return [status for (status,) in self.rows(query, order_id)]

    def moved(self, order_id: int) -> list[str]:
        """The movements of stock of an order."""
        query = "SELECT kind FROM stock_movements WHERE order_id = ? ORDER BY id"
        return [kind for (kind,) in self.rows(query, order_id)]

    def remembered(self, event_id: str) -> int:
        """How often an event is on record."""
        return len(self.rows("SELECT 1 FROM webhook_events WHERE event_id = ?", event_id))

    def received(self) -> int:
        """How many events are on record."""
        return len(self.rows("SELECT 1 FROM webhook_events"))


def event(order_id: int, state: str = "CAPTURED", event_id: str | None = None, reason: str | None = None) -> bytes:
    """The body of an event about the charge of an order."""
    charge = {"key": charge_key(order_id), "reference": "ch_test", "state": state, "reason": reason}
    content = {"id": event_id or f"evt_{new_secret()}", "type": f"charge.{state.lower()}", "charge": charge}
    return json.dumps(content).encode()


async def until(fact: Callable[[], bool]) -> None:
    """Waits for a fact; TimeoutError when it does not come about."""
    while not fact():  # noqa: ASYNC110 - another process has no event
        await asyncio.sleep(0.05)


async def test_an_order_whose_charge_only_a_webhook_decides_is_paid_by_it(shop: Shop) -> None:
    """Without the buyer or a sweep asking: the sandbox of `storefront up` knows where the shop is."""
    buyer = Buyer(shop)
    before = buyer.received()
    order_id, status = await buyer.buy("tok_async")
    assert status == "PENDING_PAYMENT"
    await until(lambda: buyer.story(order_id) == ["PENDING_PAYMENT", "PAID"] and buyer.received() > before)
    assert buyer.moved(order_id) == ["RESERVATION", "SALE"]


async def test_an_order_whose_charge_a_webhook_declines_gives_its_stock_back(shop: Shop) -> None:
    buyer = Buyer(shop)
    order_id, _ = await buyer.buy("tok_async_decline")
    await until(lambda: buyer.story(order_id) == ["PENDING_PAYMENT", "PAYMENT_FAILED"])
    assert buyer.moved(order_id) == ["RESERVATION", "RELEASE"]


async def test_ten_equal_webhooks_at_once_pay_an_order_once(shop: Shop) -> None:
    """The provider captures it in the end, too, and reports that: still one transition, one movement."""
    buyer = Buyer(shop)
    before = buyer.received()
    order_id, _ = await buyer.buy("tok_async")
    body = event(order_id, event_id=f"evt_ten_{order_id}")
    answers = await asyncio.gather(*(buyer.tell(body) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}
    assert Counter(answer.json()["outcome"] for answer in answers) == {"handled": 1, "duplicate": 9}
    assert buyer.remembered(f"evt_ten_{order_id}") == 1
    await until(lambda: buyer.received() >= before + 2)
    assert buyer.story(order_id) == ["PENDING_PAYMENT", "PAID"]
    assert buyer.moved(order_id) == ["RESERVATION", "SALE"]


async def test_a_decline_that_comes_after_the_capture_changes_nothing(shop: Shop) -> None:
    buyer = Buyer(shop)
    order_id, status = await buyer.buy("tok_ok")
    assert status == "PAID"
    assert (await buyer.tell(event(order_id, "DECLINED", reason="card_declined"))).json() == {"outcome": "handled"}
    assert buyer.story(order_id) == ["PENDING_PAYMENT", "PAID"]
    assert buyer.moved(order_id) == ["RESERVATION", "SALE"]


async def test_webhooks_twice_late_and_backwards_leave_every_order_paid_once(shop: Shop) -> None:
    """The sandbox itself sends them: 4 events that can be kept, one of them twice."""
    buyer = Buyer(shop)
    before = buyer.received()
    tokens = ("tok_webhook_twice", "tok_webhook_late", "tok_webhook_reordered")
    bought = [await buyer.buy(token) for token in tokens]
    assert [status for _, status in bought] == ["PAID"] * 3
    await until(lambda: buyer.received() >= before + 3)
    assert [buyer.story(order_id) for order_id, _ in bought] == [["PENDING_PAYMENT", "PAID"]] * 3
    assert [buyer.moved(order_id) for order_id, _ in bought] == [["RESERVATION", "SALE"]] * 3


async def test_a_webhook_of_an_order_that_is_not_there_yet_is_to_come_again(shop: Shop) -> None:
    """It is not accepted and not lost: the answer says when to try again, and nothing is on record."""
    buyer = Buyer(shop)
    answer = await buyer.tell(event(4711, event_id="evt_early"))
    assert (answer.status_code, answer.json(), answer.headers["retry-after"]) == (409, {"outcome": "too_early"}, "2")
    assert buyer.remembered("evt_early") == 0


async def test_what_the_provider_did_not_sign_just_now_is_refused_alike(shop: Shop) -> None:
    """Forged, stale, from the future, altered, unsigned, malformed, too long: one answer, nothing on record."""
    buyer = Buyer(shop)
    order_id, _ = await buyer.buy("tok_hang")
    body = event(order_id, event_id="evt_refused")
    headers: list[Callable[[], Awaitable[httpx.Response]]] = [
        lambda: buyer.tell(body, buyer.sign(body, secret="another secret")),
        lambda: buyer.tell(body, buyer.sign(body, age=301)),
        lambda: buyer.tell(body, buyer.sign(body, age=-310)),
        lambda: buyer.tell(body.replace(b"CAPTURED", b"DECLINED"), buyer.sign(body)),
        lambda: buyer.tell(body + b" ", buyer.sign(body)),
        lambda: buyer.tell(body, ""),
        lambda: buyer.tell(b"not json"),
        lambda: buyer.tell(b""),
        lambda: buyer.tell(b"[]"),
        lambda: buyer.tell(b" " * 300_000 + body),
    ]
    answers = [await send() for send in headers]
    assert {(answer.status_code, answer.text) for answer in answers} == {(400, '{"outcome":"refused"}')}
    assert buyer.story(order_id) == ["PENDING_PAYMENT"]
    assert buyer.remembered("evt_refused") == 0


async def test_only_the_provider_of_the_shop_has_an_address_and_only_to_post(shop: Shop) -> None:
    buyer = Buyer(shop)
    body = event(1)
    other = await shop.client.post(
        "/webhooks/payments/stripe", content=body, headers={SIGNATURE_HEADER: buyer.sign(body)}
    )
    assert other.status_code == 404
    assert (await shop.client.get(PATH)).status_code == 405


async def test_webhooks_are_counted(shop: Shop) -> None:
    assert (await Buyer(shop).tell(b"{}", "")).status_code == 400
    text = (await shop.client.get("/metrics")).text
    assert 'storefront_webhooks_total{outcome="refused",provider="sandbox"}' in text


async def test_the_shop_still_adds_up(shop: Shop) -> None:
    found = await asyncio.to_thread(check, shop)
    assert found.returncode == 0, found.stdout + found.stderr
