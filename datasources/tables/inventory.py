"""Where units are, how many, and why: levels with their ledger."""

import sqlalchemy as sa

from datasources.kit.distribution import BY_VARIANT, REFERENCE
from datasources.tables.columns import Key, code, counter_column, created_column, key_column, metadata, text

locations = sa.Table(
    "locations",
    metadata,
    key_column(),
    sa.Column("name", text(255), nullable=False),
    sa.Column("kind", code(16), nullable=False),
    created_column(),
    info=REFERENCE,
)

location_priorities = sa.Table(
    "location_priorities",
    metadata,
    sa.Column("territory", code(8), primary_key=True),
    sa.Column("location_id", Key, sa.ForeignKey("locations.id"), primary_key=True, autoincrement=False),
    # Lower numbers come first.
    sa.Column("priority", sa.Integer, nullable=False),
    info=REFERENCE,
)

stock_levels = sa.Table(
    "stock_levels",
    metadata,
    sa.Column("variant_id", Key, sa.ForeignKey("variants.id"), primary_key=True, autoincrement=False),
    # No foreign key: MariaDB would lock some levels through its index and some through the primary key, and deadlock.
    # During an update of a fleet, the version before this column works without it, because it knows only one warehouse.
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
    counter_column(),
    sa.Column("variant_id", Key, nullable=False),
    # With a default, for the same reason as above.
    sa.Column("location_id", Key, nullable=False, server_default="1"),
    sa.Column("kind", code(16), nullable=False),
    sa.Column("available", sa.BigInteger, nullable=False),
    sa.Column("reserved", sa.BigInteger, nullable=False),
    sa.Column("sold", sa.BigInteger, nullable=False),
    sa.Column("order_id", Key),
    # What put the units back for sale. Such a row names no order, because units may come back in parts. The row is
    # written together with its refund, whose key is unique: an index here would slow down every sale.
    sa.Column("refund_id", Key),
    sa.Column("actor", code(64), nullable=False),
    sa.Column("reason", text(255), nullable=False),
    created_column(),
    sa.Index("ix_stock_movements_variant", "variant_id", "id"),
    # One movement of each kind per order, variant and location, so that a repeated transition cannot count twice.
    sa.UniqueConstraint("order_id", "variant_id", "location_id", "kind", name="uq_stock_movements_order"),
    info=BY_VARIANT,
)
