"""Money that is reserved at the buyer's bank until the first parcel."""

import sqlalchemy as sa
from alembic import op

from datasources import tables

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moves the tables forward."""
    op.create_table(
        "authorizations",
        sa.Column("order_id", tables.Key, nullable=False, autoincrement=False),
        sa.Column("state", tables.code(16), nullable=False),
        sa.Column("created_at", tables.Time(), nullable=False),
        sa.Column("updated_at", tables.Time(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
        sa.PrimaryKeyConstraint("order_id"),
    )
    op.create_index("ix_authorizations_state", "authorizations", ["state", "updated_at"])


def downgrade() -> None:
    """Moves the tables back."""
    op.drop_table("authorizations")
