"""A server on this machine that receives webhooks."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Received:
    """A request."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def topic(self) -> str:
        """What it is about."""
        return self.headers["X-Shopify-Topic"]

    @property
    def json(self) -> Any:
        """What it says."""
        return json.loads(self.body)


@dataclass
class Receiver:
    """Keeps the requests and answers by their path: `/redirect`, `/silent`, `/long`, or a status."""

    url: str = ""
    requests: list[Received] = field(default_factory=list)
    written: int = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        self.requests.append(Received(request.path, request.headers.copy(), await request.read()))
        if request.path == "/redirect":
            return web.Response(status=307, headers={"Location": f"{self.url}/200"})
        if request.path == "/silent":
            await asyncio.sleep(60)
        if request.path == "/long":
            return await self._long(request)
        return web.Response(status=int(request.path.strip("/")), text="thank you")

    async def _long(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(10_000):
            await response.write(b"x" * 10_000)
            self.written += 10_000
        return response


@asynccontextmanager
async def listening() -> AsyncIterator[Receiver]:
    """On a port of loopback."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/{path}", receiver.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield receiver
    await runner.cleanup()
