"""Connections to Redis, Valkey or a Redis Cluster, by URL."""

import asyncio
import contextlib
import re
import ssl
from typing import Any
from urllib.parse import unquote, urlsplit

from redis.asyncio import BlockingConnectionPool, Connection, Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import AuthenticationError, RedisClusterException, RedisError, SlotNotCoveredError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeout

from datasources.kit import tls
from datasources.kit.handshakes import broken_rule
from domain.kit.refusals import Misconfigured, Unavailable

_CLOSE_SECONDS = 3.0
# The servers' own words: a cluster's client keeps no other detail of a node's error.
_WRONG_PASSWORD = re.compile(r"invalid username-password pair|Authentication required")


class _Connection(Connection):
    """Raises a connection error where uvloop raises RuntimeError: for data sent on a closed connection."""

    async def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        """Sends bytes. Raises redis.exceptions.ConnectionError."""
        try:
            await super().send_packed_command(command, check_health)
        except RuntimeError as error:
            raise RedisConnectionError("the connection was closed") from error


class _SecureConnection(_Connection):
    """The same over TLS. redis-py's own class would read the certificates again for each connection."""

    def __init__(self, *, context: ssl.SSLContext, **options: Any) -> None:
        super().__init__(**options)
        self._context = context

    def _connection_arguments(self) -> dict[str, Any]:
        return {**super()._connection_arguments(), "ssl": self._context}


class _UnderWay:
    """Commands that wait for their answers. After `end` it accepts no more.

    A command that was given up still runs for a while, and some are retried: they would open new connections of a
    client that has closed its own, and those would never be closed.
    """

    def __init__(self) -> None:
        self._count = 0
        self._ended = False
        self._last = asyncio.Event()

    def check(self) -> None:
        """Raises redis.exceptions.ConnectionError after `end`."""
        if self._ended:
            raise RedisConnectionError("the client was closed")

    def __enter__(self) -> None:
        self.check()
        self._count += 1

    def __exit__(self, *_: object) -> None:
        self._count -= 1
        if self._count == 0 and self._ended:
            self._last.set()

    async def end(self) -> None:
        """Waits for running commands, which have their own deadlines, but not forever."""
        self._ended = True
        if self._count:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await self._last.wait()


class _Single(Redis):
    """One server. Closing it is final."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._under_way = _UnderWay()

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        """One command. Raises redis.exceptions.ConnectionError after `close`."""
        with self._under_way:
            return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]

    async def close(self, close_connection_pool: bool | None = None) -> None:
        """Waits for running commands and closes all connections. Later commands are refused."""
        await self._under_way.end()
        await self.aclose(close_connection_pool)


class _Cluster(RedisCluster):
    """Learns the cluster's slots before its first command, and lets commands wait for a connection.

    redis-py (8.1) sends commands that arrive earlier to any node; many at once then fail on each other's redirects. It
    raises when all connections to a node are in use, where a single server's pool waits. When no node is reachable, or
    not every slot has a node, its error is not even a RedisError.
    """

    def __init__(self, *, wait: float, max_connections: int, context: ssl.SSLContext | None, **options: Any) -> None:
        super().__init__(max_connections=max_connections, **options)
        if context is not None:
            self._secure(context)
        self._wait = wait
        self._slots = asyncio.Semaphore(max_connections)
        self._under_way = _UnderWay()

    def _secure(self, context: ssl.SSLContext) -> None:
        """Nodes found later take their connections from the same options as the nodes known now."""
        self.connection_kwargs.update({"connection_class": _SecureConnection, "context": context})
        for node in self.startup_nodes:
            node.connection_class = _SecureConnection
            node.connection_kwargs["context"] = context

    async def initialize(self, *args: Any, **kwargs: Any) -> "_Cluster":
        """Reads the slots. Raises redis.exceptions.ConnectionError when they cannot be read, and after `close`."""
        if self._initialize:
            self._under_way.check()
        try:
            await super().initialize(*args, **kwargs)
        except RedisClusterException as error:
            raise RedisConnectionError(str(error)) from error
        return self

    async def execute_command(self, *args: Any, **kwargs: Any) -> Any:
        """Runs one command; reads the slots before the first one.

        Raises TimeoutError when no connection becomes free in time, redis.exceptions.ConnectionError after `close`.
        """
        with self._under_way:
            async with asyncio.timeout(self._wait):
                await self._slots.acquire()
            try:
                await self.initialize()
                return await super().execute_command(*args, **kwargs)
            except RuntimeError as error:
                raise RedisConnectionError("the connection was closed") from error
            finally:
                self._slots.release()

    async def close(self) -> None:
        """Waits for running commands and closes all connections. Later commands are refused."""
        await self._under_way.end()
        self._initialize = False  # a failed command sets it, and `aclose` would then do nothing
        await self.aclose()


Client = Redis | RedisCluster
# The last one means that part of a cluster is unreachable.
ERRORS = (RedisError, OSError, TimeoutError, SlotNotCoveredError)


def connect(url: str, *, deadline: float = 1.0, connections: int = 64) -> Client:
    """A client for `redis://` or `redis+cluster://`; with TLS `rediss://` or `rediss+cluster://`.

    Answers are bytes. The client sends nothing until the first command. A command waits for a free connection, but
    never longer than `deadline`. `close` is final. Raises kit.tls.WrongTls.
    """
    address = tls.address(url)
    retry = Retry(ExponentialWithJitterBackoff(base=0.01, cap=0.2), 2)
    if urlsplit(url).scheme in ("redis+cluster", "rediss+cluster"):
        return _cluster(address, deadline, connections, retry)
    pool = BlockingConnectionPool.from_url(
        address.url,
        max_connections=connections,
        timeout=deadline,
        socket_timeout=deadline,
        socket_connect_timeout=deadline,
        retry=retry,
        retry_on_error=[RedisConnectionError, RedisTimeout],
    )
    pool.connection_class = _Connection
    if address.context is not None:
        pool.connection_class = _SecureConnection
        pool.connection_kwargs["context"] = address.context
    return _Single.from_pool(pool)  # closing the client closes its pool


def _cluster(address: tls.ServerAddress, deadline: float, connections: int, retry: Retry) -> _Cluster:
    parts = urlsplit(address.url)
    return _Cluster(
        wait=deadline,
        host=parts.hostname or "127.0.0.1",
        port=parts.port or 6379,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        max_connections=connections,
        context=address.context,
        socket_timeout=deadline,
        socket_connect_timeout=deadline,
        retry=retry,
        reinitialize_steps=0,  # a redirect corrects its slot; a new start would close connections in use
    )


async def ping(client: Client) -> None:
    """Raises `Unavailable` when Redis cannot answer, `Misconfigured` when the cause is the URL."""
    try:
        await client.ping()
    except ERRORS as error:
        busy = Unavailable("CACHE_UNAVAILABLE", "The shop is busy; try again in a moment.")
        if rule := _refused_rule(error):
            raise Misconfigured(busy, "STOREFRONT_REDIS_URL", f"Redis: {rule}") from error
        raise busy from error


def _refused_rule(error: BaseException) -> str | None:
    if isinstance(error, AuthenticationError) or _WRONG_PASSWORD.search(str(error)):
        return "the server refuses the user or the password."
    return broken_rule(error, spelling="rediss:// or rediss+cluster://")
