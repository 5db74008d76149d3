"""Accounts and what staff may do."""

import sqlalchemy as sa

from datasources.kit.distribution import BY_BUYER
from datasources.tables.columns import Key, Time, code, created_column, key_column, metadata, text

customers = sa.Table(
    "customers",
    metadata,
    key_column(),
    sa.Column("email", code(255), nullable=False, unique=True),
    sa.Column("password_hash", code(255)),
    sa.Column("first_name", text(255)),
    sa.Column("last_name", text(255)),
    sa.Column("phone", code(32)),
    sa.Column("accepts_marketing", sa.Boolean, nullable=False),
    # Increases when all tokens of the account must end.
    sa.Column("token_version", sa.Integer, nullable=False, server_default="0"),
    # When its owner proved to read the mail of `email`.
    sa.Column("email_verified_at", Time),
    # The address that replaces `email` as soon as its owner has followed the link that went there.
    sa.Column("pending_email", code(255)),
    created_column(),
    info=BY_BUYER,
)

# The address book of an account. At most one address is the default.
customer_addresses = sa.Table(
    "customer_addresses",
    metadata,
    key_column(),
    sa.Column("customer_id", Key, sa.ForeignKey("customers.id"), nullable=False),
    sa.Column("is_default", sa.Boolean, nullable=False),
    sa.Column("country", code(2), nullable=False),
    sa.Column("first_name", text(255)),
    sa.Column("last_name", text(255)),
    sa.Column("company", text(255)),
    sa.Column("address1", text(255)),
    sa.Column("address2", text(255)),
    sa.Column("city", text(255)),
    sa.Column("province", text(255)),
    sa.Column("zip", text(255)),
    sa.Column("phone", code(32)),
    sa.Index("ix_customer_addresses_customer", "customer_id"),
    info=BY_BUYER,
)

staff_permissions = sa.Table(
    "staff_permissions",
    metadata,
    sa.Column("customer_id", Key, sa.ForeignKey("customers.id"), primary_key=True, autoincrement=False),
    sa.Column("permission", code(32), primary_key=True),
    info=BY_BUYER,
)

# What shoppers do not want to see: `target` is the key of a product or the handle of a category.
dislikes = sa.Table(
    "dislikes",
    metadata,
    sa.Column("customer_id", Key, sa.ForeignKey("customers.id"), primary_key=True, autoincrement=False),
    sa.Column("kind", code(16), primary_key=True),
    sa.Column("target", code(255), primary_key=True),
    sa.Column("hidden_at", Time, nullable=False),
    info=BY_BUYER,
)
