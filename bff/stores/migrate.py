"""Brings every store to the form this version needs; safe to run again and from several hosts at once."""

from contextlib import AsyncExitStack
from pathlib import Path

import sqlalchemy as sa
import stamina
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import AsyncEngine

from bff.settings.variables import Settings
from datasources.catalog.shown_prices import ListOrders
from datasources.kit import engines as mysql_engines
from datasources.kit.database import Database, answering, is_contended
from datasources.kit.documents import Documents
from datasources.search import engines as search

MIGRATIONS = Path(__file__).parents[2] / "migrations"
_LOCK_SECONDS = 60
_ATTEMPTS = 10
# A change of a table waits for the transactions that use it, and everybody else waits behind it.
_TABLE_SECONDS = 5


def alembic_config(connection: sa.Connection) -> Config:
    """Alembic's settings for one open connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def script_directory() -> ScriptDirectory:
    """All revisions of the tables that this version knows."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


def _upgrade(connection: sa.Connection, revision: str) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        connection.begin()  # takes the write lock before alembic, whose context is one per process
    elif not connection.scalar(sa.text(f"SELECT GET_LOCK('storefront_migrate', {_LOCK_SECONDS})")):
        raise TimeoutError("another migration has been running for a minute")
    else:
        connection.execute(sa.text(f"SET SESSION lock_wait_timeout = {_TABLE_SECONDS}"))
    try:
        command.upgrade(alembic_config(connection), revision)
        connection.commit()
    finally:
        if not is_sqlite:
            connection.scalar(sa.text("SELECT RELEASE_LOCK('storefront_migrate')"))


async def migrate_relational(url: str, revision: str = "head") -> None:
    """Applies all migrations to the database at `url`, or those up to a revision.

    A migration that loses a race with the shop, or was killed, goes on where it was. Raises `Unavailable` when the
    database cannot be reached.
    """
    engine = mysql_engines.writer(url, 1, 30.0)
    try:
        async for attempt in stamina.retry_context(on=is_contended, attempts=_ATTEMPTS, timeout=None, wait_initial=1.0):
            with attempt:
                await _migrate_once(engine, revision)
    finally:
        await engine.dispose()


async def _migrate_once(engine: AsyncEngine, revision: str) -> None:
    async with AsyncExitStack() as stack:
        async with answering():
            connection = await stack.enter_async_context(mysql_engines.connected(engine))
        await connection.run_sync(_upgrade, revision)


async def _order_lists(settings: Settings) -> None:
    """Prices of lists depend on settings, so no migration can compute them."""
    database = Database(settings.database_url.get_secret_value(), pool=1, deadline=30.0)
    try:
        await ListOrders(database.dialect, settings.markets()).catch_up(database)
    finally:
        await database.close()


async def migrate(settings: Settings) -> None:
    """Applies migrations, computes the orders of lists, creates document indexes and prepares the search index."""
    await migrate_relational(settings.database_url.get_secret_value())
    await _order_lists(settings)
    documents = Documents(settings.mongo_url.get_secret_value(), settings.mongo_database, deadline=30.0)
    engine = search.search_engine(
        settings.search_url, settings.search_key.get_secret_value(), settings.prefix, settings.store_seconds
    )
    try:
        await documents.create_indexes()
        await engine.prepare()
    finally:
        await documents.close()
        await engine.close()
