"""Keep flash sales and the units that they set apart."""

import sqlalchemy as sa
from alembic import op

from datasources import tables

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moves the tables forward."""
    op.create_table(
        "flash_sales",
        sa.Column("id", tables.Key, autoincrement=True, nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("starts_at", tables.Time(), nullable=False),
        sa.Column("ends_at", tables.Time(), nullable=False),
        sa.Column("cancelled_at", tables.Time(), nullable=True),
        sa.Column("location_id", tables.Key, nullable=False),
        sa.Column("start_told_at", tables.Time(), nullable=True),
        sa.Column("end_told_at", tables.Time(), nullable=True),
        sa.Column("created_at", tables.Time(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name="ck_flash_sales_window"),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("location_id"),
    )
    op.create_index("ix_flash_sales_open", "flash_sales", ["end_told_at", "starts_at"], unique=False)
    op.create_index("ix_flash_sales_start", "flash_sales", ["starts_at", "id"], unique=False)
    op.create_table(
        "flash_sale_items",
        sa.Column("sale_id", tables.Key, autoincrement=False, nullable=False),
        sa.Column("variant_id", tables.Key, autoincrement=False, nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("per_customer", sa.Integer(), nullable=True),
        sa.Column("source_id", tables.Key, nullable=False),
        sa.CheckConstraint("minor >= 0", name="ck_flash_sale_items_minor"),
        sa.CheckConstraint("units > 0", name="ck_flash_sale_items_units"),
        sa.ForeignKeyConstraint(["sale_id"], ["flash_sales.id"]),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"]),
        sa.PrimaryKeyConstraint("sale_id", "variant_id"),
    )
    op.create_index("ix_flash_sale_items_variant", "flash_sale_items", ["variant_id"], unique=False)


def downgrade() -> None:
    """Moves the tables back; the units of sales stay at locations that nothing sells from."""
    op.drop_table("flash_sale_items")
    op.drop_table("flash_sales")
