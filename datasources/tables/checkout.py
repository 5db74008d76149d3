"""Attempts to submit carts."""

import sqlalchemy as sa

from datasources.kit.distribution import BY_BUYER
from datasources.tables.columns import Key, code, created_column, metadata

attempts = sa.Table(
    "attempts",
    metadata,
    # The owner of the attempt: the customer or, for a guest, the cart.
    sa.Column("buyer", code(64), primary_key=True),
    sa.Column("token", code(255), primary_key=True),
    sa.Column("fingerprint", code(64), nullable=False),
    sa.Column("order_id", Key, nullable=False),
    created_column(),
    info=BY_BUYER,
)
