"""As much of Stripe's HTTP interface as the shop uses, in memory, on a port of the loopback address."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

Content = dict[str, Any]
Fake = TypeVar("Fake", bound="FakeStripe")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came: form fields of its body or query."""

    method: str
    path: str
    fields: dict[str, str]
    headers: dict[str, str]


@dataclass
class FakeStripe:
    """Answers each request as `answers` says for its method and path; remembers the requests."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answers: dict[str, Callable[[Asked], tuple[int, Content]]] = field(default_factory=dict)
    silent: bool = False
    # A path whose requests are heard, but not answered.
    loses: str = ""

    def answer(self, route: str, content: Content, status: int = 200) -> None:
        """Has `METHOD /path` answered with this."""
        self.answers[route] = lambda _: (status, content)

    def respond(self, asked: Asked) -> tuple[int, Content]:
        """The answer to a request."""
        return self.answers[f"{asked.method} {asked.path}"](asked)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request of a connection."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        method, target, _ = head[0].split(" ")
        headers = dict(line.split(": ", 1) for line in head[1:] if line)
        headers = {name.lower(): value for name, value in headers.items()}
        body = (await reader.readexactly(int(headers.get("content-length", "0")))).decode()
        parts = urlsplit(target)
        asked = Asked(method, parts.path, dict(parse_qsl(body or parts.query)), headers)
        self.asked.append(asked)
        if not self.silent:
            status, content = self.respond(asked)
            if asked.path == self.loses:
                await reader.read()
            writer.write(_response(status, json.dumps(content).encode()))
            await writer.drain()
        else:
            await reader.read()
        writer.close()


def _response(status: int, content: bytes) -> bytes:
    head = f"HTTP/1.1 {status} Answer\r\nContent-Type: application/json\r\nConnection: close\r\n"
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content


@asynccontextmanager
async def serving(fake: Fake) -> AsyncIterator[Fake]:
    """Runs a fake on a port of its own."""
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    fake.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield fake
    server.close()
    await server.wait_closed()
