"""Migrations on every relational backend."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import AsyncEngine

from bff.stores.migrate import alembic_config, migrate_relational
from datasources import tables
from datasources.kit import engines as mysql_engines
from tests.kit.factories.catalog import NOW


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


@pytest.mark.slow
async def test_upgrading_twice_changes_nothing(empty_relational_url: str) -> None:
    """The second upgrade leaves version and tables as they are."""
    await migrate_relational(empty_relational_url)
    _, first = await _read(empty_relational_url)
    await migrate_relational(empty_relational_url)
    _, second = await _read(empty_relational_url)
    assert first == second
    assert first[1] == sorted([*tables.metadata.tables, "alembic_version"])


@pytest.mark.slow
async def test_hosts_may_migrate_at_the_same_time(empty_relational_url: str) -> None:
    """Several upgrades at once all succeed and leave one version."""
    async with asyncio.TaskGroup() as hosts:
        for _ in range(3):
            hosts.create_task(migrate_relational(empty_relational_url))
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


async def test_stock_of_an_older_shop_is_that_of_the_main_warehouse(empty_relational_url: str) -> None:
    """Levels and movements keep their counts; the downgrade adds up what was split meanwhile."""
    engine = mysql_engines.writer(empty_relational_url, 1, 30.0)
    async with engine.connect() as connection:
        await connection.run_sync(_upgrade, "0003")
    async with engine.begin() as connection:
        await connection.run_sync(_fill_older_shop)
    async with engine.connect() as connection:
        await connection.run_sync(_upgrade, "0004")
    async with engine.begin() as connection:
        levels = (await connection.execute(sa.text(_LEVELS.format("variant_id, location_id, ")))).all()
        moved = (await connection.execute(sa.text(_MOVED.format("location_id, ")))).all()
        places = (await connection.execute(sa.text("SELECT id, name, kind FROM locations"))).all()
        assert places == [(1, "Main warehouse", "WAREHOUSE")]
        assert levels == [(1, 1, 6, 3, 1), (2, 1, -4, 0, 0)]
        assert moved == [(1, "INITIAL", None, 10, 0), (1, "RESERVATION", 7, -3, 3)]
        for split in _SPLIT:
            await connection.execute(sa.text(split))
    async with engine.connect() as connection:
        await connection.run_sync(_downgrade, "0003")
    async with engine.connect() as connection:
        levels = (await connection.execute(sa.text(_LEVELS.format("variant_id, ")))).all()
        moved = (await connection.execute(sa.text(_MOVED.format("")))).all()
    await engine.dispose()
    assert levels == [(1, 6, 3, 1), (2, -4, 0, 0)]
    assert moved == [("INITIAL", None, 10, 0), ("RESERVATION", 7, -3, 3)]


class _Killed(Exception):
    """The migration ends here."""


class _KilledOnce:
    """Ends the run after every statement that changes something, once each: then its change is made, or undone.

    After few of them on SQLite, which begins the whole migration again each time.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self.statements: set[str] = set()
        self.every = 12 if engine.dialect.name == "sqlite" else 1
        self.kills = 0
        sa.event.listen(engine, "after_cursor_execute", self._after)

    def _after(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        changes = statement.lstrip().startswith(("CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE"))
        if changes and statement not in self.statements:
            self.statements.add(statement)
            if len(self.statements) % self.every == 0:
                self.kills += 1
                raise _Killed


async def _migrate_until_done(engine: AsyncEngine, move: Callable[[sa.Connection, str], None], revision: str) -> int:
    """How often it was killed on the way."""
    killed = _KilledOnce(engine.sync_engine)
    while True:
        try:
            async with engine.connect() as connection:
                await connection.run_sync(move, revision)
        except _Killed:
            continue
        assert killed.kills >= len(killed.statements) // killed.every > 0
        return len(killed.statements)


@pytest.mark.slow
async def test_a_migration_goes_on_where_it_was_killed(empty_relational_url: str) -> None:
    """After any statement, forward and back: tables and rows are those of a run that nobody disturbed."""
    engine = mysql_engines.writer(empty_relational_url, 1, 30.0)
    async with engine.connect() as connection:
        await connection.run_sync(_upgrade, "0002")
    async with engine.begin() as connection:
        await connection.run_sync(_fill_older_shop)
        await connection.execute(_order_row(1, "EXCEPTION"))
        await connection.execute(_payment_row(1, "CAPTURED"))
    assert await _migrate_until_done(engine, _upgrade, "head") > 40
    async with engine.connect() as connection:
        assert await connection.run_sync(_differences) == []
        found = [(await connection.execute(sa.text(query))).all() for query in _MIGRATED]
    assert found == [[(1,)], [(1, 1, 6, 3, 1), (2, 1, -4, 0, 0)], [("refund-1", 500, 500)], [("mug",)]]
    await engine.dispose()
    engine = mysql_engines.writer(empty_relational_url, 1, 30.0)
    assert await _migrate_until_done(engine, _downgrade, "0002") > 40
    async with engine.connect() as connection:
        _, names = await connection.run_sync(_state)
        levels = (await connection.execute(sa.text(_LEVELS.format("variant_id, ")))).all()
    await engine.dispose()
    assert levels == [(1, 6, 3, 1), (2, -4, 0, 0)]
    assert "refunds" not in names


_MIGRATED = (
    "SELECT COUNT(*) FROM locations",
    "SELECT variant_id, location_id, available, reserved, sold FROM stock_levels ORDER BY variant_id",
    "SELECT `key`, minor, extra_minor FROM refunds",
    "SELECT title_key FROM products",
)
_LEVELS = "SELECT {}available, reserved, sold FROM stock_levels ORDER BY variant_id"
_MOVED = "SELECT {}kind, order_id, available, reserved FROM stock_movements ORDER BY id"
_SPLIT = (
    "INSERT INTO locations (id, name, kind, created_at) VALUES (2, 'Leeds', 'WAREHOUSE', '2026-01-01')",
    "INSERT INTO stock_levels VALUES (1, 2, 2, 1, 0, 1)",
    "UPDATE stock_levels SET available = 4, reserved = 2 WHERE variant_id = 1 AND location_id = 1",
    "UPDATE stock_movements SET available = -2, reserved = 2 WHERE order_id = 7",
    "INSERT INTO stock_movements (variant_id, location_id, kind, available, reserved, sold, order_id, actor, reason,"
    " created_at) SELECT variant_id, 2, kind, -1, 1, 0, order_id, actor, reason, created_at FROM stock_movements"
    " WHERE order_id = 7",
    *(
        "INSERT INTO stock_movements (variant_id, location_id, kind, available, reserved, sold, actor, reason,"
        f" created_at) VALUES (1, {place}, 'TRANSFER', {units}, 0, 0, 'x', 'x', '2026-01-01')"
        for place, units in ((1, -3), (2, 3))
    ),
)


def _downgrade(connection: sa.Connection, revision: str) -> None:
    connection.begin()
    command.downgrade(alembic_config(connection), revision)
    connection.commit()


def _fill_older_shop(connection: sa.Connection) -> None:
    """Two variants with stock and movements of one, as migration 3 keeps them."""
    old = sa.MetaData()
    old.reflect(connection, only=["products", "variants", "stock_levels", "stock_movements"])
    texts = {"handle": "mug", "title": "Mug", "vendor": "", "product_type": "", "status": "ACTIVE", "fingerprint": ""}
    times = {"published_at": NOW, "created_at": NOW, "updated_at": NOW}
    connection.execute(sa.insert(tables.products).values(texts | times | {"id": 1, "options": [], "min_minor": 0}))
    flags = {"sells_out": True, "taxable": True, "requires_shipping": True}
    variant = {"product_id": 1, "position": 1, "title": "", "options": [], "grams": 0} | flags
    for key in (1, 2):
        connection.execute(sa.insert(tables.variants).values(variant | {"id": key, "option_key": str(key)}))
    level, move = old.tables["stock_levels"], old.tables["stock_movements"]
    counts = {"available": 6, "reserved": 3, "sold": 1, "sells_out": True}
    below = {"available": -4, "reserved": 0, "sold": 0, "sells_out": False}
    connection.execute(sa.insert(level), [{"variant_id": 1} | counts, {"variant_id": 2} | below])
    moved = {"variant_id": 1, "actor": "x", "reason": "x", "created_at": NOW.replace(tzinfo=None), "sold": 0}
    initial = {"kind": "INITIAL", "available": 10, "reserved": 0, "order_id": None}
    reserved = {"kind": "RESERVATION", "available": -3, "reserved": 3, "order_id": 7}
    connection.execute(sa.insert(move), [moved | initial, moved | reserved])


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
