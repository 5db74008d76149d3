"""Carts keep the territory that they were made in."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moves the tables forward."""
    with op.batch_alter_table("carts") as table:
        table.add_column(sa.Column("territory", sa.String(8)))


def downgrade() -> None:
    """Moves the tables back."""
    with op.batch_alter_table("carts") as table:
        table.drop_column("territory")
