"""Limits what uvicorn reads besides bodies, and how long it waits for a client: uvicorn itself limits neither."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

_HEAD = "HTTP/1.1 {}\r\nconnection: close\r\ncontent-length: 0\r\ncache-control: no-store\r\n\r\n"
_TOO_LARGE = _HEAD.format("431 Request Header Fields Too Large").encode()
_NOT_HTTP = _HEAD.format("400 Bad Request").encode()


class Unread:
    """What the clients of a process have not read yet of long answers. Beyond `max_bytes` the longest are given up."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._sizes: dict[asyncio.Transport, int] = {}

    def add(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        """A connection whose client reads more slowly than the shop writes, until it is removed."""
        self._sizes[transport] = transport.get_write_buffer_size()
        if sum(self._sizes.values()) <= self._max_bytes:
            return
        self._sizes = {each: each.get_write_buffer_size() for each in self._sizes}
        excess = sum(self._sizes.values()) - self._max_bytes
        while excess > 0:
            longest = max(self._sizes, key=self._sizes.__getitem__)
            excess -= self._sizes.pop(longest)
            loop.call_soon(longest.abort)  # it may be in the middle of a write

    def remove(self, transport: asyncio.Transport) -> None:
        """A connection whose client has read nearly all, or is gone."""
        self._sizes.pop(transport, None)


class BoundedConnection(HttpToolsProtocol):
    """A client's connection.

    It ends when the head, chunk sizes and trailers of a request take more than `head_bytes`; when a head has not
    arrived `head_seconds` after its first byte, or after the connection was made; when a body has not arrived
    `body_seconds` after its head, whether or not it was answered already; and when the client has not read all of an
    answer `write_seconds` after it was written, or sooner if it is the longest and too much is `unread`. No byte that
    the client sends begins these times again. The application limits the size of bodies.
    """

    head_bytes = 64 * 1024
    head_seconds = 10.0
    body_seconds = 30.0
    write_seconds = 60.0
    unread = Unread(128 * 1024 * 1024)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._overhead = 0
        self._in_head = True
        self._patience: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Starts the time limit of the first head."""
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends the time limits."""
        self._stop_waiting()
        self._stop_waiting_for_reader()
        self.unread.remove(self.transport)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Counts the bytes that are not body; refuses or closes when there are too many."""
        if self._in_head and self._patience is None:
            self._wait_for_head()
        self._overhead += len(data)
        super().data_received(data)
        if not self._in_head and self._patience is None and self in self.connections:
            self._patience = self.loop.call_later(self.body_seconds, self._close)
        if self._overhead > self.head_bytes and not self.transport.is_closing():
            if not self._is_answering():
                self.transport.write(_TOO_LARGE)
            self._close()

    def on_headers_complete(self) -> None:
        """Ends the time limit: the head has arrived."""
        self._in_head = False
        self._stop_waiting()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Takes the bytes of a body out of the count."""
        self._overhead -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Starts the count again: the next request may follow."""
        self._overhead = 0
        self._in_head = True
        self._stop_waiting()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """Leaves the connection to another protocol, as it was."""
        self._stop_waiting()
        self._stop_waiting_for_reader()
        super().handle_websocket_upgrade()

    def pause_writing(self) -> None:
        """Starts the time limit of answers that the client does not read."""
        super().pause_writing()
        self._wait_for_reader()
        self.unread.add(self.transport, self.loop)

    def resume_writing(self) -> None:
        """Ends the time limit, unless the connection closes once the client has read the rest."""
        if not self.transport.is_closing():
            self._stop_waiting_for_reader()
        self.unread.remove(self.transport)
        super().resume_writing()

    def on_response_complete(self) -> None:
        """Starts the time limit if this was the last answer of the connection."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._wait_for_reader()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # as in uvicorn
        """Answers what is not HTTP, and starts the time limit of this answer, the last one."""
        self.transport.write(_NOT_HTTP)
        self._close()

    def timeout_keep_alive_handler(self) -> None:
        """Closes a silent connection. What is not read by then has its time limit."""
        super().timeout_keep_alive_handler()
        self._wait_for_reader()

    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # None before the first request, whatever uvicorn declares
        return cycle is not None and not cycle.response_complete

    def _wait_for_head(self) -> None:
        self._patience = self.loop.call_later(self.head_seconds, self._end_waiting)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _close(self) -> None:
        """Ends the connection once the client has read what was written."""
        self.transport.close()
        self._wait_for_reader()

    def _wait_for_reader(self) -> None:
        if self._unread is None:
            self._unread = self.loop.call_later(self.write_seconds, self.transport.abort)

    def _stop_waiting_for_reader(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _end_waiting(self) -> None:
        self._patience = None
        if self._is_answering():
            self._wait_for_head()
        else:
            self._close()
