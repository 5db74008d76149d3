"""The floor: the bare transaction of an order, over plain connections, on the same server as the shop.

One guarded UPDATE of the stock and one row each of order, line, movement and outbox, committed. It has no cart, no
payment, no price and no answer; a shop can hardly do less.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import cycle
from typing import Any

import aiomysql
import sqlalchemy as sa

from benchmarks.checkout.mariadb import Server
from benchmarks.measured import Run, from_latencies
from datasources import tables
from domain.kit.ids import new_id, new_secret

CONNECTIONS = 32
# What a line points to.
_COPIED = ("products", "variants", "stock_levels")
_TAKE = """UPDATE stock_levels SET available = available - 1, reserved = reserved + 1
  WHERE variant_id = %s AND available >= 1"""


def prepare(server: Server, database: str, shop_database: str) -> None:
    """A new database with the shop's own tables, and its products and stock as they are now."""
    server.create(database)
    engine = server.engine(database)
    tables.metadata.create_all(engine)
    with engine.connect() as connection:
        for name in _COPIED:
            connection.exec_driver_sql(f"INSERT INTO {name} SELECT * FROM {shop_database}.{name}")
    engine.dispose()


async def sell(server: Server, database: str, variant_ids: Sequence[int], seconds: float) -> Run:
    """Buys one unit after the other over 32 connections until the time is over, the variants in turn."""
    turn = cycle(variant_ids)
    latencies: list[float] = []
    start = time.perf_counter()

    async def buyer() -> None:
        connection = await aiomysql.connect(host="127.0.0.1", port=server.port, user="root", db=database)
        try:
            async with connection.cursor() as cursor:
                while (begun := time.perf_counter()) < start + seconds:
                    await _buy(connection, cursor, next(turn))
                    latencies.append((time.perf_counter() - begun) * 1000)
        finally:
            connection.close()

    await asyncio.gather(*(buyer() for _ in range(CONNECTIONS)))
    return from_latencies(latencies, time.perf_counter() - start, 0, refused=0, lost=0)


async def _buy(connection: Any, cursor: Any, variant_id: int) -> None:
    await connection.begin()
    if not await cursor.execute(_TAKE, (variant_id,)):
        raise RuntimeError("the floor has sold out")
    order_id, now = new_id(), datetime.now(UTC).replace(tzinfo=None)
    for statement, names, table in _INSERTS:
        row = _row(table, variant_id, order_id, now)
        await cursor.execute(statement, [row[name] for name in names])
    await connection.commit()


def _row(table: sa.Table, variant_id: int, order_id: int, now: datetime) -> dict[str, Any]:
    """A row with a value in every column that needs one."""
    known: dict[str, dict[str, Any]] = {
        "orders": {"id": order_id, "name": f"#{order_id}", "token": new_secret(), "source": "storefront"},
        "order_lines": {"order_id": order_id, "variant_id": variant_id, "quantity": 1, "unit_minor": 1_000},
        "stock_movements": {"order_id": order_id, "variant_id": variant_id, "kind": "RESERVATION"},
        "outbox": {"kind": "OrderPlaced", "payload": f'{{"order_id": {order_id}}}'},
    }
    return {**_defaults(table, now), **known[table.name]}


def _defaults(table: sa.Table, now: datetime) -> dict[str, Any]:
    given: Mapping[type, Any] = {int: 1, str: "x", bool: False, datetime: now}
    needed = [column for column in table.columns if not column.nullable and not _is_made_by_the_server(column)]
    return {column.name: given.get(column.type.python_type, "{}") for column in needed}


def _is_made_by_the_server(column: "sa.Column[Any]") -> bool:
    return column.server_default is not None or column.autoincrement is True


def columns_of(table: sa.Table) -> list[str]:
    """The columns that the floor fills."""
    return list(_row(table, 1, 1, datetime.now(UTC)))


def _insert(table: sa.Table) -> tuple[str, list[str], sa.Table]:
    """The statement, the columns that it names in their order, and the table."""
    names = columns_of(table)
    holes = ", ".join(["%s"] * len(names))
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({holes})", names, table


_INSERTS = [_insert(each) for each in (tables.orders, tables.order_lines, tables.stock_movements, tables.outbox)]
