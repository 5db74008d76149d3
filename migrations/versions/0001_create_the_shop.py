"""Create the shop."""

import sqlalchemy as sa
from alembic import op

from datasources import tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moves the tables forward."""
    op.create_table(
        "attempts",
        sa.Column("buyer", tables.code(64), nullable=False),
        sa.Column("token", tables.code(255), nullable=False),
        sa.Column("fingerprint", tables.code(64), nullable=False),
        sa.Column("order_id", tables.Key, nullable=False),
        sa.Column("created_at", tables.Time(), nullable=False),
        sa.PrimaryKeyConstraint("buyer", "token"),
    )
    op.create_table(
        "collections",
        sa.Column("id", tables.Key, autoincrement=True, nullable=False),
        sa.Column("handle", tables.code(255), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("created_at", tables.Time(), nullable=False),
        sa.Column("updated_at", tables.Time(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("handle"),
    )
    op.create_index("ix_collections_title", "collections", ["title", "id"], unique=False)

    op.create_table(
        "customers",
        sa.Column("id", tables.Key, autoincrement=True, nullable=False),
        sa.Column("email", tables.code(255), nullable=False),
        sa.Column("password_hash", tables.code(255), nullable=True),
        sa.Column("first_name", sa.String(length=255), nullable=True),
        sa.Column("last_name", sa.String(length=255), nullable=True),
        sa.Column("phone", tables.code(32), nullable=True),
        sa.Column("accepts_marketing", sa.Boolean(), nullable=False),
        sa.Column("token_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", tables.Time(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", tables.Key, autoincrement=True, nullable=False),
        sa.Column("kind", tables.code(64), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", tables.Time(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "products",
        sa.Column("id", tables.Key, autoincrement=True, nullable=False),
        sa.Column("handle", tables.code(255), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("vendor", sa.String(length=255), nullable=False),
        sa.Column("product_type", sa.String(length=255), nullable=False),
        sa.Column("status", tables.code(16), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("min_minor", sa.BigInteger(), nullable=False),
        sa.Column("units_sold", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fingerprint", tables.code(64), nullable=False),
        sa.Column("published_at", tables.Time(), nullable=False),
        sa.Column("created_at", tables.Time(), nullable=False),
        sa.Column("updated_at", tables.Time(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("handle"),
    )
    op.create_index("ix_products_created", "products", ["created_at", "id"], unique=False)
    op.create_index("ix_products_price", "products", ["min_minor", "id"], unique=False)
    op.create_index("ix_products_sold", "products", ["units_sold", "id"], unique=False)
    op.create_index("ix_products_title", "products", ["title", "id"], unique=False)
    op.create_index("ix_products_type", "products", ["product_type", "id"], unique=False)
    op.create_index("ix_products_updated", "products", ["updated_at", "id"], unique=False)
    op.create_index("ix_products_vendor", "products", ["vendor", "id"], unique=False)

    op.create_table(
        "stock_movements",
        sa.Column("id", tables.Key, autoincrement=True, nullable=False),
        sa.Column("variant_id", tables.Key, nullable=False),
        sa.Column("kind", tables.code(16), nullable=False),
        sa.Column("available", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("sold", sa.BigInteger(), nullable=False),
        sa.Column("order_id", tables.Key, nullable=True),
        sa.Column("actor", tables.code(64), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("created_at", tables.Time(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("order_id", "variant_id", "kind", name="uq_stock_movements_order"),
    )
    op.create_index("ix_stock_movements_variant", "stock_movements", ["variant_id", "id"], unique=False)

    op.create_table(
        "carts",
        sa.Column("id", tables.code(32), nullable=False),
        sa.Column("customer_id", tables.Key, nullable=True),
        sa.Column("email", sa.String(length=255), nullable=True),
        sa.Column("phone", tables.code(32), nullable=True),
        sa.Column("country", tables.code(2), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("discount_codes", sa.JSON(), nullable=False),
        sa.Column("order_id", tables.Key, nullable=True),
        sa.Column("created_at", tables.Time(), nullable=False),
        sa.Column("updated_at", tables.Time(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_carts_customer_id", "carts", ["customer_id"], unique=False)

    op.create_table(
        "collection_products",
        sa.Column("collection_id", tables.Key, autoincrement=False, nullable=False),
        sa.Column("product_id", tables.Key, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
        ),
        sa.PrimaryKeyConstraint("collection_id", "product_id"),
    )
    op.create_index(
        "ix_collection_products_order", "collection_products", ["collection_id", "position", "product_id"], unique=False
    )
    op.create_index("ix_collection_products_product", "collection_products", ["product_id"], unique=False)

    op.create_table(
        "orders",
        sa.Column("id", tables.Key, autoincrement=False, nullable=False),
        sa.Column("name", tables.code(64), nullable=False),
        sa.Column("token", tables.code(32), nullable=False),
        sa.Column("source", tables.code(16), nullable=False),
        sa.Column("cart_id", tables.code(32), nullable=True),
        sa.Column("customer_id", tables.Key, nullable=True),
        sa.Column("email", sa.String(length=255), nullable=True),
        sa.Column("country", tables.code(2), nullable=True),
        sa.Column("territory", tables.code(8), nullable=True),
        sa.Column("status", tables.code(16), nullable=False),
        sa.Column("currency", tables.code(3), nullable=False),
        sa.Column("subtotal_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("hold_expires_at", tables.Time(), nullable=True),
        sa.Column("created_at", tables.Time(), nullable=False),
        sa.Column("updated_at", tables.Time(), nullable=False),
        sa.Column("cancelled_at", tables.Time(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_index("ix_orders_customer", "orders", ["customer_id", "created_at", "id"], unique=False)
    op.create_index("ix_orders_status", "orders", ["status", "hold_expires_at"], unique=False)

    op.create_table(
        "staff_permissions",
        sa.Column("customer_id", tables.Key, autoincrement=False, nullable=False),
        sa.Column("permission", tables.code(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
        ),
        sa.PrimaryKeyConstraint("customer_id", "permission"),
    )
    op.create_table(
        "variants",
        sa.Column("id", tables.Key, autoincrement=True, nullable=False),
        sa.Column("product_id", tables.Key, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku", tables.code(255), nullable=True),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("option_key", tables.code(512), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("sells_out", sa.Boolean(), nullable=False),
        sa.Column("grams", sa.Integer(), nullable=False),
        sa.Column("taxable", sa.Boolean(), nullable=False),
        sa.Column("requires_shipping", sa.Boolean(), nullable=False),
        sa.Column("barcode", tables.code(255), nullable=True),
        sa.Column("image_url", sa.String(length=1024), nullable=True),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("product_id", "option_key", name="uq_variants_options"),
    )
    op.create_index("ix_variants_sku", "variants", ["sku"], unique=False)

    op.create_table(
        "cart_lines",
        sa.Column("id", tables.Key, autoincrement=True, nullable=False),
        sa.Column("cart_id", tables.code(32), nullable=False),
        sa.Column("variant_id", tables.Key, nullable=False),
        sa.Column("attribute_key", tables.code(32), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name="ck_cart_lines_quantity"),
        sa.ForeignKeyConstraint(
            ["cart_id"],
            ["carts.id"],
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["variants.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("cart_id", "variant_id", "attribute_key", name="uq_cart_lines"),
    )
    op.create_table(
        "order_events",
        sa.Column("id", tables.Key, autoincrement=True, nullable=False),
        sa.Column("order_id", tables.Key, nullable=False),
        sa.Column("status", tables.code(16), nullable=False),
        sa.Column("actor", tables.code(64), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("created_at", tables.Time(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_order_events_order_id", "order_events", ["order_id"], unique=False)

    op.create_table(
        "order_lines",
        sa.Column("order_id", tables.Key, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("variant_id", tables.Key, nullable=True),
        sa.Column("sku", tables.code(255), nullable=True),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("variant_title", sa.String(length=255), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
        ),
        sa.PrimaryKeyConstraint("order_id", "position"),
    )
    op.create_index("ix_order_lines_variant_id", "order_lines", ["variant_id"], unique=False)

    op.create_table(
        "payments",
        sa.Column("order_id", tables.Key, autoincrement=False, nullable=False),
        sa.Column("provider", tables.code(32), nullable=False),
        sa.Column("charge_key", tables.code(64), nullable=False),
        sa.Column("reference", tables.code(128), nullable=True),
        sa.Column("state", tables.code(16), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=True),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", tables.code(3), nullable=False),
        sa.Column("created_at", tables.Time(), nullable=False),
        sa.Column("updated_at", tables.Time(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
        ),
        sa.PrimaryKeyConstraint("order_id"),
        sa.UniqueConstraint("charge_key"),
    )
    op.create_table(
        "prices",
        sa.Column("variant_id", tables.Key, autoincrement=False, nullable=False),
        sa.Column("territory", tables.code(8), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("compare_at_minor", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("minor >= 0", name="ck_prices_minor"),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["variants.id"],
        ),
        sa.PrimaryKeyConstraint("variant_id", "territory"),
    )
    op.create_table(
        "stock_levels",
        sa.Column("variant_id", tables.Key, autoincrement=False, nullable=False),
        sa.Column("available", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("sold", sa.BigInteger(), nullable=False),
        sa.Column("sells_out", sa.Boolean(), nullable=False),
        sa.CheckConstraint("available >= 0 OR sells_out = 0", name="ck_stock_available"),
        sa.CheckConstraint("reserved >= 0", name="ck_stock_reserved"),
        sa.CheckConstraint("sold >= 0", name="ck_stock_sold"),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["variants.id"],
        ),
        sa.PrimaryKeyConstraint("variant_id"),
    )


def downgrade() -> None:
    """Moves the tables back; data that only the newer form can hold is lost."""
    op.drop_table("stock_levels")
    op.drop_table("prices")
    op.drop_table("payments")

    op.drop_table("order_lines")

    op.drop_table("order_events")
    op.drop_table("cart_lines")

    op.drop_table("variants")
    op.drop_table("staff_permissions")

    op.drop_table("orders")

    op.drop_table("collection_products")

    op.drop_table("carts")

    op.drop_table("stock_movements")

    op.drop_table("products")
    op.drop_table("outbox")
    op.drop_table("customers")

    op.drop_table("collections")
    op.drop_table("attempts")
