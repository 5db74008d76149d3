"""Discounts, and usage of what is limited."""

import sqlalchemy as sa

from datasources.kit.distribution import BY_BUYER, REFERENCE
from datasources.tables.columns import Key, Time, code, created_column, key_column, metadata, text, updated_column

discounts = sa.Table(
    "discounts",
    metadata,
    key_column(),
    # Upper case, without surrounding spaces, because codes are compared in any case.
    sa.Column("code", code(255), nullable=False, unique=True),
    sa.Column("title", text(255), nullable=False),
    sa.Column("kind", code(16), nullable=False),
    # Hundredths of a percent; 0 for other kinds. The same holds for the amount.
    sa.Column("basis_points", sa.Integer, nullable=False),
    sa.Column("minor", sa.BigInteger, nullable=False),
    sa.Column("minimum_minor", sa.BigInteger, nullable=False),
    sa.Column("starts_at", Time, nullable=False),
    sa.Column("ends_at", Time),
    sa.Column("total_limit", sa.BigInteger),
    sa.Column("customer_limit", sa.BigInteger),
    # The highest values that these limits have ever had; empty once there was no limit. Usage never exceeds them.
    sa.Column("highest_total_limit", sa.BigInteger),
    sa.Column("highest_customer_limit", sa.BigInteger),
    sa.Column("is_active", sa.Boolean, nullable=False),
    created_column(),
    updated_column(),
    sa.Index("ix_discounts_created", "created_at", "id"),
    info=REFERENCE,
)

usages = sa.Table(
    "usages",
    metadata,
    # What is limited, such as discount:7 or variant:9.
    sa.Column("subject", code(64), primary_key=True),
    # The buyer whose usage is counted: customer:7 or an e-mail address; empty for all buyers.
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
