"""A migrated, empty relational database per test: SQLite copies a file, servers empty one migrated database."""

import os
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import sqlalchemy as sa

from datasources import tables
from tests.kit.backends.backend import Backend

Migrate = Callable[[str], Awaitable[None]]


class Databases:
    """The databases of one relational backend."""

    def __init__(self, backend: Backend, migrate: Migrate) -> None:
        self._backend = backend
        self._migrate = migrate
        self._migrated: str | None = None
        self._created: list[str] = []
        self._engine: sa.Engine | None = None

    def empty(self, directory: Path) -> str:
        """The URL of a new database without any table."""
        if self._backend.name == "sqlite":
            self._backend.url()
            return f"sqlite+aiosqlite:///{directory / 'empty.db'}"
        return self._create(f"empty_{len(self._created)}")

    async def clean(self, directory: Path) -> str:
        """The URL of a database with all tables and no row but the main warehouse.

        Servers have one: its rows end at the next call.
        """
        if self._migrated is None:
            url = self._backend.url() if self._backend.name == "sqlite" else self._create("migrated")
            await self._migrate(url)
            self._migrated = url
        elif self._backend.name != "sqlite":
            self._delete_rows()
        if self._backend.name == "sqlite":
            copy = directory / "shop.db"
            shutil.copyfile(str(sa.make_url(self._migrated).database), copy)
            return f"sqlite+aiosqlite:///{copy}"
        return self._migrated

    def close(self) -> None:
        """Drops what was created."""
        if self._engine is not None:
            with self._engine.begin() as connection:
                for name in self._created:
                    connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
            self._engine.dispose()
            self._engine = None

    def _server(self) -> sa.Engine:
        if self._engine is None:
            url = sa.make_url(self._backend.url()).set(drivername="mysql+pymysql", database="mysql")
            self._engine = sa.create_engine(url, pool_size=1, isolation_level="READ COMMITTED", pool_pre_ping=True)
        return self._engine

    def _create(self, suffix: str) -> str:
        name = f"storefront_test_{os.getpid()}_{suffix}"
        with self._server().begin() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
            connection.exec_driver_sql(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        self._created.append(name)
        return sa.make_url(self._backend.url()).set(database=name).render_as_string(hide_password=False)

    def _delete_rows(self) -> None:
        schema = sa.make_url(str(self._migrated)).database
        with self._server().begin() as connection:
            connection.exec_driver_sql(f"USE {schema}")
            connection.exec_driver_sql("SET foreign_key_checks = 0")
            filled = " UNION ALL ".join(
                f"SELECT '{name}' FROM DUAL WHERE EXISTS (SELECT 1 FROM {name})" for name in tables.metadata.tables
            )
            for (name,) in connection.exec_driver_sql(filled).all():
                # The migrations make the first location; no shop is without it.
                but = " WHERE id > 1" if name == tables.locations.name else ""
                connection.exec_driver_sql(f"DELETE FROM {name}{but}")
