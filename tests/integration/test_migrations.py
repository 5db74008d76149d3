"""Migrations on every relational backend."""

import asyncio
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bff.migrate import alembic_config, migrate_relational
from datasources import mysql_engines, tables
from tests.factories.catalog import NOW


def _differences(connection: sa.Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, tables.metadata))


def _state(connection: sa.Connection) -> tuple[str | None, list[str]]:
    version = MigrationContext.configure(connection).get_current_revision()
    return version, sorted(sa.inspect(connection).get_table_names())


async def _read(url: str) -> tuple[list[object], tuple[str | None, list[str]]]:
    engine = mysql_engines.reader(url, 1, 10.0)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_differences), await connection.run_sync(_state)
    finally:
        await engine.dispose()


async def test_head_is_exactly_the_tables_in_code(empty_relational_url: str) -> None:
    """After all migrations a comparison with `tables.metadata` finds no difference."""
    await migrate_relational(empty_relational_url)
    differences, _ = await _read(empty_relational_url)
    assert differences == []


async def test_upgrading_twice_changes_nothing(empty_relational_url: str) -> None:
    """The second upgrade leaves version and tables as they are."""
    await migrate_relational(empty_relational_url)
    _, first = await _read(empty_relational_url)
    await migrate_relational(empty_relational_url)
    _, second = await _read(empty_relational_url)
    assert first == second
    assert first[1] == sorted([*tables.metadata.tables, "alembic_version"])


async def test_hosts_may_migrate_at_the_same_time(empty_relational_url: str) -> None:
    """Several upgrades at once all succeed and leave one version."""
    await asyncio.gather(*(migrate_relational(empty_relational_url) for _ in range(3)))
    differences, (version, _) = await _read(empty_relational_url)
    assert differences == []
    assert version is not None


async def test_there_is_one_head(empty_relational_url: str) -> None:
    """Two migrations never follow the same one."""
    engine = mysql_engines.reader(empty_relational_url, 1, 10.0)
    async with engine.connect() as connection:
        config = await connection.run_sync(alembic_config)
    await engine.dispose()
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def _upgrade(connection: sa.Connection, revision: str) -> None:
    connection.begin()
    command.upgrade(alembic_config(connection), revision)
    connection.commit()


async def test_late_payments_of_an_older_shop_become_refunds(empty_relational_url: str) -> None:
    """Under the key that their provider knows; those of other orders do not."""
    states = {1: ("EXCEPTION", "CAPTURED"), 2: ("REFUNDED", "REFUNDED"), 3: ("PAID", "CAPTURED")}
    engine = mysql_engines.writer(empty_relational_url, 1, 30.0)
    async with engine.connect() as connection:
        await connection.run_sync(_upgrade, "0002")
    async with engine.begin() as connection:
        for key, (status, payment) in states.items():
            await connection.execute(_order_row(key, status))
            await connection.execute(_payment_row(key, payment))
    await engine.dispose()
    await migrate_relational(empty_relational_url)
    engine = mysql_engines.reader(empty_relational_url, 1, 30.0)
    async with engine.connect() as connection:
        rows = (await connection.execute(sa.select(tables.refunds).order_by(tables.refunds.c.order_id))).all()
    await engine.dispose()
    assert [(row.order_id, row.key, row.minor, row.state) for row in rows] == [
        (1, "refund-1", 500, "PENDING"),
        (2, "refund-2", 500, "DONE"),
    ]


def _order_row(key: int, status: str) -> sa.Insert:
    texts = {"name": f"#{key}", "token": "", "source": "storefront", "status": status, "currency": "GBP"}
    return sa.insert(tables.orders).values(
        {**texts, "id": key, "subtotal_minor": 500, "total_minor": 500, "created_at": NOW, "updated_at": NOW}
    )


def _payment_row(key: int, state: str) -> sa.Insert:
    row: dict[str, Any] = {"provider": "sandbox", "charge_key": f"order-{key}", "state": state, "currency": "GBP"}
    return sa.insert(tables.payments).values(
        row | {"order_id": key, "minor": 500, "created_at": NOW, "updated_at": NOW}
    )
