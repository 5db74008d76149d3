"""Wishlists and their items."""

import sqlalchemy as sa

from datasources.kit.distribution import BY_BUYER
from datasources.tables.columns import Key, code, created_column, key_column, metadata, text, updated_column

wishlists = sa.Table(
    "wishlists",
    metadata,
    sa.Column("id", code(32), primary_key=True),
    # Empty for lists of guests.
    sa.Column("customer_id", Key, sa.ForeignKey("customers.id")),
    sa.Column("name", text(255), nullable=False),
    sa.Column("share_token", code(32), unique=True),
    created_column(),
    updated_column(),
    # The lists of an account; the oldest lists of guests end.
    sa.Index("ix_wishlists_owner", "customer_id", "updated_at"),
    info=BY_BUYER,
)

wishlist_items = sa.Table(
    "wishlist_items",
    metadata,
    key_column(),
    sa.Column("wishlist_id", code(32), sa.ForeignKey("wishlists.id"), nullable=False),
    sa.Column("product_id", Key, sa.ForeignKey("products.id"), nullable=False),
    sa.Column("variant_id", Key, sa.ForeignKey("variants.id")),
    # The variant, or 0 for none: a unique key does not compare what is empty.
    sa.Column("variant_key", Key, nullable=False),
    sa.Column("quantity", sa.BigInteger, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("note_is_private", sa.Boolean, nullable=False),
    # Whether the owner wants to hear of better prices and new stock.
    sa.Column("notify", sa.Boolean, nullable=False),
    created_column(),
    sa.UniqueConstraint("wishlist_id", "product_id", "variant_key", name="uq_wishlist_items"),
    sa.CheckConstraint("quantity > 0", name="ck_wishlist_items_quantity"),
    # How many lists have a product.
    sa.Index("ix_wishlist_items_product", "product_id", "wishlist_id"),
    # Who wants to hear of a product.
    sa.Index("ix_wishlist_items_notify", "product_id", "notify"),
    info=BY_BUYER,
)
