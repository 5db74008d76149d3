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
    sa.Column("order_id", Key, sa.ForeignKey("orders.id")),
    # The parcel or the refund.
    sa.Column("part_id", Key),
    # The account, of mails about one. None while a worker has yet to look for it by `address`.
    sa.Column("customer_id", Key, sa.ForeignKey("customers.id")),
    # An address that is neither that of the order nor of the account; removed as soon as the mail has ended.
    sa.Column("address", code(255)),
    # Where and in which language its cause happened, of mails about accounts.
    sa.Column("territory", code(8)),
    sa.Column("language", code(8)),
    # A keyed digest of the address that it went to.
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
