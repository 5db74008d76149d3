"""Raw HTTP/1.1 over one kept connection that knows when the other side has gone."""

import asyncio
import re
from collections.abc import Mapping

_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
ANSWER_SECONDS = 15.0


class Connection:
    """Posts to `/graphql` on a port of the loopback address, one request after the other."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def open(self) -> "Connection":
        """Connects. Raises OSError when nobody listens."""
        self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    @property
    def closed(self) -> bool:
        """Whether the other side is known to have gone."""
        return self._streams is None or self._streams[0].at_eof() or self._streams[1].is_closing()

    def close(self) -> None:
        """Ends it."""
        if self._streams is not None:
            self._streams[1].close()

    async def post(self, body: bytes, headers: Mapping[str, str]) -> bytes:
        """The body of the answer. Raises OSError, TimeoutError, or EOFError when it is lost."""
        assert self._streams is not None
        reader, writer = self._streams
        more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = (
            f"POST /graphql HTTP/1.1\r\nHost: shop.test\r\nAccept: application/json\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n{more}\r\n"
        )
        async with asyncio.timeout(ANSWER_SECONDS):
            writer.write(head.encode() + body)
            length = _LENGTH.search(await reader.readuntil(b"\r\n\r\n"))
            if length is None:
                raise EOFError("an answer without a length")
            return await reader.readexactly(int(length[1]))
