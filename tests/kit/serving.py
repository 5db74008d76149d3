"""An application over sockets, in this process, as uvicorn serves it in earnest."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from bff.edge.connections import BoundedConnection


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@asynccontextmanager
async def serving(app: ASGIApp, connection: type[BoundedConnection] = BoundedConnection) -> AsyncIterator[int]:
    """The port on which it listens."""
    config = uvicorn.Config(app, port=0, http=connection, lifespan="off", log_config=None, ws="none")
    server = _Server(config)
    served = asyncio.create_task(server._serve())  # without its signal handlers, which are the test run's
    await server.listening.wait()
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await served
