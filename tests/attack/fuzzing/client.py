"""Hostile clients of one shop: they take turns, and learn from all answers."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from graphql import GraphQLSchema
from structlog.testing import capture_logs

from tests.attack.fuzzing.documents import Operation, Writer
from tests.attack.fuzzing.judge import faults
from tests.attack.fuzzing.values import TEXTS, Forge, Loot

_HEADERS = ("X-Device-Id", "Cookie", "CF-IPCountry", "Accept-Language", "X-Forwarded-For", "If-None-Match", "Host")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that no answer may be, and the request that caused it."""

    what: str
    headers: dict[str, str]
    body: bytes


class Fuzzer:
    """Sends requests that follow from its seed and from the answers before."""

    def __init__(self, schema: GraphQLSchema, http: httpx.AsyncClient, seed: int, loot: Loot) -> None:
        self._chance = random.Random(seed)
        self._loot = loot
        self._http = http
        self._writer = Writer(schema, self._chance, Forge(self._chance, loot))
        self.codes: dict[str, int] = {}

    async def run(self, requests: int, tokens: Sequence[str | None]) -> list[Fault]:
        """What is wrong with the answers to so many requests; `tokens` are those of the viewers."""
        found = []
        for _ in range(requests):
            headers, body = self._headers(self._chance.choice(tokens)), self._body()
            with capture_logs() as logs:
                answer = await self._send(headers, body)
            found += [Fault(what, headers, body) for what in faults(answer, logs)]
            self._learn(answer)
        return found

    async def _send(self, headers: dict[str, str], body: bytes) -> httpx.Response:
        sent = [(name.encode(), value.encode("utf-8", "replace")) for name, value in headers.items()]
        return await self._http.post("/graphql", content=body, headers=sent)

    def _learn(self, answer: httpx.Response) -> None:
        body = answer.json()
        self._loot.collect(body.get("data"), self._chance)
        for error in body.get("errors", [{"extensions": {"code": "none"}}]):
            code = error["extensions"]["code"]
            self.codes[code] = self.codes.get(code, 0) + 1

    def _headers(self, token: str | None) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if self._chance.random() < 0.1:
            headers[self._chance.choice(_HEADERS[:-1])] = self._chance.choice(TEXTS).translate(_NO_BREAKS)
        return headers

    def _body(self) -> bytes:
        operation = self._writer.operation()
        body = json.dumps(self._members(operation)).encode()
        if self._chance.random() < 0.03:
            place = self._chance.randrange(len(body))
            body = body[:place] + bytes([self._chance.randrange(256)]) + body[place + self._chance.randrange(3) :]
        return body

    def _members(self, operation: Operation) -> dict[str, Any]:
        members: dict[str, Any] = {"query": operation.text, "variables": operation.variables}
        roll = self._chance.random()
        if roll < 0.01:
            members["variables"] = self._chance.choice((None, [], "x", 7, {"v0": {"v0": []}}))
        elif roll < 0.02:
            members["operationName"] = self._chance.choice((*TEXTS, "Any", 7, None))
        elif roll < 0.03:
            version: Any = self._chance.choice((1, "1", None, 2, {}))
            persisted = {"version": version, "sha256Hash": self._chance.choice((*TEXTS, "0" * 64, 7))}
            members["extensions"] = {"persistedQuery": persisted}
        return members


_NO_BREAKS = {ord("\r"): None, ord("\n"): None, 0: None}
