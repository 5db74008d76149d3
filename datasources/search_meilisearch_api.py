"""Requests to a Meilisearch server. What it says is in no message: it may quote keys."""

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson

from datasources.http_client import Answer, HttpClient, NoAnswer
from datasources.kit import tls
from datasources.kit.handshakes import broken_rule
from domain.refusals import Misconfigured, Unavailable

_POLL_SECONDS = 0.02
# Shorter than servers and proxies keep an idle connection: no request is sent into a closing one.
_IDLE_SECONDS = 4.0
_WRONG_KEY_SECONDS = 30.0


class MeilisearchApi:
    """One server and the key to it, over connections that are kept. Every call names the right that its key needs."""

    def __init__(self, url: str, key: str, connections: int) -> None:
        address = tls.address(url)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = HttpClient(
            address.url, headers, connections=connections, idle_seconds=_IDLE_SECONDS, context=address.context
        )

    async def ask(self, right: str, method: str, path: str, body: object = None) -> dict[str, Any]:
        """The JSON object of the answer. Raises Unavailable; Misconfigured for a wrong key or certificate."""
        return _object(await self._answer(method, path, body), right)

    async def do(self, right: str, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Has the server do a task, and waits for its end: the task with its `status` and `error`. Raises as `ask`."""
        accepted = await self.ask(right, method, path, body)
        while True:
            task = await self.ask("tasks.get", "GET", f"/tasks/{accepted.get('taskUid')}")
            if task.get("status") not in ("enqueued", "processing"):
                return task
            await asyncio.sleep(_POLL_SECONDS)

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.close()

    async def _answer(self, method: str, path: str, body: object) -> Answer:
        content, headers = (b"", {}) if body is None else (orjson.dumps(body), {"Content-Type": "application/json"})
        try:
            return await self._client.request(method, path, content, headers)
        except NoAnswer as error:
            if rule := broken_rule(error, spelling="https://"):
                raise Misconfigured(unavailable(), "STOREFRONT_SEARCH_URL", f"Meilisearch: {rule}") from error
            raise unavailable() from error


def unavailable(retry_after: float = 1.0) -> Unavailable:
    """What shoppers see."""
    return Unavailable("SEARCH_UNAVAILABLE", "Search is not available at the moment; try again shortly.", retry_after)


def _object(answer: Answer, right: str) -> dict[str, Any]:
    if answer.status in (401, 403):
        rule = f"Meilisearch: the key must be a valid one with the right `{right}`; the server refuses it."
        raise Misconfigured(unavailable(_WRONG_KEY_SECONDS), "STOREFRONT_SEARCH_KEY", rule)
    try:
        content = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        raise unavailable() from None
    if not 200 <= answer.status < 300 or not isinstance(content, Mapping):
        raise unavailable()
    return dict(content)
