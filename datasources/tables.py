"""Every relational table on one page: the same on SQLite, MariaDB and MySQL. Migrations create exactly these."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.engine.interfaces import Dialect

from datasources.kit.distribution import BY_BUYER, BY_VARIANT, REFERENCE

metadata = sa.MetaData()

# Autoincrement needs INTEGER on SQLite; keys are 64 bits everywhere.
Key = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
# Compared byte by byte: handles, tokens and codes must not match in another case or accent.
_BINARY = "utf8mb4_bin"


def text(length: int) -> sa.String:
    """Text for people: compared by the database's own rules."""
    return sa.String(length)


def code(length: int) -> sa.types.TypeEngine[str]:
    """Text for machines: compared byte by byte on every database."""
    return sa.String(length).with_variant(mysql.VARCHAR(length, collation=_BINARY), "mysql", "mariadb")


class Time(sa.types.TypeDecorator[datetime]):
    """UTC in, UTC out, to the microsecond; databases keep no time zone."""

    impl = sa.DateTime
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What it becomes in Python; a decorator does not say so by itself."""
        return datetime

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[datetime]:
        """DATETIME drops fractions on MySQL unless asked to keep them."""
        if dialect.name in ("mysql", "mariadb"):
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(sa.DateTime())

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Times without a zone are a mistake of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time needs a zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """What was kept is UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


def _key() -> sa.Column[int]:
    return sa.Column("id", Key, primary_key=True, autoincrement=True)


def _created() -> sa.Column[datetime]:
    return sa.Column("created_at", Time, nullable=False)


def _updated() -> sa.Column[datetime]:
    return sa.Column("updated_at", Time, nullable=False)


products = sa.Table(
    "products",
    metadata,
    _key(),
    sa.Column("handle", code(255), nullable=False, unique=True),
    sa.Column("title", text(255), nullable=False),
    sa.Column("vendor", text(255), nullable=False),
    sa.Column("product_type", text(255), nullable=False),
    sa.Column("status", code(16), nullable=False),
    # [{"name": "Size", "values": ["S", "M"]}]
    sa.Column("options", sa.JSON, nullable=False),
    # Lowest price of its variants in the default territory.
    sa.Column("min_minor", sa.BigInteger, nullable=False),
    sa.Column("units_sold", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("fingerprint", code(64), nullable=False),
    sa.Column("published_at", Time, nullable=False),
    _created(),
    _updated(),
    sa.Index("ix_products_title", "title", "id"),
    sa.Index("ix_products_vendor", "vendor", "id"),
    sa.Index("ix_products_type", "product_type", "id"),
    sa.Index("ix_products_price", "min_minor", "id"),
    sa.Index("ix_products_sold", "units_sold", "id"),
    sa.Index("ix_products_created", "created_at", "id"),
    sa.Index("ix_products_updated", "updated_at", "id"),
    info=REFERENCE,
)

variants = sa.Table(
    "variants",
    metadata,
    _key(),
    sa.Column("product_id", Key, sa.ForeignKey("products.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("sku", code(255), index=True),
    sa.Column("title", text(255), nullable=False),
    # Option values joined by the unit separator: what makes a variant the same one at the next import.
    sa.Column("option_key", code(512), nullable=False),
    # [["Size", "M"], ["Colour", "Red"]]
    sa.Column("options", sa.JSON, nullable=False),
    sa.Column("sells_out", sa.Boolean, nullable=False),
    sa.Column("grams", sa.Integer, nullable=False),
    sa.Column("taxable", sa.Boolean, nullable=False),
    sa.Column("requires_shipping", sa.Boolean, nullable=False),
    sa.Column("barcode", code(255)),
    sa.Column("image_url", text(1024)),
    # Units that one order, and one customer in all orders, may have; empty where nothing limits them.
    sa.Column("max_per_order", sa.BigInteger),
    sa.Column("max_per_customer", sa.BigInteger),
    # The highest that the latter has ever been: what one customer has bought is never more.
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

collections = sa.Table(
    "collections",
    metadata,
    _key(),
    sa.Column("handle", code(255), nullable=False, unique=True),
    sa.Column("title", text(255), nullable=False),
    _created(),
    _updated(),
    sa.Index("ix_collections_title", "title", "id"),
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

locations = sa.Table(
    "locations",
    metadata,
    _key(),
    sa.Column("name", text(255), nullable=False),
    sa.Column("kind", code(16), nullable=False),
    _created(),
    info=REFERENCE,
)

location_priorities = sa.Table(
    "location_priorities",
    metadata,
    sa.Column("territory", code(8), primary_key=True),
    sa.Column("location_id", Key, sa.ForeignKey("locations.id"), primary_key=True, autoincrement=False),
    # The lower ones are asked first.
    sa.Column("priority", sa.Integer, nullable=False),
    info=REFERENCE,
)

stock_levels = sa.Table(
    "stock_levels",
    metadata,
    sa.Column("variant_id", Key, sa.ForeignKey("variants.id"), primary_key=True, autoincrement=False),
    # No foreign key: MariaDB would lock some levels through its index and some through the primary key, and deadlock.
    # The version before this column goes on without it while a fleet is updated: it knows one warehouse only.
    sa.Column("location_id", Key, primary_key=True, autoincrement=False, server_default="1"),
    sa.Column("available", sa.BigInteger, nullable=False),
    sa.Column("reserved", sa.BigInteger, nullable=False),
    sa.Column("sold", sa.BigInteger, nullable=False),
    sa.Column("sells_out", sa.Boolean, nullable=False),
    sa.CheckConstraint("available >= 0 OR sells_out = 0", name="ck_stock_available"),
    sa.CheckConstraint("reserved >= 0", name="ck_stock_reserved"),
    sa.CheckConstraint("sold >= 0", name="ck_stock_sold"),
    info=BY_VARIANT,
)

stock_movements = sa.Table(
    "stock_movements",
    metadata,
    _key(),
    sa.Column("variant_id", Key, nullable=False),
    # With a default for the same reason as above.
    sa.Column("location_id", Key, nullable=False, server_default="1"),
    sa.Column("kind", code(16), nullable=False),
    sa.Column("available", sa.BigInteger, nullable=False),
    sa.Column("reserved", sa.BigInteger, nullable=False),
    sa.Column("sold", sa.BigInteger, nullable=False),
    sa.Column("order_id", Key),
    # What put the units back for sale; such a row names no order, as units may come back in parts. It is written with
    # its refund, whose key is unique: an index here would cost every sale.
    sa.Column("refund_id", Key),
    sa.Column("actor", code(64), nullable=False),
    sa.Column("reason", text(255), nullable=False),
    _created(),
    sa.Index("ix_stock_movements_variant", "variant_id", "id"),
    # One movement of each kind per order, variant and location: a replayed transition cannot count twice.
    sa.UniqueConstraint("order_id", "variant_id", "location_id", "kind", name="uq_stock_movements_order"),
    info=BY_VARIANT,
)

flash_sales = sa.Table(
    "flash_sales",
    metadata,
    _key(),
    sa.Column("title", text(255), nullable=False),
    sa.Column("starts_at", Time, nullable=False),
    sa.Column("ends_at", Time, nullable=False),
    sa.Column("cancelled_at", Time),
    # Where its units are.
    sa.Column("location_id", Key, sa.ForeignKey("locations.id"), nullable=False, unique=True),
    # When its start and its end were told; the rest of its units has left by then.
    sa.Column("start_told_at", Time),
    sa.Column("end_told_at", Time),
    _created(),
    sa.CheckConstraint("starts_at < ends_at", name="ck_flash_sales_window"),
    sa.Index("ix_flash_sales_open", "end_told_at", "starts_at"),
    sa.Index("ix_flash_sales_start", "starts_at", "id"),
    info=REFERENCE,
)

flash_sale_items = sa.Table(
    "flash_sale_items",
    metadata,
    sa.Column("sale_id", Key, sa.ForeignKey("flash_sales.id"), primary_key=True, autoincrement=False),
    sa.Column("variant_id", Key, sa.ForeignKey("variants.id"), primary_key=True, autoincrement=False),
    # In the default territory; the others convert it.
    sa.Column("minor", sa.BigInteger, nullable=False),
    # Set apart when the sale was planned.
    sa.Column("units", sa.BigInteger, nullable=False),
    sa.Column("per_customer", sa.Integer),
    # The warehouse that they come from and go back to.
    sa.Column("source_id", Key, nullable=False),
    sa.CheckConstraint("minor >= 0", name="ck_flash_sale_items_minor"),
    sa.CheckConstraint("units > 0", name="ck_flash_sale_items_units"),
    sa.Index("ix_flash_sale_items_variant", "variant_id"),
    info=BY_VARIANT,
)

customers = sa.Table(
    "customers",
    metadata,
    _key(),
    sa.Column("email", code(255), nullable=False, unique=True),
    sa.Column("password_hash", code(255)),
    sa.Column("first_name", text(255)),
    sa.Column("last_name", text(255)),
    sa.Column("phone", code(32)),
    sa.Column("accepts_marketing", sa.Boolean, nullable=False),
    # Grows when all tokens of the account are to end.
    sa.Column("token_version", sa.Integer, nullable=False, server_default="0"),
    _created(),
    info=BY_BUYER,
)

staff_permissions = sa.Table(
    "staff_permissions",
    metadata,
    sa.Column("customer_id", Key, sa.ForeignKey("customers.id"), primary_key=True, autoincrement=False),
    sa.Column("permission", code(32), primary_key=True),
    info=BY_BUYER,
)

carts = sa.Table(
    "carts",
    metadata,
    sa.Column("id", code(32), primary_key=True),
    sa.Column("customer_id", Key, sa.ForeignKey("customers.id"), index=True),
    sa.Column("email", text(255)),
    sa.Column("phone", code(32)),
    sa.Column("country", code(2)),
    sa.Column("note", sa.Text, nullable=False),
    # [["gift wrap", "yes"]]
    sa.Column("attributes", sa.JSON, nullable=False),
    sa.Column("discount_codes", sa.JSON, nullable=False),
    # Where it may go: `domain.delivery.CartAddress`, each with its fields.
    sa.Column("addresses", sa.JSON(none_as_null=True)),
    sa.Column("delivery_handle", code(64)),
    # The total that the buyer was told last; a submit charges no other. Empty in carts of older versions.
    sa.Column("quoted_minor", sa.BigInteger),
    sa.Column("quoted_currency", code(3)),
    # The one order this cart became; empty again when its payment failed.
    sa.Column("order_id", Key),
    _created(),
    _updated(),
    info=BY_BUYER,
)

cart_lines = sa.Table(
    "cart_lines",
    metadata,
    _key(),
    sa.Column("cart_id", code(32), sa.ForeignKey("carts.id"), nullable=False),
    sa.Column("variant_id", Key, sa.ForeignKey("variants.id"), nullable=False),
    # Digest of the attributes: lines of one variant with other attributes stay apart.
    sa.Column("attribute_key", code(32), nullable=False),
    sa.Column("attributes", sa.JSON, nullable=False),
    sa.Column("quantity", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("cart_id", "variant_id", "attribute_key", name="uq_cart_lines"),
    sa.CheckConstraint("quantity > 0", name="ck_cart_lines_quantity"),
    info=BY_BUYER,
)

orders = sa.Table(
    "orders",
    metadata,
    sa.Column("id", Key, primary_key=True, autoincrement=False),
    sa.Column("name", code(64), nullable=False, unique=True),
    sa.Column("token", code(32), nullable=False),
    sa.Column("source", code(16), nullable=False),
    sa.Column("cart_id", code(32)),
    sa.Column("customer_id", Key, sa.ForeignKey("customers.id")),
    sa.Column("email", text(255)),
    sa.Column("country", code(2)),
    sa.Column("territory", code(8)),
    sa.Column("status", code(16), nullable=False),
    sa.Column("currency", code(3), nullable=False),
    # Lines, then what was taken off lines and delivery, what delivery costs before that, and the tax in or on it all.
    sa.Column("subtotal_minor", sa.BigInteger, nullable=False),
    sa.Column("discount_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("shipping_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("tax_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("taxes_included", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("total_minor", sa.BigInteger, nullable=False),
    sa.Column("discount_codes", sa.JSON(none_as_null=True)),
    sa.Column("address", sa.JSON(none_as_null=True)),
    sa.Column("delivery_handle", code(64)),
    sa.Column("delivery_title", text(255)),
    sa.Column("note", sa.Text),
    sa.Column("attributes", sa.JSON(none_as_null=True)),
    # When an unpaid order gives its stock back, by the database's clock.
    sa.Column("hold_expires_at", Time),
    _created(),
    _updated(),
    sa.Column("cancelled_at", Time),
    sa.Index("ix_orders_customer", "customer_id", "created_at", "id"),
    sa.Index("ix_orders_status", "status", "hold_expires_at"),
    info=BY_BUYER,
)

order_lines = sa.Table(
    "order_lines",
    metadata,
    sa.Column("order_id", Key, sa.ForeignKey("orders.id"), primary_key=True, autoincrement=False),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("variant_id", Key, index=True),
    sa.Column("sku", code(255)),
    sa.Column("title", text(255), nullable=False),
    sa.Column("variant_title", text(255), nullable=False),
    sa.Column("quantity", sa.BigInteger, nullable=False),
    sa.Column("unit_minor", sa.BigInteger, nullable=False),
    sa.Column("discount_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("tax_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("attributes", sa.JSON(none_as_null=True)),
    info=BY_BUYER,
)

order_events = sa.Table(
    "order_events",
    metadata,
    _key(),
    sa.Column("order_id", Key, sa.ForeignKey("orders.id"), nullable=False, index=True),
    sa.Column("status", code(16), nullable=False),
    sa.Column("actor", code(64), nullable=False),
    sa.Column("reason", text(255), nullable=False),
    # For staff alone; the reason is for the buyer too.
    sa.Column("note", text(255)),
    _created(),
    info=BY_BUYER,
)

payments = sa.Table(
    "payments",
    metadata,
    sa.Column("order_id", Key, sa.ForeignKey("orders.id"), primary_key=True, autoincrement=False),
    sa.Column("provider", code(32), nullable=False),
    # The provider's idempotency key: one charge per order, however often it is asked for.
    sa.Column("charge_key", code(64), nullable=False, unique=True),
    sa.Column("reference", code(128)),
    sa.Column("state", code(16), nullable=False),
    sa.Column("reason", text(255)),
    sa.Column("minor", sa.BigInteger, nullable=False),
    sa.Column("currency", code(3), nullable=False),
    _created(),
    _updated(),
    info=BY_BUYER,
)

refunds = sa.Table(
    "refunds",
    metadata,
    _key(),
    sa.Column("order_id", Key, sa.ForeignKey("orders.id"), nullable=False, index=True),
    # The provider's idempotency key: the money goes back once, however often it is asked for.
    sa.Column("key", code(128), nullable=False, unique=True),
    sa.Column("minor", sa.BigInteger, nullable=False),
    sa.Column("currency", code(3), nullable=False),
    sa.Column("state", code(16), nullable=False),
    sa.Column("reason", text(255), nullable=False),
    sa.Column("actor", code(64), nullable=False),
    sa.Column("restock", sa.Boolean, nullable=False),
    _created(),
    _updated(),
    sa.CheckConstraint("minor >= 0", name="ck_refunds_minor"),
    sa.Index("ix_refunds_state", "state", "updated_at"),
    info=BY_BUYER,
)

refund_lines = sa.Table(
    "refund_lines",
    metadata,
    sa.Column("refund_id", Key, sa.ForeignKey("refunds.id"), primary_key=True, autoincrement=False),
    # Of the line of the order.
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("quantity", sa.BigInteger, nullable=False),
    sa.Column("restock_type", code(16), nullable=False),
    # Whether the units came back from the customer, for sale again or not.
    sa.Column("returned", sa.Boolean, nullable=False),
    # Whether their price was given back, which may be nothing for a unit of a cheap line.
    sa.Column("priced", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("minor", sa.BigInteger, nullable=False),
    sa.CheckConstraint("quantity > 0", name="ck_refund_lines_quantity"),
    info=BY_BUYER,
)

fulfillments = sa.Table(
    "fulfillments",
    metadata,
    _key(),
    sa.Column("order_id", Key, sa.ForeignKey("orders.id"), nullable=False, index=True),
    sa.Column("tracking_company", text(255)),
    sa.Column("tracking_number", text(255)),
    sa.Column("tracking_url", text(1024)),
    sa.Column("actor", code(64), nullable=False),
    _created(),
    info=BY_BUYER,
)

fulfillment_lines = sa.Table(
    "fulfillment_lines",
    metadata,
    sa.Column("fulfillment_id", Key, sa.ForeignKey("fulfillments.id"), primary_key=True, autoincrement=False),
    # Of the line of the order.
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("quantity", sa.BigInteger, nullable=False),
    sa.CheckConstraint("quantity > 0", name="ck_fulfillment_lines_quantity"),
    info=BY_BUYER,
)

discounts = sa.Table(
    "discounts",
    metadata,
    _key(),
    # Upper case, without spaces around it: codes are compared in any case.
    sa.Column("code", code(255), nullable=False, unique=True),
    sa.Column("title", text(255), nullable=False),
    sa.Column("kind", code(16), nullable=False),
    # Hundredths of a percent; 0 for other kinds, as is the amount.
    sa.Column("basis_points", sa.Integer, nullable=False),
    sa.Column("minor", sa.BigInteger, nullable=False),
    sa.Column("minimum_minor", sa.BigInteger, nullable=False),
    sa.Column("starts_at", Time, nullable=False),
    sa.Column("ends_at", Time),
    sa.Column("total_limit", sa.BigInteger),
    sa.Column("customer_limit", sa.BigInteger),
    # The highest that these limits have ever been, empty once there was none: uses are never more.
    sa.Column("highest_total_limit", sa.BigInteger),
    sa.Column("highest_customer_limit", sa.BigInteger),
    sa.Column("is_active", sa.Boolean, nullable=False),
    _created(),
    _updated(),
    sa.Index("ix_discounts_created", "created_at", "id"),
    info=REFERENCE,
)

usages = sa.Table(
    "usages",
    metadata,
    # What is limited, such as discount:7 or variant:9.
    sa.Column("subject", code(64), primary_key=True),
    # Whose use is counted, customer:7 or an e-mail address; empty for everybody's.
    sa.Column("buyer", code(261), primary_key=True),
    sa.Column("used", sa.BigInteger, nullable=False),
    sa.CheckConstraint("used >= 0", name="ck_usages_used"),
    info=BY_BUYER,
)

order_usages = sa.Table(
    "order_usages",
    metadata,
    sa.Column("order_id", Key, sa.ForeignKey("orders.id"), primary_key=True, autoincrement=False),
    sa.Column("subject", code(64), primary_key=True),
    sa.Column("buyer", code(261), primary_key=True),
    sa.Column("units", sa.BigInteger, nullable=False),
    sa.CheckConstraint("units > 0", name="ck_order_usages_units"),
    info=BY_BUYER,
)

attempts = sa.Table(
    "attempts",
    metadata,
    # Whose attempt: the customer's or, for a guest, the cart's.
    sa.Column("buyer", code(64), primary_key=True),
    sa.Column("token", code(255), primary_key=True),
    sa.Column("fingerprint", code(64), nullable=False),
    sa.Column("order_id", Key, nullable=False),
    _created(),
    info=BY_BUYER,
)

webhook_events = sa.Table(
    "webhook_events",
    metadata,
    # The provider's id: an event that it tells again has the same one.
    sa.Column("provider", code(32), primary_key=True),
    sa.Column("event_id", code(255), primary_key=True),
    sa.Column("kind", code(255), nullable=False),
    sa.Column("received_at", Time, nullable=False, index=True),
    info=BY_BUYER,
)

outbox = sa.Table(
    "outbox",
    metadata,
    _key(),
    sa.Column("kind", code(64), nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    _created(),
    info=BY_BUYER,
)
