"""Keep metafields, and in which territories products are not for sale."""

import sqlalchemy as sa
from alembic import op

from datasources import tables

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moves the tables forward."""
    op.create_table(
        "product_exclusions",
        sa.Column("product_id", tables.Key, autoincrement=False, nullable=False),
        sa.Column("territory", tables.code(8), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"]),
        sa.PrimaryKeyConstraint("product_id", "territory"),
    )
    op.create_table(
        "metafields",
        sa.Column("id", tables.Key, autoincrement=True, nullable=False),
        sa.Column("owner", tables.code(16), nullable=False),
        sa.Column("owner_id", tables.Key, nullable=False),
        sa.Column("namespace", tables.code(255), nullable=False),
        sa.Column("key", tables.code(255), nullable=False),
        sa.Column("type", tables.code(64), nullable=False),
        sa.Column("value", tables.long_text(), nullable=False),
        sa.Column("created_at", tables.Time(), nullable=False),
        sa.Column("updated_at", tables.Time(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("owner", "owner_id", "namespace", "key", name="uq_metafields_owner"),
    )


def downgrade() -> None:
    """Moves the tables back; metafields are lost, and products are for sale everywhere."""
    op.drop_table("metafields")
    op.drop_table("product_exclusions")
