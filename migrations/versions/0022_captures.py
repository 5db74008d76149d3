"""Parcels take their part of reserved money."""

import sqlalchemy as sa
from alembic import op

from datasources import tables

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moves the tables forward. A capture of the whole that waits for its answer becomes one with a row of its own."""
    op.create_table(
        "captures",
        sa.Column("id", tables.Key, autoincrement=True, nullable=False),
        sa.Column("order_id", tables.Key, nullable=False),
        sa.Column("key", tables.code(64), nullable=False),
        sa.Column("minor", sa.BigInteger, nullable=False),
        sa.Column("final", sa.Boolean, nullable=False),
        sa.Column("state", tables.code(16), nullable=False),
        sa.Column("created_at", tables.Time(), nullable=False),
        sa.Column("updated_at", tables.Time(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sa.CheckConstraint("minor >= 0", name="ck_captures_minor"),
    )
    op.create_index("ix_captures_order_id", "captures", ["order_id"])
    op.add_column("payments", sa.Column("captured_minor", sa.BigInteger))
    op.add_column("payments", sa.Column("ending_until", tables.Time()))
    op.add_column("refund_lines", sa.Column("released", sa.Boolean, nullable=False, server_default=sa.false()))
    # Until now the first parcel took everything, under this key.
    held = sa.table("authorizations", *(sa.column(name) for name in ("order_id", "state", "updated_at")))
    paid = sa.table("payments", *(sa.column(name) for name in ("order_id", "minor")))
    names = ["order_id", "key", "minor", "final", "state", "created_at", "updated_at"]
    made = sa.table("captures", *(sa.column(name) for name in names))
    key = sa.literal("capture-").concat(sa.cast(held.c.order_id, sa.String(24)))
    waiting = (
        sa.select(
            held.c.order_id, key, paid.c.minor, sa.true(), sa.literal("WANTED"), held.c.updated_at, held.c.updated_at
        )
        .join_from(held, paid, paid.c.order_id == held.c.order_id)
        .where(held.c.state == "CAPTURING")
    )
    op.execute(sa.insert(made).from_select(names, waiting))


def downgrade() -> None:
    """Moves the tables back."""
    op.drop_column("refund_lines", "released")
    op.drop_column("payments", "ending_until")
    op.drop_column("payments", "captured_minor")
    op.drop_table("captures")
