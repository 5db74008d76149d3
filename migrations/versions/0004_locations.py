"""Keep stock by location; existing stock moves to the main warehouse."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from datasources import tables
from migrations.resumption import has_column

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COUNTS = ("available", "reserved", "sold")
_LEVEL = ("variant_id", *_COUNTS, "sells_out")
_MOVEMENT = ("id", "variant_id", "kind", *_COUNTS, "order_id", "refund_id", "actor", "reason", "created_at")


def upgrade() -> None:
    """Moves the tables forward; every level and movement becomes one of location 1."""
    _create_locations()
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(by_location=True)
        return
    # One statement each: the foreign key on variants needs the replaced key, and a server rolls one statement back
    # whole.
    if not has_column(op.get_bind(), "stock_levels", "location_id"):
        op.execute(
            "ALTER TABLE stock_levels ADD COLUMN location_id BIGINT NOT NULL DEFAULT 1 AFTER variant_id,"
            " DROP PRIMARY KEY, ADD PRIMARY KEY (variant_id, location_id)"
        )
    if not has_column(op.get_bind(), "stock_movements", "location_id"):
        op.execute(
            "ALTER TABLE stock_movements ADD COLUMN location_id BIGINT NOT NULL DEFAULT 1 AFTER variant_id,"
            " DROP INDEX uq_stock_movements_order,"
            " ADD UNIQUE INDEX uq_stock_movements_order (order_id, variant_id, location_id, kind)"
        )


def _create_locations() -> None:
    locations = op.create_table(
        "locations",
        sa.Column("id", tables.Key, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("kind", tables.code(16), nullable=False),
        sa.Column("created_at", tables.Time(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    main = {"id": 1, "name": "Main warehouse", "kind": "WAREHOUSE", "created_at": datetime.now(UTC)}
    if not op.get_bind().scalar(sa.select(sa.func.count()).select_from(locations)):
        op.bulk_insert(locations, [main])
    op.create_table(
        "location_priorities",
        sa.Column("territory", tables.code(8), nullable=False),
        sa.Column("location_id", tables.Key, autoincrement=False, nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"]),
        sa.PrimaryKeyConstraint("territory", "location_id"),
    )


def _rebuild(by_location: bool) -> None:
    """SQLite changes keys by copying the table; a column that only the new table has gets its default."""
    for name, columns, create in (
        ("stock_levels", _LEVEL, _create_levels),
        ("stock_movements", _MOVEMENT, _create_movements),
    ):
        create(f"{name}_new", by_location)
        kept = ", ".join(columns)
        op.execute(f"INSERT INTO {name}_new ({kept}) SELECT {kept} FROM {name}")  # noqa: S608 - names of this file
        op.drop_table(name)
        op.rename_table(f"{name}_new", name)
    op.create_index("ix_stock_movements_variant", "stock_movements", ["variant_id", "id"], unique=False)


def _location(by_location: bool) -> list[sa.Column[int]]:
    column = sa.Column("location_id", tables.Key, autoincrement=False, nullable=False, server_default="1")
    return [column] if by_location else []


def _create_levels(name: str, by_location: bool) -> None:
    op.create_table(
        name,
        sa.Column("variant_id", tables.Key, autoincrement=False, nullable=False),
        *_location(by_location),
        *(sa.Column(count, sa.BigInteger(), nullable=False) for count in _COUNTS),
        sa.Column("sells_out", sa.Boolean(), nullable=False),
        sa.CheckConstraint("available >= 0 OR sells_out = 0", name="ck_stock_available"),
        sa.CheckConstraint("reserved >= 0", name="ck_stock_reserved"),
        sa.CheckConstraint("sold >= 0", name="ck_stock_sold"),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"]),
        sa.PrimaryKeyConstraint("variant_id", *(["location_id"] if by_location else [])),
    )


def _create_movements(name: str, by_location: bool) -> None:
    unique = ["order_id", "variant_id", *(["location_id"] if by_location else []), "kind"]
    op.create_table(
        name,
        sa.Column("id", tables.Key, autoincrement=True, nullable=False),
        sa.Column("variant_id", tables.Key, nullable=False),
        *_location(by_location),
        sa.Column("kind", tables.code(16), nullable=False),
        *(sa.Column(count, sa.BigInteger(), nullable=False) for count in _COUNTS),
        sa.Column("order_id", tables.Key, nullable=True),
        sa.Column("refund_id", tables.Key, nullable=True),
        sa.Column("actor", tables.code(64), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("created_at", tables.Time(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(*unique, name="uq_stock_movements_order"),
    )


def downgrade() -> None:
    """Moves the tables back; the stock of all locations becomes that of one, and where it was is lost."""
    op.execute("DELETE FROM stock_movements WHERE kind = 'TRANSFER'")
    if has_column(op.get_bind(), "stock_levels", "location_id"):
        _merge("stock_levels", ("variant_id",), "location_id")
    _merge("stock_movements", ("order_id", "variant_id", "kind"), "id")
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(by_location=False)
    else:
        _forget_locations()
    op.drop_table("location_priorities")
    op.drop_table("locations")


def _forget_locations() -> None:
    if has_column(op.get_bind(), "stock_levels", "location_id"):
        op.execute("ALTER TABLE stock_levels DROP PRIMARY KEY, ADD PRIMARY KEY (variant_id), DROP COLUMN location_id")
    if has_column(op.get_bind(), "stock_movements", "location_id"):
        op.execute(
            "ALTER TABLE stock_movements DROP INDEX uq_stock_movements_order,"
            " ADD UNIQUE INDEX uq_stock_movements_order (order_id, variant_id, kind), DROP COLUMN location_id"
        )


def _merge(name: str, alike: tuple[str, ...], apart: str) -> None:
    """Merges rows with the same key: adds their counts up in the first one, and removes the others."""
    connection = op.get_bind()
    table = sa.table(name, *(sa.column(column) for column in (*alike, apart, *_COUNTS)))
    same = [table.c[column] for column in alike]
    sums = [sa.func.sum(table.c[count]).label(count) for count in _COUNTS]
    several = sa.select(*same, sa.func.min(table.c[apart]).label("first"), *sums).group_by(*same)
    several = several.having(sa.func.count() > 1).where(*(column.is_not(None) for column in same))
    for row in connection.execute(several).mappings().all():
        these = sa.and_(*(table.c[column] == row[column] for column in alike))
        connection.execute(sa.delete(table).where(these, table.c[apart] != row["first"]))
        connection.execute(sa.update(table).where(these).values({count: int(row[count]) for count in _COUNTS}))
