"""Buyers, and the journal of everything that they were answered."""

import asyncio
import json
import random
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

from domain.kit.ids import global_id, key_of
from tests.torture.connection import Connection
from tests.torture.plan import Intent, Plan

CLIENTS = 32
MOST_SENDS = 3
ORDER_ANSWERS = ("SubmitSuccess", "SubmitAlreadyAccepted")
_LOST = (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError)
SUBMIT = """mutation($cart: ID!, $token: String!, $payment: String!) {
  cartSubmitForCompletion(cartId: $cart, attemptToken: $token, payment: { token: $payment }) {
    __typename
    ... on SubmitSuccess { order { ...told } }
    ... on SubmitAlreadyAccepted { order { ...told } }
    ... on SubmitFailed { errors { code } }
    ... on SubmitThrottled { pollAfter } } }
fragment told on Order { id status totalPrice { amount } }"""


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


@dataclass(slots=True)
class Journal:
    """Every answer, in the order they came."""

    answers: list[Answer] = field(default_factory=list)

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


class Buyers:
    """Thirty-two clients that take intents from one queue. `ports` are those of the API processes."""

    def __init__(self, plan: Plan, ports: Sequence[int], tokens: Mapping[int, str], seed: int) -> None:
        self.journal = Journal()
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
        for idle in self._idle.values():
            for connection in idle:
                connection.close()

    async def _buy(self, intent: Intent) -> None:
        """Sends until there is a definite answer, three times at most."""
        answers = list(await asyncio.gather(*(self._send(intent) for _ in range(intent.together))))
        while len(answers) < MOST_SENDS:
            settled = any(answer.kind.startswith("Submit") and answer.kind != "SubmitThrottled" for answer in answers)
            if settled and not (intent.repeated and len(answers) == intent.together):
                return
            await asyncio.sleep(self._chance.uniform(0.0, 0.05) if settled else self._chance.uniform(0.2, 0.8))
            answers.append(await self._send(intent))

    async def _send(self, intent: Intent) -> Answer:
        now = asyncio.get_running_loop().time
        cart = intent.cart
        variables = {
            "cart": global_id("Cart", cart.id),
            "token": intent.attempt_token,
            "payment": intent.payment_token,
        }
        headers = {} if cart.customer is None else {"Authorization": f"Bearer {self._tokens[cart.customer]}"}
        # Each buyer has a network of their own, as a proxy passes it on.
        headers["X-Forwarded-For"] = str(ip_address(0x0A000000 + zlib.crc32(cart.id.encode()) % 2**24))
        sent = now()
        try:
            body = await self._post(json.dumps({"query": SUBMIT, "variables": variables}).encode(), headers)
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
    result = body["data"]["cartSubmitForCompletion"]
    order = result.get("order")
    codes = tuple(error["code"] for error in result.get("errors", ()))
    if order is None:
        return Answer(intent, sent, received, result["__typename"], codes=codes)
    minor = round(float(order["totalPrice"]["amount"]) * 100)
    return Answer(
        intent, sent, received, result["__typename"], key_of(order["id"], "Order"), order["status"], minor, codes
    )
