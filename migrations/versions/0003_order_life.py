"""Keep refunds and parcels, and what put units back for sale."""

import sqlalchemy as sa
from alembic import op

from datasources import tables

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moves the tables forward; late payments that were or will be given back become refunds."""
    _create_refunds()
    _create_fulfillments()
    op.add_column("stock_movements", sa.Column("refund_id", tables.Key, nullable=True))
    op.add_column("order_events", sa.Column("note", sa.String(length=255), nullable=True))
    for status, state in (("EXCEPTION", "PENDING"), ("REFUNDED", "DONE")):
        _keep_refunds_of(status, state)


def _create_refunds() -> None:
    op.create_table(
        "refunds",
        sa.Column("id", tables.Key, autoincrement=True, nullable=False),
        sa.Column("order_id", tables.Key, nullable=False),
        sa.Column("key", tables.code(128), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", tables.code(3), nullable=False),
        sa.Column("state", tables.code(16), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("actor", tables.code(64), nullable=False),
        sa.Column("restock", sa.Boolean(), nullable=False),
        sa.Column("created_at", tables.Time(), nullable=False),
        sa.Column("updated_at", tables.Time(), nullable=False),
        sa.CheckConstraint("minor >= 0", name="ck_refunds_minor"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_refunds_order_id", "refunds", ["order_id"], unique=False)
    op.create_index("ix_refunds_state", "refunds", ["state", "updated_at"], unique=False)
    op.create_table(
        "refund_lines",
        sa.Column("refund_id", tables.Key, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("restock_type", tables.code(16), nullable=False),
        sa.Column("returned", sa.Boolean(), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name="ck_refund_lines_quantity"),
        sa.ForeignKeyConstraint(["refund_id"], ["refunds.id"]),
        sa.PrimaryKeyConstraint("refund_id", "position"),
    )


def _create_fulfillments() -> None:
    op.create_table(
        "fulfillments",
        sa.Column("id", tables.Key, autoincrement=True, nullable=False),
        sa.Column("order_id", tables.Key, nullable=False),
        sa.Column("tracking_company", sa.String(length=255), nullable=True),
        sa.Column("tracking_number", sa.String(length=255), nullable=True),
        sa.Column("tracking_url", sa.String(length=1024), nullable=True),
        sa.Column("actor", tables.code(64), nullable=False),
        sa.Column("created_at", tables.Time(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_fulfillments_order_id", "fulfillments", ["order_id"], unique=False)
    op.create_table(
        "fulfillment_lines",
        sa.Column("fulfillment_id", tables.Key, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name="ck_fulfillment_lines_quantity"),
        sa.ForeignKeyConstraint(["fulfillment_id"], ["fulfillments.id"]),
        sa.PrimaryKeyConstraint("fulfillment_id", "position"),
    )


def _keep_refunds_of(status: str, state: str) -> None:
    """So far a late payment was given back under a key made from the order's; the new refund has the same key."""
    orders = sa.table("orders", sa.column("id"), sa.column("status"))
    columns = ("order_id", "minor", "currency", "created_at", "updated_at")
    payments = sa.table("payments", *(sa.column(name) for name in columns))
    refunds = sa.table(
        "refunds", *(sa.column(name) for name in (*columns, "key", "state", "reason", "actor", "restock"))
    )
    kept = (
        sa.select(
            *(payments.c[name] for name in columns),
            sa.literal("refund-", sa.String) + sa.cast(payments.c.order_id, sa.String(64)),
            *(sa.literal(text) for text in (state, "paid after its end", "payment provider")),
            sa.false(),
        )
        .join_from(payments, orders, orders.c.id == payments.c.order_id)
        .where(orders.c.status == status)
    )
    op.execute(sa.insert(refunds).from_select([*columns, "key", "state", "reason", "actor", "restock"], kept))


def downgrade() -> None:
    """Moves the tables back; data that only the newer form can hold is lost."""
    op.drop_column("order_events", "note")
    op.drop_column("stock_movements", "refund_id")
    op.drop_table("fulfillment_lines")
    op.drop_table("fulfillments")
    op.drop_table("refund_lines")
    op.drop_table("refunds")
