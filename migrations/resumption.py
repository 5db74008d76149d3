"""Migrations that may be run again after they ended half way.

MySQL and MariaDB commit every change of a table at once, and the version only at the end. There a change that is done
already is left out, so that the same migration goes on where it was killed. SQLite undoes the whole migration instead.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.ddl.mysql import MySQLImpl


def has_column(connection: sa.Connection, table: str, column: str) -> bool:
    """Whether the table has the column now."""
    return column in {each["name"] for each in sa.inspect(connection).get_columns(table)}


def keep_batch() -> None:
    """Lets other writers in between the batches of a long change of rows. SQLite has no others."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        connection.commit()


class _Resumed(MySQLImpl):
    """Looks before each change whether a run that was cut off has made it."""

    def _inspector(self) -> sa.Inspector:
        assert self.connection is not None, "migrations run on a connection"
        return sa.inspect(self.connection)

    def _has_column(self, table: str, column: str) -> bool:
        assert self.connection is not None, "migrations run on a connection"
        return has_column(self.connection, table, column)

    def _has_index(self, index: sa.Index) -> bool:
        assert index.table is not None, "an index has a table"
        return index.name in {each["name"] for each in self._inspector().get_indexes(index.table.name)}

    def _has_foreign_key(self, constraint: sa.Constraint) -> bool:
        if not isinstance(constraint, sa.ForeignKeyConstraint):
            return False
        found = self._inspector().get_foreign_keys(constraint.table.name)
        return constraint.name in {each["name"] for each in found}

    def add_column(self, table_name: str, column: sa.Column[Any], **options: Any) -> None:
        if not self._has_column(table_name, column.name):
            super().add_column(table_name, column, **options)

    def drop_column(self, table_name: str, column: sa.Column[Any], **options: Any) -> None:
        if self._has_column(table_name, column.name):
            super().drop_column(table_name, column, **options)

    def add_constraint(self, const: Any, **options: Any) -> None:
        if not self._has_foreign_key(const):
            super().add_constraint(const, **options)

    def drop_constraint(self, const: sa.Constraint, **options: Any) -> None:
        if not isinstance(const, sa.ForeignKeyConstraint) or self._has_foreign_key(const):
            super().drop_constraint(const, **options)

    def create_table(self, table: sa.Table, **options: Any) -> None:
        if not self._inspector().has_table(table.name):
            super().create_table(table, **options)

    def drop_table(self, table: sa.Table, **options: Any) -> None:
        if self._inspector().has_table(table.name):
            super().drop_table(table, **options)

    def create_index(self, index: sa.Index, **options: Any) -> None:
        if not self._has_index(index):
            super().create_index(index, **options)

    def drop_index(self, index: sa.Index, **options: Any) -> None:
        if self._has_index(index):
            super().drop_index(index, **options)


def register() -> None:
    """Alembic takes the last class that was defined with the name of a dialect."""
    for dialect in ("mysql", "mariadb"):
        type(f"Resumed {dialect}", (_Resumed,), {"__dialect__": dialect})
