"""Keep when shoppers may see a planned flash sale. Sales that were planned before have been public since then."""

import sqlalchemy as sa
from alembic import op

from datasources import tables

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moves the tables forward."""
    with op.batch_alter_table("flash_sales") as table:
        table.add_column(sa.Column("announced_at", tables.Time(), nullable=True))
        table.add_column(sa.Column("announcement_told_at", tables.Time(), nullable=True))
    op.execute(
        "UPDATE flash_sales SET announced_at = created_at, announcement_told_at = created_at WHERE announced_at IS NULL"
    )


def downgrade() -> None:
    """Moves the tables back: all planned sales are public."""
    op.drop_column("flash_sales", "announcement_told_at")
    op.drop_column("flash_sales", "announced_at")
