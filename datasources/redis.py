"""Connections to Redis, Valkey or a Redis Cluster, by URL."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

from redis.asyncio import BlockingConnectionPool, Connection, Redis, RedisCluster, SSLConnection
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeout

from domain.refusals import Unavailable


class _Connection(Connection):
    """Says that it is broken where uvloop raises RuntimeError: for what is sent on a closed connection."""

    async def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        """Sends bytes. Raises redis.exceptions.ConnectionError."""
        try:
            await super().send_packed_command(command, check_health)
        except RuntimeError as error:
            raise RedisConnectionError("the connection was closed") from error


class _SecureConnection(_Connection, SSLConnection):
    """The same over TLS."""


class _Cluster(RedisCluster):
    """Learns the cluster's slots before its first command, and lets commands wait for a connection.

    redis-py (8.1) sends commands that arrive before that to any node; many at once then fail on each other's redirects.
    It raises when all connections to a node are in use, where a single server's pool waits.
    """

    def __init__(self, *, wait: float, max_connections: int, **options: Any) -> None:
        super().__init__(max_connections=max_connections, **options)
        self._wait = wait
        self._slots = asyncio.Semaphore(max_connections)

    async def execute_command(self, *args: Any, **kwargs: Any) -> Any:
        """One command; the slots are asked for once. Raises TimeoutError when no connection comes free in time."""
        async with asyncio.timeout(self._wait):
            await self._slots.acquire()
        try:
            await self.initialize()
            return await super().execute_command(*args, **kwargs)
        except RuntimeError as error:
            raise RedisConnectionError("the connection was closed") from error
        finally:
            self._slots.release()


Client = Redis | RedisCluster
ERRORS = (RedisError, OSError, TimeoutError)


def connect(url: str, *, deadline: float = 1.0, connections: int = 64) -> Client:
    """A client for `redis://` or `redis+cluster://`; nothing is sent until the first command.

    Answers are bytes. A command waits for a free connection rather than fail, but never longer than `deadline`.
    """
    parts = urlsplit(url)
    retry = Retry(ExponentialWithJitterBackoff(base=0.01, cap=0.2), 2)
    if parts.scheme == "redis+cluster":
        return _Cluster(
            wait=deadline,
            host=parts.hostname or "127.0.0.1",
            port=parts.port or 6379,
            username=parts.username,
            password=parts.password,
            max_connections=connections,
            socket_timeout=deadline,
            socket_connect_timeout=deadline,
            retry=retry,
            reinitialize_steps=0,  # a redirect corrects its slot; starting anew would close connections in use
        )
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=deadline,
        socket_timeout=deadline,
        socket_connect_timeout=deadline,
        retry=retry,
        retry_on_error=[RedisConnectionError, RedisTimeout],
    )
    pool.connection_class = _SecureConnection if parts.scheme == "rediss" else _Connection
    return Redis.from_pool(pool)  # closing the client closes its pool


async def ping(client: Client) -> None:
    """Raises `Unavailable` when Redis cannot answer."""
    try:
        await client.ping()
    except ERRORS as error:
        raise Unavailable("CACHE_UNAVAILABLE", "The shop is busy; try again in a moment.") from error
