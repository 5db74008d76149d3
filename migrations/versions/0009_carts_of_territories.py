"""Carts keep the territory that they were made in, and end when nobody has changed them for long."""

import sqlalchemy as sa
from alembic import op

from datasources import tables

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moves the tables forward."""
    with op.batch_alter_table("carts") as table:
        table.add_column(sa.Column("territory", tables.code(8)))
        table.create_index("ix_carts_updated_at", ["updated_at"])


def downgrade() -> None:
    """Moves the tables back."""
    op.drop_index("ix_carts_updated_at", table_name="carts")
    op.drop_column("carts", "territory")
