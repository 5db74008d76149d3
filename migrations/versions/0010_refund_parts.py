"""Keep what a refund pays back of delivery and beside its lines, and of how many units of a line."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moves the tables forward: so far a refund was of lines or of an amount."""
    with op.batch_alter_table("refunds") as table:
        table.add_column(sa.Column("shipping_minor", sa.BigInteger(), nullable=False, server_default="0"))
        table.add_column(sa.Column("extra_minor", sa.BigInteger(), nullable=False, server_default="0"))
    with op.batch_alter_table("refund_lines") as table:
        table.add_column(sa.Column("priced_units", sa.BigInteger()))
    op.execute(
        "UPDATE refunds SET extra_minor = minor - "
        "(SELECT COALESCE(SUM(refund_lines.minor), 0) FROM refund_lines WHERE refund_lines.refund_id = refunds.id)"
    )


def downgrade() -> None:
    """Moves the tables back."""
    op.drop_column("refund_lines", "priced_units")
    op.drop_column("refunds", "extra_minor")
    op.drop_column("refunds", "shipping_minor")
