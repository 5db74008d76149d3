"""A TCP proxy that does to connections what networks do: delays, silence, resets, and replies that never arrive."""

import asyncio
import random
import re
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

# A whole packet of the MySQL protocol: length 7, number 0, the command "query" and its text.
_COMMIT = b"\x07\x00\x00\x00\x03COMMIT"
_WRITES = re.compile(rb"\x03(?:INSERT|UPDATE|DELETE) ")
# An abort then sends RST instead of FIN.
_NO_LINGER = struct.pack("ii", 1, 0)


@dataclass(slots=True)
class Faults:
    """The current faults. `latency` in seconds for each piece of a reply, `lost_commits` the share of COMMITs."""

    latency: float = 0.0
    blackhole: bool = False
    lost_commits: float = 0.0


class Proxy:
    """Forwards connections of a port of the loopback address to another one, with the current `faults`."""

    def __init__(self, upstream: int, seed: int = 0) -> None:
        self.upstream = upstream
        self.port = 0
        self.faults = Faults()
        # How many replies to COMMIT were lost so far.
        self.commits_lost = 0
        self._chance = random.Random(seed)
        self._links: set[_Link] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listens on a free port, `port` from then on."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Link(self), "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Closes everything."""
        if self._server is not None:
            self._server.close()
        for link in list(self._links):
            link.cut()

    def reset(self, share: float = 1.0) -> int:
        """Resets a share of the connections that are open now; how many that were."""
        chosen = [link for link in self._links if self._chance.random() < share]
        for link in chosen:
            link.cut()
        return len(chosen)

    def heal(self) -> None:
        """No faults any more; swallowed replies stay lost, so their connections are reset."""
        silent = self.faults.blackhole
        self.faults = Faults()
        if silent:
            self.reset()

    def opened(self, link: "_Link") -> None:
        """A connection was accepted."""
        self._links.add(link)

    def closed(self, link: "_Link") -> None:
        """A connection has ended."""
        self._links.discard(link)

    def loses(self) -> bool:
        """Whether to lose the reply to this COMMIT."""
        return self._chance.random() < self.faults.lost_commits

    def cuts_at_once(self) -> bool:
        """A lost reply: half are cut when the request has been sent, half when the reply has come."""
        self.commits_lost += 1
        return self.commits_lost % 2 == 0


class _Link(asyncio.Protocol):
    """One connection of a client, and through `_Upstream` its other half."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        self._early: list[bytes] = []
        self._upstream: asyncio.Transport | None = None
        self._client: asyncio.Transport | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._wrote = False
        self.loses_reply = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._client = cast("asyncio.Transport", transport)
        _prepare(self._client)
        self._proxy.opened(self)
        self._connecting = asyncio.create_task(self._connect())

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            transport, _ = await loop.create_connection(lambda: _Upstream(self), "127.0.0.1", self._proxy.upstream)
        except OSError:
            self.cut()
            return
        if self._client is None:
            transport.abort()
            return
        self._upstream = transport
        _prepare(transport)
        for data in self._early:
            transport.write(data)

    def data_received(self, data: bytes) -> None:
        if self._proxy.faults.blackhole:
            return
        if self._upstream is None:
            self._early.append(data)
            return
        self._wrote = self._wrote or bool(_WRITES.search(data))
        # Drivers also commit when they greet: nobody misses the reply to that.
        loses = self._wrote and _COMMIT in data and self._proxy.loses()
        self._upstream.write(data)
        if loses and self._proxy.cuts_at_once():
            # The request is in the socket of the loopback address already: a normal close loses nothing.
            self.cut(in_order=True)
        elif loses:
            self.loses_reply = True

    def reply(self, data: bytes) -> None:
        """A piece of the server's reply."""
        if self.loses_reply:
            self.cut()
        elif self._proxy.faults.blackhole:
            return
        elif self._proxy.faults.latency:
            asyncio.get_running_loop().call_later(self._proxy.faults.latency, self._forward, data)
        else:
            self._forward(data)

    def _forward(self, data: bytes) -> None:
        if self._client is not None:
            self._client.write(data)

    def connection_lost(self, _error: Exception | None) -> None:
        self.cut(in_order=True)

    def ended(self) -> None:
        """The server has closed."""
        self._upstream = None
        if self._client is not None:
            self._client.close()

    def cut(self, *, in_order: bool = False) -> None:
        """Ends both halves: the client's by a reset, the server's too unless `in_order`."""
        client, upstream, self._client, self._upstream = self._client, self._upstream, None, None
        if client is not None:
            _reset(client)
        if upstream is not None and in_order:
            upstream.close()
        elif upstream is not None:
            _reset(upstream)
        self._proxy.closed(self)


class _Upstream(asyncio.Protocol):
    def __init__(self, link: _Link) -> None:
        self._link = link

    def data_received(self, data: bytes) -> None:
        self._link.reply(data)

    def connection_lost(self, _error: Exception | None) -> None:
        self._link.ended()


def _prepare(transport: asyncio.Transport) -> None:
    with suppress(OSError):
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _reset(transport: asyncio.Transport) -> None:
    with suppress(OSError):
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()
