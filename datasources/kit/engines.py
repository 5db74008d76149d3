"""How connections are opened: pools, isolation and durability of each dialect."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiomysql
import aiosqlite
import orjson
import sqlalchemy as sa
import stamina
from pymysql.constants import CLIENT
from sqlalchemy import event
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from datasources.kit import tls
from datasources.kit.handshakes import broken_rule

_SQLITE_READERS = 4
_CLOSED = (2013, "the connection was closed")
# Cannot connect, server gone, connection lost, too many connections, server shutting down, lost in handshake.
_UNREACHABLE = {2003, 2006, 2013, 1040, 1053, 2055, 1927}
_NO_TLS = (2026, "SSL connection error: the server offers no TLS")
# MariaDB gives no more detail, even when it requires TLS or a client certificate.
_REFUSED_USER = (
    "the server refuses the user or the password, or demands what the URL does not give: "
    "TLS (`ssl_ca`) or a client certificate (`ssl_cert`)."
)
_RULES = {
    2026: "the URL asks for TLS, but the server offers none.",
    3159: "the server demands TLS; the URL needs `ssl=true` or `ssl_ca`.",
    1045: _REFUSED_USER,
    1698: _REFUSED_USER,
}


def reader(url: str, pool: int, deadline: float) -> AsyncEngine:
    """Connections for single reads: autocommit, so that a read costs one round trip."""
    if _is_sqlite(url):
        return _sqlite(url, _SQLITE_READERS, deadline, begin=None)
    return _mysql(url, pool, deadline, "AUTOCOMMIT", _ended_after(deadline + 1))


def writer(url: str, pool: int, deadline: float) -> AsyncEngine:
    """Connections for transactions.

    SQLite has one: others would only wait for its lock, in the worst case for seconds.
    """
    if _is_sqlite(url):
        return _sqlite(url, 1, deadline, begin="BEGIN IMMEDIATE")
    return _mysql(url, pool, deadline, "READ COMMITTED")


def snapshot(url: str, deadline: float) -> AsyncEngine:
    """One connection for a transaction that reads all rows as of one moment, for as long as that takes."""
    if _is_sqlite(url):
        return _sqlite(url, 1, deadline, begin="BEGIN")
    return _mysql(url, 1, deadline, "REPEATABLE READ")


@asynccontextmanager
async def connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A pooled connection.

    Raises DBAPIError where uvloop raises RuntimeError: for a connection that broke while opening.
    """
    async with AsyncExitStack() as stack:
        try:
            connection = await stack.enter_async_context(engine.connect())
        except RuntimeError as error:
            raise _broken(engine.dialect) from error
        yield connection


def cannot_connect(error: DBAPIError) -> bool:
    """Whether the error means that the server is unreachable, not that the statement was wrong."""
    code = error.orig.args[0] if error.orig is not None and error.orig.args else None
    return error.connection_invalidated or code in _UNREACHABLE


def refused_rule(error: DBAPIError) -> str | None:
    """The rule by which the server or the client refuses the connection; None for other errors."""
    code = error.orig.args[0] if error.orig is not None and error.orig.args else None
    rule = broken_rule(error) or _RULES.get(code or 0)
    return f"MySQL: {rule}" if rule else None


def _is_sqlite(url: str) -> bool:
    return sa.make_url(url).get_backend_name() == "sqlite"


def _sqlite(url: str, pool: int, deadline: float, begin: str | None) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool,
        max_overflow=0,
        pool_timeout=deadline * 2,
        connect_args={"timeout": deadline * 2},
        json_deserializer=orjson.loads,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # keeps the driver from opening its own transactions
        connection.run_async(lambda driver: _keep_write_ahead_log(driver, deadline * 2))
        cursor = connection.cursor()
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    if begin is not None:

        @event.listens_for(engine.sync_engine, "begin")
        def open_transaction(connection: sa.Connection) -> None:
            connection.exec_driver_sql(begin)

    return engine


async def _keep_write_ahead_log(connection: aiosqlite.Connection, patience: float) -> None:
    """A new file needs exclusive access for this, and SQLite does not wait for it: its timeout is for other locks."""
    async for attempt in stamina.retry_context(
        on=_is_busy,
        attempts=None,
        timeout=patience,
        wait_initial=0.01,
        wait_jitter=0.02,
        wait_max=0.1,
    ):
        with attempt:
            await connection.execute("PRAGMA journal_mode=WAL")


def _is_busy(error: Exception) -> bool:
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def _ended_after(seconds: float) -> str:
    """More variables for SET, by which the server ends a read that no caller waits for any more.

    MariaDB reads the first comment and MySQL the second.
    """
    return f" /*M! , max_statement_time={seconds} */ /*!80000 , max_execution_time={int(seconds * 1000)} */"


class _TlsConnection(aiomysql.Connection):  # type: ignore[misc]  # aiomysql has no types
    """Never sends the password in plain text. aiomysql does so when a server, or an impostor, offers no TLS."""

    async def _request_authentication(self) -> None:
        if not self.server_capabilities & CLIENT.SSL:
            raise aiomysql.OperationalError(*_NO_TLS)
        await super()._request_authentication()


async def _connect_by_tls(**options: Any) -> _TlsConnection:
    connection = _TlsConnection(**options)
    await connection._connect()
    return connection


def _mysql(url: str, pool: int, deadline: float, isolation: Any, more: str = "") -> AsyncEngine:
    address = tls.address(url)
    secure = {"ssl": address.context, "async_creator_fn": _connect_by_tls} if address.context else {}
    engine = create_async_engine(
        address.url,
        pool_size=pool,
        max_overflow=0,
        json_deserializer=orjson.loads,
        pool_timeout=deadline,
        pool_recycle=300,
        pool_reset_on_return=None,  # every transaction ends with its own COMMIT or ROLLBACK
        isolation_level=isolation,
        connect_args=secure
        | {
            "connect_timeout": deadline,
            "charset": "utf8mb4",
            # Times are compared in UTC. No statement waits for a lock longer than a request lasts.
            "init_command": f"SET time_zone='+00:00', innodb_lock_wait_timeout={max(1, int(deadline))}{more}",
        },
    )
    event.listen(engine.sync_engine, "handle_error", _name_broken_connection)
    for name in ("do_close", "do_terminate"):
        setattr(engine.dialect, name, _forgiving(getattr(engine.dialect, name)))
    return engine


def _name_broken_connection(context: sa.engine.ExceptionContext) -> DBAPIError | None:
    """Turns uvloop's RuntimeError for a closed connection into one that makes the pool discard the connection."""
    if not isinstance(context.original_exception, RuntimeError):
        return None
    context.is_disconnect = True
    return _broken(context.dialect)


def _broken(dialect: Dialect) -> DBAPIError:
    closed = dialect.loaded_dbapi.OperationalError(*_CLOSED)
    return sa.exc.OperationalError(None, None, closed, connection_invalidated=True)


def _forgiving(close: Callable[[Any], None]) -> Callable[[Any], None]:
    """Skips the closing message on a connection that is closed already."""

    def forgiving(connection: Any) -> None:
        try:
            close(connection)
        except RuntimeError:
            connection.driver_connection.close()

    return forgiving
