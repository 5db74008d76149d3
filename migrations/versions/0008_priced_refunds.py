"""Keep which units had their price refunded, because a share of a price may be zero."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moves the tables forward: so far the refunded money showed which units these were."""
    with op.batch_alter_table("refund_lines") as table:
        table.add_column(sa.Column("priced", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE refund_lines SET priced = (minor > 0)")


def downgrade() -> None:
    """Moves the tables back."""
    op.drop_column("refund_lines", "priced")
