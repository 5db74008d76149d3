"""Connections are kept while they are good, and no request is ever sent twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from datasources.kit.http_client import HttpAnswer, HttpClient, NoAnswer


@dataclass
class Peer:
    """A server that echoes requests; `connections` counts its connections."""

    url: str = ""
    connections: int = 0
    together: int = 0
    most_together: int = 0
    requests: list[bytes] = field(default_factory=list)
    pause: float = 0.0
    head: bytes = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
                body = await reader.readexactly(length)
                self.requests.append(head + body)
                self.together += 1
                self.most_together = max(self.most_together, self.together)
                await asyncio.sleep(self.pause)
                self.together -= 1
                size = str(len(body)).encode()
                writer.write(b"HTTP/1.1 200 OK\r\n" + self.head + b"Content-Length: " + size + b"\r\n\r\n" + body)
                if b"close" in self.head:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def peer() -> AsyncIterator[Peer]:
    """A running server."""
    running = Peer()
    server = await asyncio.start_server(running.serve, "127.0.0.1", 0)
    running.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield running
    server.close()


@asynccontextmanager
async def asking(url: str, connections: int = 64, idle_seconds: float = 10.0) -> AsyncIterator[HttpClient]:
    """A client of it."""
    client = HttpClient(url, {"Authorization": "Bearer key"}, connections=connections, idle_seconds=idle_seconds)
    yield client
    await client.close()


async def test_a_request_says_what_it_was_told_to_and_its_connection_is_kept() -> None:
    async with peer() as server, asking(f"{server.url}/base/") as client:
        for body in (b"one", b"", b"three"):
            assert await client.request("POST", "/charges", body, {"X-More": "yes"}) == HttpAnswer(200, body)
    assert server.connections == 1
    head = server.requests[0].decode()
    assert head.startswith("POST /base/charges HTTP/1.1\r\nHost: 127.0.0.1:")
    for line in ("Authorization: Bearer key", "X-More: yes", "Content-Length: 3"):
        assert f"\r\n{line}\r\n" in head
    assert head.endswith("\r\n\r\none")


async def test_an_answer_may_come_in_chunks() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for part in (b"HTTP/1.1 202 OK\r\nTransfer-Enc", b"oding: chunked\r\n\r\n3\r\nabc\r\n", b"1\r\nd\r\n0\r\n\r\n"):
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.01)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with asking(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as client:
        assert await client.request("GET", "/") == HttpAnswer(202, b"abcd")
    server.close()


async def test_no_more_requests_are_sent_at_a_time_than_there_are_connections() -> None:
    async with peer() as server, asking(server.url, connections=2) as client:
        server.pause = 0.01
        bodies = [str(number).encode() for number in range(6)]
        answers = await asyncio.gather(*(client.request("POST", "/", body) for body in bodies))
    assert [answer.body for answer in answers] == bodies
    assert (server.connections, server.most_together) == (2, 2)


@pytest.mark.parametrize("head", [b"Connection: close\r\n", b""])
async def test_a_connection_that_the_server_ends_or_that_was_idle_is_not_used_again(head: bytes) -> None:
    async with peer() as server, asking(server.url, idle_seconds=10.0 if head else 0.0) as client:
        server.head = head
        for body in (b"one", b"two"):
            assert await client.request("POST", "/", body) == HttpAnswer(200, body)
            await asyncio.sleep(0.01)
    assert (server.connections, len(server.requests)) == (2, 2)


async def test_a_request_that_was_given_up_takes_its_connection_along() -> None:
    """Its answer, when it comes after all, must not be taken for that of the next request."""
    async with peer() as server, asking(server.url) as client:
        server.pause = 0.05
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await client.request("POST", "/", b"given up")
        assert await client.request("POST", "/", b"next") == HttpAnswer(200, b"next")
    assert server.connections == 2


async def test_an_answer_without_end_is_given_up() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 65_536)
                await writer.drain()
        except ConnectionError:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with asking(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as client:
        with pytest.raises(NoAnswer, match="too long"):
            await client.request("GET", "/")
    server.close()


@pytest.mark.parametrize("url", ["", "ftp://127.0.0.1/", "http://127.0.0.1:1"])
async def test_where_nobody_is_nobody_answers(url: str) -> None:
    async with asking(url) as client:
        with pytest.raises(NoAnswer):
            await client.request("GET", "/")
