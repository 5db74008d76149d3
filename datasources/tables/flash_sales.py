"""Flash sales and the units set apart for them."""

import sqlalchemy as sa

from datasources.kit.distribution import BY_VARIANT, REFERENCE
from datasources.tables.columns import Key, Time, created_column, key_column, metadata, text

flash_sales = sa.Table(
    "flash_sales",
    metadata,
    key_column(),
    sa.Column("title", text(255), nullable=False),
    sa.Column("starts_at", Time, nullable=False),
    sa.Column("ends_at", Time, nullable=False),
    sa.Column("cancelled_at", Time),
    # When shoppers may see it; null: when it starts.
    sa.Column("announced_at", Time),
    # The location of its units.
    sa.Column("location_id", Key, sa.ForeignKey("locations.id"), nullable=False, unique=True),
    # When the events of its announcement, start and end were written; the rest of its units has left by its end.
    sa.Column("announcement_told_at", Time),
    sa.Column("start_told_at", Time),
    sa.Column("end_told_at", Time),
    created_column(),
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
    # In the default territory; other territories convert it.
    sa.Column("minor", sa.BigInteger, nullable=False),
    # Set apart when the sale was planned.
    sa.Column("units", sa.BigInteger, nullable=False),
    sa.Column("per_customer", sa.Integer),
    # The warehouse that the units come from and go back to.
    sa.Column("source_id", Key, nullable=False),
    sa.CheckConstraint("minor >= 0", name="ck_flash_sale_items_minor"),
    sa.CheckConstraint("units > 0", name="ck_flash_sale_items_units"),
    sa.Index("ix_flash_sale_items_variant", "variant_id"),
    info=BY_VARIANT,
)
