"""Mails to shoppers."""

import sqlalchemy as sa
from alembic import op

from datasources import tables

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moves the tables forward."""
    op.create_table(
        "mails",
        sa.Column("id", tables.Key, nullable=False, autoincrement=True),
        sa.Column("cause", tables.code(96), nullable=False),
        sa.Column("kind", tables.code(32), nullable=False),
        sa.Column("order_id", tables.Key, nullable=False),
        sa.Column("part_id", tables.Key),
        sa.Column("recipient", tables.code(64)),
        sa.Column("state", tables.code(16), nullable=False),
        sa.Column("due_at", tables.Time(), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("last_error", sa.String(255)),
        sa.Column("created_at", tables.Time(), nullable=False),
        sa.Column("queued_at", tables.Time(), nullable=False),
        sa.Column("finished_at", tables.Time()),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("cause"),
    )
    op.create_index("ix_mails_due", "mails", ["state", "due_at"])
    op.create_index("ix_mails_order", "mails", ["order_id"])
    op.create_index("ix_mails_recipient", "mails", ["recipient", "kind", "finished_at"])


def downgrade() -> None:
    """Moves the tables back."""
    op.drop_table("mails")
