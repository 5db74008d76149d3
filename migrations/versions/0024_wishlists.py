"""Wishlists."""

import sqlalchemy as sa
from alembic import op

from datasources import tables

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moves the tables forward."""
    op.create_table(
        "wishlists",
        sa.Column("id", tables.code(32), nullable=False),
        sa.Column("customer_id", tables.Key),
        sa.Column("name", tables.text(255), nullable=False),
        sa.Column("share_token", tables.code(32)),
        sa.Column("created_at", tables.Time(), nullable=False),
        sa.Column("updated_at", tables.Time(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("share_token"),
    )
    op.create_index("ix_wishlists_owner", "wishlists", ["customer_id", "updated_at"])
    op.create_table(
        "wishlist_items",
        sa.Column("id", tables.Key, nullable=False, autoincrement=True),
        sa.Column("wishlist_id", tables.code(32), nullable=False),
        sa.Column("product_id", tables.Key, nullable=False),
        sa.Column("variant_id", tables.Key),
        sa.Column("variant_key", tables.Key, nullable=False),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("note_is_private", sa.Boolean, nullable=False),
        sa.Column("notify", sa.Boolean, nullable=False),
        sa.Column("created_at", tables.Time(), nullable=False),
        sa.CheckConstraint("quantity > 0", name="ck_wishlist_items_quantity"),
        sa.ForeignKeyConstraint(["wishlist_id"], ["wishlists.id"]),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"]),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("wishlist_id", "product_id", "variant_key", name="uq_wishlist_items"),
    )
    op.create_index("ix_wishlist_items_product", "wishlist_items", ["product_id", "wishlist_id"])
    op.create_index("ix_wishlist_items_notify", "wishlist_items", ["product_id", "notify"])


def downgrade() -> None:
    """Moves the tables back."""
    op.drop_table("wishlist_items")
    op.drop_table("wishlists")
