"""Orders with their lines, steps, refunds and parcels."""

import sqlalchemy as sa

from datasources.kit.distribution import BY_BUYER
from datasources.tables.columns import (
    Key,
    Time,
    code,
    counter_column,
    created_column,
    key_column,
    metadata,
    text,
    updated_column,
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
    sa.Column("phone", code(32)),
    sa.Column("country", code(2)),
    sa.Column("territory", code(8)),
    sa.Column("status", code(16), nullable=False),
    sa.Column("currency", code(3), nullable=False),
    # Lines, then what discounts took off lines and delivery, the delivery cost before them, and the tax in or on
    # everything.
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
    # When an unpaid order gives back its stock, by the database's clock.
    sa.Column("hold_expires_at", Time),
    created_column(),
    updated_column(),
    sa.Column("cancelled_at", Time),
    sa.Index("ix_orders_customer", "customer_id", "created_at", "id"),
    sa.Index("ix_orders_created", "created_at", "id"),
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
    counter_column(),
    sa.Column("order_id", Key, sa.ForeignKey("orders.id"), nullable=False, index=True),
    sa.Column("status", code(16), nullable=False),
    sa.Column("actor", code(64), nullable=False),
    sa.Column("reason", text(255), nullable=False),
    # The note is for staff only; the reason is for the buyer too.
    sa.Column("note", text(255)),
    created_column(),
    info=BY_BUYER,
)

refunds = sa.Table(
    "refunds",
    metadata,
    key_column(),
    sa.Column("order_id", Key, sa.ForeignKey("orders.id"), nullable=False, index=True),
    # The provider's idempotency key. With it the refund happens once, even if the shop repeats the request.
    sa.Column("key", code(128), nullable=False, unique=True),
    sa.Column("minor", sa.BigInteger, nullable=False),
    # What it pays back of delivery, and beside lines and delivery; the rest is the price of its lines.
    sa.Column("shipping_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("extra_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("currency", code(3), nullable=False),
    sa.Column("state", code(16), nullable=False),
    sa.Column("reason", text(255), nullable=False),
    sa.Column("actor", code(64), nullable=False),
    sa.Column("restock", sa.Boolean, nullable=False),
    created_column(),
    updated_column(),
    sa.CheckConstraint("minor >= 0", name="ck_refunds_minor"),
    sa.Index("ix_refunds_state", "state", "updated_at"),
    info=BY_BUYER,
)

refund_lines = sa.Table(
    "refund_lines",
    metadata,
    sa.Column("refund_id", Key, sa.ForeignKey("refunds.id"), primary_key=True, autoincrement=False),
    # The line of the order.
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("quantity", sa.BigInteger, nullable=False),
    sa.Column("restock_type", code(16), nullable=False),
    # Whether the units came back from the customer, whether they are for sale again or not.
    sa.Column("returned", sa.Boolean, nullable=False),
    # Whether their price was refunded, which may be zero for a unit of a cheap line.
    sa.Column("priced", sa.Boolean, nullable=False, server_default=sa.false()),
    # How many of them, where `priced` is set; null means all.
    sa.Column("priced_units", sa.BigInteger),
    # Whether they were cancelled before their money was taken, so that no capture takes it.
    sa.Column("released", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("minor", sa.BigInteger, nullable=False),
    sa.CheckConstraint("quantity > 0", name="ck_refund_lines_quantity"),
    info=BY_BUYER,
)

fulfillments = sa.Table(
    "fulfillments",
    metadata,
    key_column(),
    sa.Column("order_id", Key, sa.ForeignKey("orders.id"), nullable=False, index=True),
    sa.Column("tracking_company", text(255)),
    sa.Column("tracking_number", text(255)),
    sa.Column("tracking_url", text(1024)),
    sa.Column("actor", code(64), nullable=False),
    created_column(),
    info=BY_BUYER,
)

fulfillment_lines = sa.Table(
    "fulfillment_lines",
    metadata,
    sa.Column("fulfillment_id", Key, sa.ForeignKey("fulfillments.id"), primary_key=True, autoincrement=False),
    # The line of the order.
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("quantity", sa.BigInteger, nullable=False),
    sa.CheckConstraint("quantity > 0", name="ck_fulfillment_lines_quantity"),
    info=BY_BUYER,
)
