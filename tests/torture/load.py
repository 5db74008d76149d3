"""Buyers, and the journal of everything that they were answered."""

import asyncio
import json
import random
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx

from domain.kit.ids import global_id, key_of
from tests.torture.connection import Connection
from tests.torture.packers import Bank, Packers
from tests.torture.plan import Intent, Plan

CLIENTS = 32
MOST_SENDS = 3
# The order of this attempt; that, or the order of another one.
MADE = ("SubmitSuccess", "SubmitActionRequired")
ORDER_ANSWERS = (*MADE, "SubmitAlreadyAccepted")
_LOST = (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError)
SUBMIT = """mutation($cart: ID!, $token: String!, $payment: String!, $method: String!) {
  cartSubmitForCompletion(cartId: $cart, attemptToken: $token, payment: { token: $payment, method: $method }) {
    __typename
    ...answer } }
fragment answer on CartSubmitForCompletionResult {
  ... on SubmitSuccess { order { ...told } }
  ... on SubmitActionRequired { order { ...told token } action { redirectUrl } }
  ... on SubmitAlreadyAccepted { order { ...told } }
  ... on SubmitFailed { errors { code } waitingOrder { id } }
  ... on SubmitThrottled { pollAfter } }
fragment told on Order { id status totalPrice { amount } }"""
RETRY = """mutation($order: ID!, $secret: String!, $token: String!, $payment: String!) {
  orderPaymentRetry(orderId: $order, orderToken: $secret, attemptToken: $token, payment: { token: $payment }) {
    __typename ...answer } }""" + SUBMIT[SUBMIT.index("\nfragment answer") :]
ABANDON = """mutation($order: ID!, $secret: String!) {
  orderPaymentAbandon(orderId: $order, orderToken: $secret) { order { status } userErrors { code } } }"""


@dataclass(frozen=True, slots=True)
class Answer:
    """One send of an intent and its answer, `sent` and `received` by the clock of the loop.

    `kind` is the member of the union, ERROR for an answer with errors, LOST for none. `order_id`, `status` and `minor`
    are those of the order told, `codes` of refusals or errors.
    """

    intent: Intent
    sent: float
    received: float
    kind: str
    order_id: int | None = None
    status: str | None = None
    minor: int | None = None
    codes: tuple[str, ...] = ()
    page: str | None = None
    secret: str = ""


@dataclass(slots=True)
class Journal:
    """Every answer, in the order they came."""

    answers: list[Answer] = field(default_factory=list)
    # Orders that staff wanted to cancel.
    cancelled: set[int] = field(default_factory=set)

    def of_intents(self) -> dict[int, list[Answer]]:
        """Answers by the number of their intent."""
        found: dict[int, list[Answer]] = {}
        for answer in self.answers:
            found.setdefault(answer.intent.number, []).append(answer)
        return found

    def outcomes(self) -> Counter[str]:
        """Intents by result: ordered, refused, or unanswered however often they were sent."""
        return Counter(_outcome({answer.kind for answer in answers}) for answers in self.of_intents().values())


def _outcome(kinds: set[str]) -> str:
    if kinds.intersection(ORDER_ANSWERS):
        return "ordered"
    return "refused" if "SubmitFailed" in kinds else "unanswered"


# The token of staff, and how the bank ends an authorization.
Packing = tuple[str, Bank]


class Buyers:
    """Thirty-two clients that take intents from one queue. `ports` are those of the API processes."""

    def __init__(
        self, plan: Plan, ports: Sequence[int], tokens: Mapping[int, str], seed: int, packing: Packing
    ) -> None:
        self.journal = Journal()
        staff, bank = packing
        self.packers = Packers(self._post, staff, _LOST, bank)
        self.journal.cancelled = self.packers.cancelled
        self.done = 0
        self._plan = plan
        self._ports = list(ports)
        self._tokens = tokens
        self._chance = random.Random(seed)
        self._idle: dict[int, list[Connection]] = {port: [] for port in ports}

    async def run(self, clients: int = CLIENTS) -> None:
        """Every intent of the plan, in its order."""
        waiting = iter(self._plan.intents)

        async def client() -> None:
            for intent in waiting:
                await self._buy(intent)
                self.done += 1

        async with asyncio.TaskGroup() as group:
            for _ in range(clients):
                group.create_task(client())
        self.close()

    def close(self) -> None:
        """Ends all connections."""
        for idle in self._idle.values():
            for connection in idle:
                connection.close()

    async def _buy(self, intent: Intent) -> None:
        """Submits, and does what the buyer decides when a page opens."""
        answers = await self._submit(intent)
        if opened := next((answer for answer in answers if answer.page), None):
            with suppress(*_LOST, httpx.HTTPError):
                await self._decide(intent, opened)
            answers.append(await self._send(intent))
        paid = next((each.order_id for each in answers if each.status == "PAID" and each.kind in ORDER_ANSWERS), None)
        if intent.method == "later" and paid is not None:
            await self.packers.settle(intent, paid)

    async def _decide(self, intent: Intent, opened: Answer) -> None:
        """What came of it is in the journal, too: an order that was answered as paid stays paid."""
        page, decision = opened.page or "", intent.decision
        async with httpx.AsyncClient(timeout=5.0) as browser:
            match decision:
                case "accept" | "refuse" | "leave":
                    back = await browser.post(page, data={"decision": decision})
                    port, link = self._chance.choice(self._ports), urlsplit(back.headers["location"])
                    await browser.get(f"http://127.0.0.1:{port}{link.path}", headers={"Host": "shop.test"})
                    if decision == "refuse":
                        await asyncio.gather(*(self._retry(intent, opened) for _ in range(intent.together)))
                case "accept and close":
                    await browser.post(page, data={"decision": "accept"})
                case "other method":
                    await self._retry(intent, opened)
                case "race":
                    accepted = browser.post(page, data={"decision": "accept"})
                    await asyncio.gather(self._retry(intent, opened), accepted, self._retry(intent, opened, "another"))
                case "give up" | "give up and accept":
                    if decision == "give up and accept":
                        await browser.post(page, data={"decision": "accept"})
                    given = {"order": global_id("Order", str(opened.order_id)), "secret": opened.secret}
                    await self._post(json.dumps({"query": ABANDON, "variables": given}).encode(), self._headers(intent))

    async def _retry(self, intent: Intent, opened: Answer, attempt: str = "retry") -> None:
        given = {
            "order": global_id("Order", str(opened.order_id)),
            "secret": opened.secret,
            "token": attempt,
            "payment": "tok_ok",
        }
        await self._ask(intent, {"query": RETRY, "variables": given})

    async def _submit(self, intent: Intent) -> list[Answer]:
        """Sends until there is a definite answer, three times at most."""
        answers = list(await asyncio.gather(*(self._send(intent) for _ in range(intent.together))))
        while len(answers) < MOST_SENDS:
            settled = any(answer.kind.startswith("Submit") and answer.kind != "SubmitThrottled" for answer in answers)
            if settled and not (intent.repeated and len(answers) == intent.together):
                return answers
            await asyncio.sleep(self._chance.uniform(0.0, 0.05) if settled else self._chance.uniform(0.2, 0.8))
            answers.append(await self._send(intent))
        return answers

    async def _send(self, intent: Intent) -> Answer:
        variables = {
            "cart": global_id("Cart", intent.cart.id),
            "token": intent.attempt_token,
            "payment": intent.payment_token,
            "method": intent.method,
        }
        return await self._ask(intent, {"query": SUBMIT, "variables": variables})

    def _headers(self, intent: Intent) -> dict[str, str]:
        cart = intent.cart
        headers = {} if cart.customer is None else {"Authorization": f"Bearer {self._tokens[cart.customer]}"}
        # Each buyer has a network of their own, as a proxy passes it on.
        return headers | {"X-Forwarded-For": str(ip_address(0x0A000000 + zlib.crc32(cart.id.encode()) % 2**24))}

    async def _ask(self, intent: Intent, operation: Mapping[str, Any]) -> Answer:
        """The answer to an operation, which the journal keeps."""
        now = asyncio.get_running_loop().time
        sent = now()
        try:
            body = await self._post(json.dumps(operation).encode(), self._headers(intent))
        except _LOST:
            answer = Answer(intent, sent, now(), "LOST")
        else:
            answer = _answer(intent, sent, now(), body)
        self.journal.answers.append(answer)
        return answer

    async def _post(self, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        """Sends to any API process, or to another one if that one does not listen."""
        ports = self._chance.sample(self._ports, len(self._ports))
        connection = await self._connect(ports)
        port = connection.port
        try:
            content: dict[str, Any] = json.loads(await connection.post(body, headers))
        except BaseException as error:
            connection.close()
            if isinstance(error, ValueError):
                raise EOFError("an answer that is not JSON") from error
            raise
        self._idle[port].append(connection)
        return content

    async def _connect(self, ports: Sequence[int]) -> Connection:
        for port in ports:
            while self._idle[port]:
                connection = self._idle[port].pop()
                if not connection.closed:
                    return connection
                connection.close()
            try:
                return await Connection(port).open()
            except OSError:
                continue
        raise OSError("no API process listens")


def _answer(intent: Intent, sent: float, received: float, body: Mapping[str, Any]) -> Answer:
    if "errors" in body or not body.get("data"):
        codes = tuple(str(error.get("extensions", {}).get("code")) for error in body.get("errors", ()))
        return Answer(intent, sent, received, "ERROR", codes=codes)
    (result,) = body["data"].values()
    order = result.get("order")
    # An order that waits for another payment is not over.
    waits = "_BUT_WAITS" if result.get("waitingOrder") else ""
    codes = tuple(error["code"] + waits for error in result.get("errors", ()))
    if order is None:
        return Answer(intent, sent, received, result["__typename"], codes=codes)
    minor = round(float(order["totalPrice"]["amount"]) * 100)
    page, key = (result.get("action") or {}).get("redirectUrl"), key_of(order["id"], "Order")
    kind, status, secret = result["__typename"], order["status"], order.get("token", "")
    return Answer(intent, sent, received, kind, key, status, minor, codes, page, secret)
