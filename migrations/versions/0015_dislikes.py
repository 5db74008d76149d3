"""Keep what shoppers have hidden."""

import sqlalchemy as sa
from alembic import op

from datasources import tables

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moves the tables forward. A worker fills the table with what Redis alone has known so far."""
    op.create_table(
        "dislikes",
        sa.Column("customer_id", tables.Key, autoincrement=False, nullable=False),
        sa.Column("kind", tables.code(16), nullable=False),
        sa.Column("target", tables.code(255), nullable=False),
        sa.Column("hidden_at", tables.Time(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"]),
        sa.PrimaryKeyConstraint("customer_id", "kind", "target"),
    )


def downgrade() -> None:
    """Moves the tables back; Redis keeps its copies."""
    op.drop_table("dislikes")
