"""Reads rows of one moment from a relational database, and restores them to one of the same revision and any dialect.

The tables come from the database, not from the code, so that a database of an older version can be read too.
"""

import json
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from datasources.kit import engines as mysql_engines
from datasources.kit.backup.parts import BATCH, in_batches

REVISION_TABLE = "alembic_version"
_SECONDS = 30.0
_COMPACT = (",", ":")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The rows of one moment. `tables` are ordered so that foreign keys point to earlier tables."""

    connection: AsyncConnection
    revision: str
    tables: tuple[sa.Table, ...]

    async def lines(self, table: sa.Table) -> AsyncIterator[str]:
        """A header with column names and which columns hold times, then each row as a list."""
        times = [isinstance(column.type, sa.DateTime) for column in table.columns]
        yield json.dumps({"columns": table.columns.keys(), "times": times})
        query = sa.select(*(_raw(column) for column in table.columns)).order_by(*table.primary_key.columns)
        async with self.connection.stream(query, execution_options={"yield_per": BATCH}) as rows:
            async for row in rows:
                yield json.dumps([_written(value) for value in row], separators=_COMPACT)

    async def present(self, table: str, keys: Sequence[Any]) -> set[Any]:
        """Which of these keys the table had at that moment."""
        column = next(each for each in self.tables if each.name == table).c.id
        return set((await self.connection.scalars(sa.select(column).where(column.in_(keys)))).all())


@asynccontextmanager
async def snapshot(url: str) -> AsyncIterator[Snapshot | None]:
    """Opens a transaction that sees one moment and blocks no one; None for a database without the shop's tables."""
    engine = mysql_engines.snapshot(url, _SECONDS)
    try:
        async with engine.connect() as connection, connection.begin():
            if connection.dialect.name != "sqlite":
                await connection.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
            revision = await connection.run_sync(_revision)
            yield None if revision is None else Snapshot(connection, revision, await connection.run_sync(shop_tables))
    finally:
        await engine.dispose()


def shop_tables(connection: sa.Connection) -> tuple[sa.Table, ...]:
    """Every table except the one with the revision, parents first."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return tuple(table for table in metadata.sorted_tables if table.name != REVISION_TABLE)


async def replace_rows(connection: AsyncConnection, parts: Iterable[tuple[str, Iterator[str]]]) -> None:
    """Empties every table and fills the named ones, each from the lines of `Snapshot.lines`.

    Parents come before the rows that refer to them. The caller's transaction makes it all or nothing.
    """
    tables = await connection.run_sync(shop_tables)
    for table in reversed(tables):
        await connection.execute(sa.delete(table))
    for name, lines in parts:
        header = json.loads(next(lines))
        insert = sa.insert(sa.table(name, *map(_column, header["columns"], header["times"])))
        for batch in in_batches(lines):
            await connection.execute(insert, [_read(header, json.loads(row)) for row in batch])


async def drop_tables(connection: AsyncConnection) -> None:
    """Drops every table of the database."""

    def drop(connection: sa.Connection) -> None:
        metadata = sa.MetaData()
        metadata.reflect(connection)
        metadata.drop_all(connection)

    await connection.run_sync(drop)


async def revision_of(connection: AsyncConnection) -> str | None:
    """The revision of the tables; None if the database has no tables."""
    return await connection.run_sync(_revision)


async def filled_tables(connection: AsyncConnection) -> list[str]:
    """Tables with rows that no migration wrote. The migrations themselves write the first location."""
    tables = await connection.run_sync(shop_tables)
    filled = []
    for table in tables:
        query = sa.select(sa.literal(1)).select_from(table).limit(1)
        if table.name == "locations":
            query = query.where(table.c.id != 1)
        if (await connection.execute(query)).first() is not None:
            filled.append(table.name)
    return filled


@asynccontextmanager
async def writing(url: str) -> AsyncIterator[AsyncConnection]:
    """A connection in a transaction without a deadline, because its work grows with the number of rows."""
    engine = mysql_engines.writer(url, 1, _SECONDS)
    try:
        async with engine.begin() as connection:
            yield connection
    finally:
        await engine.dispose()


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(REVISION_TABLE):
        return None
    found = connection.scalar(sa.text(f"SELECT version_num FROM {REVISION_TABLE}"))  # noqa: S608  # a constant
    return None if found is None else str(found)


def _raw(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """JSON columns as plain text, unparsed."""
    return sa.type_coerce(column, sa.Text) if isinstance(column.type, sa.JSON) else column


def _column(name: str, is_time: bool) -> sa.ColumnClause[Any]:
    return sa.column(name, sa.DateTime() if is_time else None)


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def _read(header: dict[str, Any], row: Sequence[Any]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value) if is_time and value is not None else value
        for name, is_time, value in zip(header["columns"], header["times"], row, strict=True)
    }
