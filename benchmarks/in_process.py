"""Requests to the application in the process that measures, without a network."""

import asyncio
from typing import Any

from starlette.types import ASGIApp, Message


async def asked(app: ASGIApp, request: bytes, headers: dict[str, str]) -> bytes:
    """The answer to one request."""
    lines = {"host": "shop.test", "content-type": "application/json", "accept": "application/json", **headers}
    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in lines.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    sent: list[bytes] = []
    messages: list[Message] = [{"type": "http.request", "body": request, "more_body": False}]

    async def receive() -> Message:
        if not messages:
            await asyncio.Event().wait()  # the client stays
        return messages.pop()

    async def send(message: Message) -> None:
        sent.append(message.get("body", b""))

    await app(scope, receive, send)
    return b"".join(sent)
