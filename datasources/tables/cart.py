"""Carts and their lines."""

import sqlalchemy as sa

from datasources.kit.distribution import BY_BUYER
from datasources.tables.columns import Key, code, created_column, key_column, metadata, text, updated_column

carts = sa.Table(
    "carts",
    metadata,
    sa.Column("id", code(32), primary_key=True),
    sa.Column("customer_id", Key, sa.ForeignKey("customers.id"), index=True),
    sa.Column("email", text(255)),
    sa.Column("phone", code(32)),
    sa.Column("country", code(2)),
    # Where it was made: its prices while neither an address nor the buyer names a country. Empty in older carts.
    sa.Column("territory", code(8)),
    sa.Column("note", sa.Text, nullable=False),
    # [["gift wrap", "yes"]]
    sa.Column("attributes", sa.JSON, nullable=False),
    sa.Column("discount_codes", sa.JSON, nullable=False),
    # Where the goods may go: `domain.territories.delivery.CartAddress`, each with its fields.
    sa.Column("addresses", sa.JSON(none_as_null=True)),
    sa.Column("delivery_handle", code(64)),
    # `domain.kit.metafields.AttachedMetafield`, each with its fields; `domain.cart.CartPreferences`.
    sa.Column("metafields", sa.JSON(none_as_null=True)),
    sa.Column("preferences", sa.JSON(none_as_null=True)),
    # The last total that the shop showed the buyer; a submit charges no other. Empty in carts of older versions.
    sa.Column("quoted_minor", sa.BigInteger),
    sa.Column("quoted_currency", code(3)),
    # The one order that this cart became; empty again when its payment failed.
    sa.Column("order_id", Key),
    created_column(),
    updated_column(),
    # The oldest ones end.
    sa.Index("ix_carts_updated_at", "updated_at"),
    info=BY_BUYER,
)

cart_lines = sa.Table(
    "cart_lines",
    metadata,
    key_column(),
    sa.Column("cart_id", code(32), sa.ForeignKey("carts.id"), nullable=False),
    sa.Column("variant_id", Key, sa.ForeignKey("variants.id"), nullable=False),
    # Digest of the attributes. It keeps lines of one variant with different attributes apart.
    sa.Column("attribute_key", code(32), nullable=False),
    sa.Column("attributes", sa.JSON, nullable=False),
    sa.Column("quantity", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("cart_id", "variant_id", "attribute_key", name="uq_cart_lines"),
    sa.CheckConstraint("quantity > 0", name="ck_cart_lines_quantity"),
    info=BY_BUYER,
)
