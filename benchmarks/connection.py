"""Raw HTTP/1.1 over one kept connection: a client that costs little more than the sockets do."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from itertools import count
from urllib.parse import urlsplit

_STATUS = re.compile(rb"HTTP/1\.1 ([0-9]{3})")
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_MAX_HEAD = 64 * 1024
_PAUSE = 0.1


def _visitors() -> Iterator[bytes]:
    """Addresses of visitors, each of its own network, as a proxy of the shop passes them on."""
    for number in count():
        yield b"X-Forwarded-For: 10.%d.%d.%d\r\n" % (number >> 16 & 255, number >> 8 & 255, number & 255)


VISITORS = _visitors()


class Connection:
    """Posts to one URL, one request after the other, each for another visitor. Answers need a Content-Length.

    With an `address`, all are of one visitor.
    """

    def __init__(self, url: str, deadline: float = 10.0, address: str | None = None) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._deadline = deadline
        self._visitor = None if address is None else f"X-Forwarded-For: {address}\r\n".encode()
        head = f"POST {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: application/json\r\n"
        self._head = head.encode() + b"Content-Type: application/json\r\nContent-Length: "
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __aenter__(self) -> "Connection":
        self._streams = await asyncio.open_connection(self._host, self._port, limit=_MAX_HEAD)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._streams is not None:
            self._streams[1].close()

    async def again(self) -> None:
        """Replaces a lost connection, as soon as the server listens again."""
        while True:
            await self.__aexit__()
            try:
                await self.__aenter__()
            except OSError:
                await asyncio.sleep(_PAUSE)
            else:
                return

    async def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        """Status and body of the answer. Raises OSError, TimeoutError, or EOFError when the connection is lost."""
        assert self._streams is not None
        reader, writer = self._streams
        visitor = self._visitor or next(VISITORS)
        more = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items()).encode()
        async with asyncio.timeout(self._deadline):
            writer.write(self._head + str(len(body)).encode() + b"\r\n" + visitor + more + b"\r\n" + body)
            head = await reader.readuntil(b"\r\n\r\n")
            status, length = _STATUS.match(head), _LENGTH.search(head)
            if status is None or length is None:
                raise EOFError("an answer without a status or a length")
            return int(status[1]), await reader.readexactly(int(length[1]))
