"""Mails to shoppers: what waits, and what became of the rest."""

import sqlalchemy as sa

from datasources.kit.distribution import BY_BUYER
from datasources.tables.columns import Key, Time, code, counter_column, created_column, metadata, text

mails = sa.Table(
    "mails",
    metadata,
    counter_column(),
    # What happened, so that it makes one mail: `ORDER_CONFIRMED:7`.
    sa.Column("cause", code(96), nullable=False, unique=True),
    sa.Column("kind", code(32), nullable=False),
    sa.Column("order_id", Key, sa.ForeignKey("orders.id"), nullable=False),
    # The parcel or the refund.
    sa.Column("part_id", Key),
    # A keyed digest of the address that it went to. The address itself is that of the order.
    sa.Column("recipient", code(64)),
    sa.Column("state", code(16), nullable=False),
    # When it may be tried. While it is under way: when another worker may try it again.
    sa.Column("due_at", Time, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("last_error", text(255)),
    created_column(),
    # Since when it is tried: its cause, or the last time that staff sent it again.
    sa.Column("queued_at", Time, nullable=False),
    sa.Column("finished_at", Time),
    sa.Index("ix_mails_due", "state", "due_at"),
    sa.Index("ix_mails_order", "order_id"),
    sa.Index("ix_mails_recipient", "recipient", "kind", "finished_at"),
    info=BY_BUYER,
)
