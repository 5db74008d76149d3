"""Runs migrations on the connection that `bff.stores.migrate` opened; the same files serve every dialect."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from datasources import tables
from migrations import resumption


def render(kind: str, item: object, autogen: AutogenContext) -> str | Literal[False]:
    """Writes our own column types by name into new migration files."""
    if kind == "type" and isinstance(item, tables.Time):
        autogen.imports.add("from datasources import tables")
        return "tables.Time()"
    return False


resumption.register()
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.metadata,
    render_item=render,
    render_as_batch=True,  # SQLite alters tables by copying them
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
