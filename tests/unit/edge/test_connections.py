"""Connections of clients that send too much or too slowly end; others do not notice the bounds."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import ClassVar

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bff.edge.connections import BoundedConnection, Unread
from tests.kit.serving import serving

PATIENCE = 10.0
# More than the kernel takes for a client that reads nothing.
LONG = 24_000_000


class Impatient(BoundedConnection):
    """Waits for a head no longer than a moment."""

    head_seconds = 0.05


class Busy(BoundedConnection):
    """Waits for bodies and readers no longer than a moment."""

    body_seconds = 0.05
    write_seconds = 0.05


class _Watched(BoundedConnection):
    """Can be looked at by the test."""

    opened: ClassVar[asyncio.Queue[BoundedConnection]] = asyncio.Queue()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """The client has come."""
        super().connection_made(transport)
        self.opened.put_nowait(self)


async def _length(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers how long the body was, or at once with a long answer, without a look at the body."""
    if scope["path"] == "/long":
        await PlainTextResponse("x" * LONG)(scope, receive, send)
        return
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """The port of a server with the usual bounds."""
    async with serving(_length, BoundedConnection) as port:
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
    async with serving(_length, Impatient) as port:
        assert await _answer(port, sent) == b""


@pytest.mark.slow
@pytest.mark.parametrize("path", [b"/", b"/long"])
async def test_a_body_that_does_not_come_is_not_waited_for(path: bytes) -> None:
    """Whether it was answered or not, and whatever trickles in meanwhile."""
    async with serving(_length, Busy) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST " + path + b" HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\nx")
        async with asyncio.timeout(PATIENCE):
            with contextlib.suppress(ConnectionError):
                while not reader.at_eof():
                    writer.write(b"x")
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(reader.read(1_000_000), 0.005)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


@pytest.mark.slow
@pytest.mark.parametrize("more", [b"", b"connection: close\r\n"])
async def test_an_answer_that_nobody_reads_is_not_kept(more: bytes) -> None:
    """Though the client keeps sending further requests, the connection ends and frees the answer."""
    async with serving(_length, Busy) as port:
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.setblocking(False)
            request = b"GET /long HTTP/1.1\r\nhost: a\r\n" + more + b"\r\n"
            async with asyncio.timeout(PATIENCE):
                with pytest.raises(ConnectionError):
                    while True:
                        with contextlib.suppress(BlockingIOError):
                            client.send(request)
                        await asyncio.sleep(0.005)


class _Scarce(BoundedConnection):
    """Keeps one long answer for readers, not two."""

    unread = Unread(30_000_000)


@pytest.mark.slow
async def test_the_longest_answers_are_given_up_when_too_much_is_not_read() -> None:
    """Readers of a shorter one get it; when an answer is read, there is room for another."""
    async with serving(_length, _Scarce) as port:

        async def asked() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /long HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
            await reader.readuntil(b"\r\n\r\n")
            return reader, writer

        async def length(reader: asyncio.StreamReader) -> int:
            read = 0
            with contextlib.suppress(ConnectionError):
                while chunk := await reader.read(1_000_000):
                    read += len(chunk)
            return read

        async with asyncio.timeout(PATIENCE):
            clients = [await asked(), await asked()]
            lengths = [await length(reader) for reader, _ in clients]
            assert max(lengths) == LONG
            assert min(lengths) < LONG
            clients.append(await asked())
            assert await length(clients[-1][0]) == LONG
        for _, writer in clients:
            writer.close()
    assert not _Scarce.unread._sizes


@pytest.mark.slow
async def test_an_answer_that_is_read_ends_the_time_limit() -> None:
    """However long it is, and the next one has a limit of its own."""
    async with serving(_length, _Watched) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(2):
            writer.write(b"GET /long HTTP/1.1\r\nhost: a\r\n\r\n")
            assert len(await reader.readuntil(b"\r\n\r\n")) > 50
            assert len(await reader.readexactly(LONG)) == LONG
        connection = await _Watched.opened.get()
        writer.write(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        assert (await reader.read()).endswith(b"\r\n\r\n0")
        assert connection._unread is None
        writer.close()
        await writer.wait_closed()


async def test_a_slow_body_may_take_longer_than_a_head() -> None:
    """It has a time limit of its own, which ends when it has arrived."""
    async with serving(_length, _Watched) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\nconnection: close\r\n\r\na")
        connection = await _Watched.opened.get()
        while connection._in_head:  # noqa: ASYNC110 - the connection sets no event
            await asyncio.sleep(0)
        while connection._patience is None:  # noqa: ASYNC110
            await asyncio.sleep(0)
        left = connection._patience.when() - asyncio.get_running_loop().time()
        assert connection.body_seconds / 2 < left <= connection.body_seconds
        writer.write(b"b")
        assert (await reader.read()).endswith(b"\r\n\r\n2")
        writer.close()
        await writer.wait_closed()
