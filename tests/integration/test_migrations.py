"""Migrations on every relational backend."""

import asyncio

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bff.migrate import alembic_config, migrate_relational
from datasources import mysql_engines, tables


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
