"""Products, their variants and prices, and collections."""

import sqlalchemy as sa

from datasources.kit.distribution import REFERENCE
from datasources.tables.columns import (
    Key,
    Time,
    code,
    created_column,
    key_column,
    long_text,
    metadata,
    text,
    updated_column,
)

products = sa.Table(
    "products",
    metadata,
    key_column(),
    sa.Column("handle", code(255), nullable=False, unique=True),
    sa.Column("title", text(255), nullable=False),
    sa.Column("vendor", text(255), nullable=False),
    sa.Column("product_type", text(255), nullable=False),
    # By these keys lists are in the order of the Unicode collation, on every database: `domain.kit.folding`.
    sa.Column("title_key", code(255), nullable=False, server_default=""),
    sa.Column("vendor_key", code(255), nullable=False, server_default=""),
    sa.Column("type_key", code(255), nullable=False, server_default=""),
    sa.Column("status", code(16), nullable=False),
    # The status before publication: what is not published, and a gift card, has the status DRAFT. Empty: the same.
    sa.Column("own_status", code(16)),
    sa.Column("is_published", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("is_gift_card", sa.Boolean, nullable=False, server_default=sa.false()),
    # [{"name": "Size", "values": ["S", "M"]}]
    sa.Column("options", sa.JSON, nullable=False),
    # Lowest price of its variants in the default territory.
    sa.Column("min_minor", sa.BigInteger, nullable=False),
    sa.Column("units_sold", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("fingerprint", code(64), nullable=False),
    sa.Column("published_at", Time, nullable=False),
    created_column(),
    updated_column(),
    sa.Index("ix_products_title_key", "title_key", "id"),
    sa.Index("ix_products_vendor_key", "vendor_key", "id"),
    sa.Index("ix_products_type_key", "type_key", "id"),
    sa.Index("ix_products_sold", "units_sold", "id"),
    sa.Index("ix_products_created", "created_at", "id"),
    sa.Index("ix_products_updated", "updated_at", "id"),
    info=REFERENCE,
)

variants = sa.Table(
    "variants",
    metadata,
    key_column(),
    sa.Column("product_id", Key, sa.ForeignKey("products.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("sku", code(255), index=True),
    sa.Column("title", text(255), nullable=False),
    # Option values joined by the unit separator, by which the next import recognizes the variant.
    sa.Column("option_key", code(512), nullable=False),
    # [["Size", "M"], ["Colour", "Red"]]
    sa.Column("options", sa.JSON, nullable=False),
    sa.Column("sells_out", sa.Boolean, nullable=False),
    # Whether its units count; what is tracked and does not sell out goes below zero.
    sa.Column("tracked", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("tracking_ended_at", Time),
    sa.Column("grams", sa.Integer, nullable=False),
    sa.Column("taxable", sa.Boolean, nullable=False),
    sa.Column("requires_shipping", sa.Boolean, nullable=False),
    sa.Column("barcode", code(255)),
    sa.Column("image_url", text(1024)),
    # Units that one order may have, and one customer in all orders; empty where there is no limit.
    sa.Column("max_per_order", sa.BigInteger),
    sa.Column("max_per_customer", sa.BigInteger),
    # The highest value that the customer limit has ever had; one customer has never bought more.
    sa.Column("highest_per_customer", sa.BigInteger),
    sa.UniqueConstraint("product_id", "option_key", name="uq_variants_options"),
    info=REFERENCE,
)

prices = sa.Table(
    "prices",
    metadata,
    sa.Column("variant_id", Key, sa.ForeignKey("variants.id"), primary_key=True, autoincrement=False),
    sa.Column("territory", code(8), primary_key=True),
    sa.Column("minor", sa.BigInteger, nullable=False),
    sa.Column("compare_at_minor", sa.BigInteger),
    sa.CheckConstraint("minor >= 0", name="ck_prices_minor"),
    info=REFERENCE,
)

# What a product costs at least, outside flash sales, as shoppers of a territory see it.
product_prices = sa.Table(
    "product_prices",
    metadata,
    sa.Column("product_id", Key, sa.ForeignKey("products.id"), primary_key=True, autoincrement=False),
    sa.Column("territory", code(8), primary_key=True),
    # Zero where no variant has a price.
    sa.Column("minor", sa.BigInteger, nullable=False),
    # The currencies and the rate that it was computed with, and `products.updated_at` at that time.
    sa.Column("basis", code(64), nullable=False),
    sa.Column("as_of", Time, nullable=False),
    sa.Index("ix_product_prices_order", "territory", "minor", "product_id"),
    info=REFERENCE,
)

# Where a product is not for sale, although shoppers elsewhere see it.
product_exclusions = sa.Table(
    "product_exclusions",
    metadata,
    sa.Column("product_id", Key, sa.ForeignKey("products.id"), primary_key=True, autoincrement=False),
    sa.Column("territory", code(8), primary_key=True),
    info=REFERENCE,
)

metafields = sa.Table(
    "metafields",
    metadata,
    key_column(),
    # A product or a variant, later more: no foreign key.
    sa.Column("owner", code(16), nullable=False),
    sa.Column("owner_id", Key, nullable=False),
    sa.Column("namespace", code(255), nullable=False),
    sa.Column("key", code(255), nullable=False),
    sa.Column("type", code(64), nullable=False),
    sa.Column("value", long_text(), nullable=False),
    created_column(),
    updated_column(),
    sa.UniqueConstraint("owner", "owner_id", "namespace", "key", name="uq_metafields_owner"),
    info=REFERENCE,
)

collections = sa.Table(
    "collections",
    metadata,
    key_column(),
    sa.Column("handle", code(255), nullable=False, unique=True),
    sa.Column("title", text(255), nullable=False),
    sa.Column("title_key", code(255), nullable=False, server_default=""),
    created_column(),
    updated_column(),
    sa.Index("ix_collections_title_key", "title_key", "id"),
    info=REFERENCE,
)

collection_products = sa.Table(
    "collection_products",
    metadata,
    sa.Column("collection_id", Key, sa.ForeignKey("collections.id"), primary_key=True, autoincrement=False),
    sa.Column("product_id", Key, sa.ForeignKey("products.id"), primary_key=True, autoincrement=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Index("ix_collection_products_product", "product_id"),
    sa.Index("ix_collection_products_order", "collection_id", "position", "product_id"),
    info=REFERENCE,
)
