"""Keep whose price was given back, where a share of it may be nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moves the tables forward: so far units were known by the money that was given back for them."""
    with op.batch_alter_table("refund_lines") as table:
        table.add_column(sa.Column("priced", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE refund_lines SET priced = (minor > 0)")


def downgrade() -> None:
    """Moves the tables back."""
    with op.batch_alter_table("refund_lines") as table:
        table.drop_column("priced")
