"""The relational store: reads on pooled connections, writes in transactions that cannot be cancelled half way.

Every change is one conditional statement, or locks its rows in key order: never read, decide, write. SQLite, MariaDB
and MySQL use the same two types: `Database` reads, `Tx` also writes.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any, TypeVar

import sqlalchemy as sa
import stamina
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from datasources.kit import engines as mysql_engines
from domain.kit.refusals import Misconfigured, Unavailable

T = TypeVar("T")
Row = sa.Row[*tuple[Any, ...]]
Rows = Sequence[Row]
Params = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None

_MYSQL_RETRIED = {1205, 1213, 3572, 1020}  # lock wait, deadlock, NOWAIT, row changed since read (Galera, MariaDB 11)
ATTEMPTS = 12
LOSSES = 2


class Tx:
    """An open transaction. It is the first argument of datasource writes; code that has one may write."""

    def __init__(self, connection: AsyncConnection, count: Callable[[], None], patience: float) -> None:
        self._connection = connection
        self._count = count
        self._patience = patience
        self.dialect = connection.dialect.name

    async def run(self, statement: sa.Executable, params: Params = None) -> sa.CursorResult[Any]:
        """Executes a write. A sequence of params is sent as one batch."""
        self._count()
        async with asyncio.timeout(self._patience):
            result = await self._connection.execute(statement, params)
        assert isinstance(result, sa.CursorResult)
        return result

    async def all(self, statement: sa.Executable, params: Params = None) -> Rows:
        """All rows of a read inside the transaction."""
        return (await self.run(statement, params)).all()

    async def one(self, statement: sa.Executable, params: Params = None) -> Row | None:
        """The only row of a read inside the transaction, or None."""
        return (await self.run(statement, params)).one_or_none()


class Database:
    """One relational database. `statements` counts the statements sent, for the exact budgets in tests."""

    def __init__(self, url: str, *, pool: int = 16, deadline: float = 5.0) -> None:
        self._reader: AsyncEngine = mysql_engines.reader(url, pool, deadline)
        self._writer: AsyncEngine = mysql_engines.writer(url, pool, deadline)
        self._deadline = deadline
        # Longer than the stores' own waits for a lock or a connection, so that their errors come first.
        self._patience = deadline * (5 if self._reader.dialect.name == "sqlite" else 2)
        self._running: set[asyncio.Future[Any]] = set()
        self.dialect = self._reader.dialect.name
        self.statements = 0

    def _count(self) -> None:
        self.statements += 1

    async def all(self, statement: sa.Executable, params: Params = None) -> Rows:
        """All rows of one read on its own connection. Raises `Unavailable` past the deadline."""
        with self._in_flight():
            async with answering():
                async for attempt in _attempts(lambda error: _is_lost(error) or is_contended(error), 3):
                    with attempt:
                        return await self._read(statement, params)
        raise AssertionError("stamina ends by returning or raising")

    async def _read(self, statement: sa.Executable, params: Params) -> Rows:
        async with asyncio.timeout(self._deadline), mysql_engines.connected(self._reader) as connection:
            self._count()
            return (await connection.execute(statement, params)).all()

    async def one(self, statement: sa.Executable, params: Params = None) -> Row | None:
        """The only row of one read, or None."""
        rows = await self.all(statement, params)
        if len(rows) > 1:
            raise ValueError("one row was expected")
        return rows[0] if rows else None

    async def transact(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Runs `work` in a transaction and commits. Starts again when the database reports that it lost a race.

        It also starts again when the connection breaks before COMMIT is sent: the database has then undone everything.
        Cancelling the caller does not cancel the transaction, which ends by itself within its own deadlines. Raises
        `Unavailable` with code OUTCOME_UNKNOWN when the answer to COMMIT was lost.
        """
        future = asyncio.ensure_future(self._transact(work))
        self._running.add(future)
        future.add_done_callback(self._finished)
        return await asyncio.shield(future)

    async def in_batches(self, work: Callable[[Tx], Awaitable[int]], batch: int, most: int | None = None) -> int:
        """Runs `work`, which changes `batch` rows at most and returns how many, until it finds fewer; their sum.

        With `most`, only so often: a backlog of millions must not keep the database busy.
        """
        total = changed = await self.transact(work)
        runs = 1
        while changed >= batch and runs != most:
            changed = await self.transact(work)
            total += changed
            runs += 1
        return total

    def _finished(self, future: asyncio.Future[Any]) -> None:
        self._running.discard(future)
        if not future.cancelled():
            future.exception()  # marks the error as seen when the caller has gone

    async def _transact(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        async with answering():
            async for attempt in _attempts(_undone(), ATTEMPTS):
                with attempt:
                    return await self._transact_once(work)
        raise AssertionError("stamina ends by returning or raising")

    async def _transact_once(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        async with AsyncExitStack() as stack:
            async with asyncio.timeout(self._patience):
                connection = await stack.enter_async_context(mysql_engines.connected(self._writer))
                transaction = await connection.begin()
            try:
                result = await work(Tx(connection, self._count, self._patience))
            except BaseException:
                async with asyncio.timeout(self._deadline):
                    await transaction.rollback()
                raise
            try:
                async with asyncio.timeout(self._deadline):
                    await transaction.commit()
            except (TimeoutError, DBAPIError) as error:
                if isinstance(error, DBAPIError) and is_contended(error):
                    raise
                raise Unavailable(
                    "OUTCOME_UNKNOWN", "It is not known yet whether this was done. Send the same request again."
                ) from error
            return result

    @contextmanager
    def _in_flight(self) -> Iterator[None]:
        """Counts running work, so that `close` waits for it: a connection in use would outlive its pool."""
        done = asyncio.get_running_loop().create_future()
        self._running.add(done)
        try:
            yield
        finally:
            self._running.discard(done)
            done.set_result(None)

    async def close(self) -> None:
        """Waits at most one deadline for running reads and transactions, then closes all connections."""
        if self._running:
            await asyncio.wait(self._running, timeout=self._deadline)
        await self._reader.dispose()
        await self._writer.dispose()


def _attempts(retried: Callable[[Exception], bool], attempts: int) -> Any:  # stamina names no public type for it
    return stamina.retry_context(
        on=retried, attempts=attempts, timeout=20, wait_initial=0.005, wait_max=0.25, wait_jitter=0.05
    )


def is_contended(error: BaseException) -> bool:
    """Whether the database undid the transaction because of a conflict with another one."""
    if not isinstance(error, DBAPIError) or error.orig is None:
        return False
    if error.orig.args and error.orig.args[0] in _MYSQL_RETRIED:
        return True
    return "database is locked" in str(error.orig)


def _is_lost(error: BaseException) -> bool:
    """Whether the connection broke. A read may be repeated on another connection."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _undone() -> Callable[[Exception], bool]:
    """Whether the database undid one transaction: it lost a race or, at most twice, its connection before COMMIT."""
    losses = 0

    def undone(error: Exception) -> bool:
        nonlocal losses
        losses += _is_lost(error)
        return is_contended(error) or (_is_lost(error) and losses <= LOSSES)

    return undone


@asynccontextmanager
async def answering() -> AsyncIterator[None]:
    """Turns errors of a store that is unreachable, too slow or refuses the login into `Unavailable`."""
    try:
        yield
    except (TimeoutError, PoolTimeout, OSError) as error:
        raise _unavailable() from error
    except DBAPIError as error:
        if rule := mysql_engines.refused_rule(error):
            raise Misconfigured(_unavailable(), "STOREFRONT_DATABASE_URL", rule) from error
        if mysql_engines.cannot_connect(error):
            raise _unavailable() from error
        raise


def _unavailable() -> Unavailable:
    return Unavailable("DATABASE_UNAVAILABLE", "The shop is busy; try again in a moment.")
