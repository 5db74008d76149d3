"""HTTP/1.1 over kept connections to one server: short requests, short answers, and little cost for either.

A request is sent once. What is lost on the way raises `NoAnswer`: whether the server has seen it is not known then.
"""

import asyncio
import select
import ssl
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httptools

MAX_ANSWER_BYTES = 1024 * 1024
_PORTS = {"http": 80, "https": 443}


class NoAnswer(Exception):
    """No complete answer came back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body of an answer."""

    status: int
    body: bytes


class HttpClient:
    """Asks one server; callers set the deadline, and a request that is given up takes its connection with it.

    More than `connections` requests at a time wait for each other. A connection that was idle for `idle_seconds` is not
    used again: let go before the server does so, lest a request be sent into a closing one.
    """

    def __init__(
        self, url: str, headers: Mapping[str, str], *, connections: int = 64, idle_seconds: float = 10.0
    ) -> None:
        parts = urlsplit(url)
        self._host, self._path = parts.hostname or "", parts.path.rstrip("/")
        self._port = parts.port or _PORTS.get(parts.scheme, 0)
        self._security = ssl.create_default_context() if parts.scheme == "https" else None
        lines = {"Host": parts.netloc.rpartition("@")[2], **headers}
        self._head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self._free = asyncio.Semaphore(connections)
        self._idle_seconds = idle_seconds
        self._idle: deque[tuple[_Connection, float]] = deque()

    async def request(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer, whatever its status. `path` is quoted already. Raises `NoAnswer`."""
        more = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        head = f"{method} {self._path}{path} HTTP/1.1\r\n{self._head}{more}Content-Length: {len(body)}\r\n\r\n"
        async with self._free:
            connection = self._kept() or await self._connected()
            try:
                answer = await connection.ask(head.encode("latin-1") + body)
            except BaseException:
                connection.close()
                raise
            if connection.reusable:
                self._idle.append((connection, time.monotonic()))
            else:
                connection.close()
            return answer

    async def close(self) -> None:
        """Closes the connections that are not in use."""
        while self._idle:
            self._idle.pop()[0].close()
        await asyncio.sleep(0)

    def _kept(self) -> "_Connection | None":
        """The connection that was used last, if it is still good."""
        while self._idle and time.monotonic() - self._idle[0][1] > self._idle_seconds:
            self._idle.popleft()[0].close()
        while self._idle:
            connection, _ = self._idle.pop()
            if connection.reusable and not connection.has_news():
                return connection
            connection.close()
        return None

    async def _connected(self) -> "_Connection":
        if not self._host or not self._port:
            raise NoAnswer("not an HTTP address")
        try:
            _, connection = await asyncio.get_running_loop().create_connection(
                _Connection, self._host, self._port, ssl=self._security
            )
        except OSError as error:
            raise NoAnswer(str(error)) from error
        return connection


class _Connection(asyncio.Protocol):
    """One request at a time; the parser calls the `on_` methods."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[Answer] | None = None
        self._body = bytearray()
        self.reusable = True

    async def ask(self, request: bytes) -> Answer:
        """Sends a request and waits for its answer."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._body.clear()
        self._transport.write(request)
        try:
            return await self._answer
        finally:
            self._answer = None

    def has_news(self) -> bool:
        """Whether something has arrived that the loop has not told yet: the server's end of the connection."""
        assert self._transport is not None
        poll = select.poll()
        poll.register(self._transport.get_extra_info("socket").fileno(), select.POLLIN)
        return bool(poll.poll(0))

    def close(self) -> None:
        """Ends the connection at once."""
        self.reusable = False
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as asyncio calls it
        """The server has taken it."""
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """The server has gone, or we have."""
        self.reusable = False
        self._fail(NoAnswer(str(exc or "the connection was closed")))

    def data_received(self, data: bytes) -> None:
        """A part of an answer. What nobody asked for ends the connection."""
        if self._answer is None:
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self.reusable = False
            self._fail(NoAnswer(str(error)))

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._body += body
        if len(self._body) > MAX_ANSWER_BYTES:
            self.reusable = False
            self._fail(NoAnswer("the answer is too long"))

    def on_message_complete(self) -> None:
        """The answer is there."""
        self.reusable = self.reusable and self._parser.should_keep_alive()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(Answer(self._parser.get_status_code(), bytes(self._body)))

    def _fail(self, error: NoAnswer) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
