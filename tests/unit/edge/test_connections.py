"""Connections of clients that send too much or too slowly end; others do not notice the bounds."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import ClassVar

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bff.edge.connections import BoundedConnection

PATIENCE = 10.0


class Impatient(BoundedConnection):
    """Waits for a head no longer than a moment."""

    head_seconds = 0.05


class _Watched(BoundedConnection):
    """Can be looked at by the test."""

    opened: ClassVar[asyncio.Queue[BoundedConnection]] = asyncio.Queue()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """The client has come."""
        super().connection_made(transport)
        self.opened.put_nowait(self)


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


async def _length(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers how long the body was."""
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


@contextlib.asynccontextmanager
async def _serving(connection: type[BoundedConnection]) -> AsyncIterator[int]:
    config = uvicorn.Config(_length, port=0, http=connection, lifespan="off", log_config=None, ws="none")
    server = _Server(config)
    serving = asyncio.create_task(server._serve())  # without its signal handlers, which are the test run's
    await server.listening.wait()
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await serving


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """The port of a server with the usual bounds."""
    async with _serving(BoundedConnection) as port:
        yield port


async def _answer(port: int, *parts: bytes) -> bytes:
    """What a client reads until its connection ends, or breaks because nobody read all it sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = b""
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(PATIENCE):
            for part in parts:
                writer.write(part)
                await writer.drain()
            while part := await reader.read(65536):
                answer += part
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    return answer


async def test_an_endless_head_is_ended(port: int) -> None:
    """One endless value, or endlessly many: refused long before all of it has been read."""
    for part in (b"y" * 65536, b"a: b\r\n" * 10_000):
        answer = await _answer(port, b"GET / HTTP/1.1\r\nhost: a\r\nx: ", *([part] * 100))
        assert answer[:12] in (b"HTTP/1.1 431", b""), answer[:50]
        assert not answer or b"\r\ncache-control: no-store\r\n" in answer


async def test_what_is_not_http_is_refused(port: int) -> None:
    """No cache keeps the refusal."""
    answer = await _answer(port, b"\x16\x03\x01 something else\r\n\r\n")
    assert answer[:12] == b"HTTP/1.1 400"
    assert b"\r\ncache-control: no-store\r\n" in answer


async def test_endless_trailers_are_ended(port: int) -> None:
    """They come after a body of chunks."""
    head = b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"
    assert await _answer(port, head, *([b"a: b\r\n" * 10_000] * 100)) == b""


async def test_requests_within_the_bounds_are_answered(port: int) -> None:
    """Large bodies, many chunks, many requests on one connection."""
    large = b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\n" + b"x" * 1_000_000
    chunks = b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n" + b"400\r\n" + b"y" * 1024 + b"\r\n"
    many = b"GET / HTTP/1.1\r\nhost: a\r\nx: " + b"z" * 30_000 + b"\r\n\r\n"
    last = b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"
    answer = await _answer(port, large, chunks, b"0\r\n\r\n", many, many, many, last)
    assert [part.rpartition(b"\r\n\r\n")[2] for part in answer.split(b"HTTP/1.1 200")[1:]] == [
        *(b"1000000", b"1024", b"0", b"0", b"0", b"0")
    ]


@pytest.mark.slow
@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nhost: a\r\nx: "])
async def test_a_head_that_does_not_come_is_not_waited_for(sent: bytes) -> None:
    """Neither its beginning nor its end."""
    async with _serving(Impatient) as port:
        assert await _answer(port, sent) == b""


async def test_a_slow_body_may_take_longer_than_a_head() -> None:
    """Its deadline is the application's: once the head is there, nothing waits for it."""
    async with _serving(_Watched) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\nconnection: close\r\n\r\na")
        connection = await _Watched.opened.get()
        while connection._in_head:  # noqa: ASYNC110 - the connection sets no event
            await asyncio.sleep(0)
        assert connection._patience is None
        writer.write(b"b")
        assert (await reader.read()).endswith(b"\r\n\r\n2")
        writer.close()
        await writer.wait_closed()
