"""Limits what uvicorn reads of a request besides its body: uvicorn itself limits neither size nor time."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

_HEAD = "HTTP/1.1 {}\r\nconnection: close\r\ncontent-length: 0\r\ncache-control: no-store\r\n\r\n"
_TOO_LARGE = _HEAD.format("431 Request Header Fields Too Large").encode()
_NOT_HTTP = _HEAD.format("400 Bad Request").encode()


class BoundedConnection(HttpToolsProtocol):
    """A client's connection.

    It ends when the head, chunk sizes and trailers of a request take more than `head_bytes`, and when a head has not
    arrived `head_seconds` after its first byte, or after the connection was made. The application limits bodies.
    """

    head_bytes = 64 * 1024
    head_seconds = 10.0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._overhead = 0
        self._in_head = True
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Starts the time limit of the first head."""
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends the time limit."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Counts the bytes that are not body; refuses or closes when there are too many."""
        if self._in_head and self._patience is None:
            self._wait_for_head()
        self._overhead += len(data)
        super().data_received(data)
        if self._overhead > self.head_bytes and not self.transport.is_closing():
            if self._is_answering():
                self.transport.close()
            else:
                self.transport.write(_TOO_LARGE)
                self.transport.close()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # as in uvicorn
        """Answers what is not HTTP."""
        self.transport.write(_NOT_HTTP)
        self.transport.close()

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
        super().on_message_complete()

    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # None before the first request, whatever uvicorn declares
        return cycle is not None and not cycle.response_complete

    def _wait_for_head(self) -> None:
        self._patience = self.loop.call_later(self.head_seconds, self._end_waiting)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _end_waiting(self) -> None:
        self._patience = None
        if self._is_answering():
            self._wait_for_head()
        elif not self.transport.is_closing():
            self.transport.close()
