"""Lists of all orders follow the time at which they were placed."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moves the tables forward."""
    op.create_index("ix_orders_created", "orders", ["created_at", "id"])


def downgrade() -> None:
    """Moves the tables back."""
    op.drop_index("ix_orders_created", "orders")
