"""Payments that need the buyer, and several charges of one order, one after the other."""

import sqlalchemy as sa
from alembic import op

from datasources import tables

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moves the tables forward: the charges so far are the first ones of their orders."""
    op.add_column("payments", sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("payments", sa.Column("action", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("payments", sa.Column("attempt", tables.code(64), nullable=True))
    op.add_column("payments", sa.Column("fingerprint", tables.code(64), nullable=True))
    op.create_table(
        "replaced_charges",
        sa.Column("charge_key", tables.code(64), nullable=False),
        sa.Column("order_id", tables.Key, nullable=False),
        sa.Column("provider", tables.code(32), nullable=False),
        sa.Column("reference", tables.code(128), nullable=True),
        sa.Column("attempt", tables.code(64), nullable=True),
        sa.Column("state", tables.code(16), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", tables.code(3), nullable=False),
        sa.Column("created_at", tables.Time(), nullable=False),
        sa.Column("updated_at", tables.Time(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
        sa.PrimaryKeyConstraint("charge_key"),
    )
    op.create_index("ix_replaced_charges_order_id", "replaced_charges", ["order_id"])
    op.create_index("ix_replaced_charges_state", "replaced_charges", ["state"])


def downgrade() -> None:
    """Moves the tables back."""
    op.drop_table("replaced_charges")
    for column in ("fingerprint", "attempt", "action", "number"):
        op.drop_column("payments", column)
