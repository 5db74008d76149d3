"""Orders keep the phone number of their buyer."""

import sqlalchemy as sa
from alembic import op

from datasources import tables

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moves the tables forward."""
    with op.batch_alter_table("orders") as table:
        table.add_column(sa.Column("phone", tables.code(32)))


def downgrade() -> None:
    """Moves the tables back."""
    op.drop_column("orders", "phone")
