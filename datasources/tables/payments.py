"""Payments of orders and the provider's webhooks."""

import sqlalchemy as sa

from datasources.kit.distribution import BY_BUYER
from datasources.tables.columns import Key, Time, code, counter_column, created_column, metadata, text, updated_column

payments = sa.Table(
    "payments",
    metadata,
    sa.Column("order_id", Key, sa.ForeignKey("orders.id"), primary_key=True, autoincrement=False),
    sa.Column("provider", code(32), nullable=False),
    # The provider's idempotency key of the current charge: it is made once, even if the shop repeats the request.
    sa.Column("charge_key", code(64), nullable=False, unique=True),
    # How many charges the order has had, this one included; `replaced_charges` has the others.
    sa.Column("number", sa.Integer, nullable=False, server_default="1"),
    # What the charge requires of the buyer, or required before it was declined.
    sa.Column("action", sa.JSON(none_as_null=True)),
    # Until when one process may be ending the current charge: meanwhile money that it reserves pays nothing.
    sa.Column("ending_until", Time),
    # Digests of the attempt token that began a later charge, and of its payment token.
    sa.Column("attempt", code(64)),
    sa.Column("fingerprint", code(64)),
    sa.Column("reference", code(128)),
    sa.Column("state", code(16), nullable=False),
    sa.Column("reason", text(255)),
    sa.Column("minor", sa.BigInteger, nullable=False),
    # What captures took of an authorization so far; null means all of the amount or nothing, by the state.
    sa.Column("captured_minor", sa.BigInteger),
    sa.Column("currency", code(3), nullable=False),
    created_column(),
    updated_column(),
    # Some reports of a provider name its reference only.
    sa.Index("ix_payments_reference", "provider", "reference"),
    info=BY_BUYER,
)

# What the provider has taken of a payment.
TAKEN = sa.func.coalesce(
    payments.c.captured_minor, sa.case((payments.c.state.in_(("CAPTURED", "REFUNDED")), payments.c.minor), else_=0)
)

# Money that is reserved at the buyer's bank, and what the shop wants of it. The payment has the amount.
authorizations = sa.Table(
    "authorizations",
    metadata,
    sa.Column("order_id", Key, sa.ForeignKey("orders.id"), primary_key=True, autoincrement=False),
    sa.Column("state", code(16), nullable=False),
    created_column(),
    updated_column(),
    sa.Index("ix_authorizations_state", "state", "updated_at"),
    info=BY_BUYER,
)

# What parcels take of an authorization, in the order of their keys. The final one sets the rest free.
captures = sa.Table(
    "captures",
    metadata,
    counter_column(),
    sa.Column("order_id", Key, sa.ForeignKey("orders.id"), nullable=False, index=True),
    # The provider's idempotency key.
    sa.Column("key", code(64), nullable=False, unique=True),
    sa.Column("minor", sa.BigInteger, nullable=False),
    sa.Column("final", sa.Boolean, nullable=False),
    sa.Column("state", code(16), nullable=False),
    created_column(),
    updated_column(),
    sa.CheckConstraint("minor >= 0", name="ck_captures_minor"),
    info=BY_BUYER,
)

# Buyers who ask their bank for the money back.
disputes = sa.Table(
    "disputes",
    metadata,
    # The provider's id of the dispute.
    sa.Column("provider", code(32), primary_key=True),
    sa.Column("dispute_id", code(128), primary_key=True),
    sa.Column("order_id", Key, sa.ForeignKey("orders.id"), nullable=False, index=True),
    sa.Column("state", code(16), nullable=False),
    sa.Column("reason", text(255), nullable=False),
    sa.Column("minor", sa.BigInteger, nullable=False),
    sa.Column("currency", code(3), nullable=False),
    created_column(),
    updated_column(),
    info=BY_BUYER,
)

# Charges that the provider had ended before the order got another one. No money should ever come from them.
replaced_charges = sa.Table(
    "replaced_charges",
    metadata,
    sa.Column("charge_key", code(64), primary_key=True),
    sa.Column("order_id", Key, sa.ForeignKey("orders.id"), nullable=False, index=True),
    sa.Column("provider", code(32), nullable=False),
    sa.Column("reference", code(128)),
    sa.Column("attempt", code(64)),
    # DECLINED; CAPTURED if it took money nevertheless, until that is REFUNDED.
    sa.Column("state", code(16), nullable=False, index=True),
    sa.Column("minor", sa.BigInteger, nullable=False),
    sa.Column("currency", code(3), nullable=False),
    created_column(),
    updated_column(),
    info=BY_BUYER,
)

webhook_events = sa.Table(
    "webhook_events",
    metadata,
    # The provider's id: a repeated event has the same one.
    sa.Column("provider", code(32), primary_key=True),
    sa.Column("event_id", code(255), primary_key=True),
    sa.Column("kind", code(255), nullable=False),
    sa.Column("received_at", Time, nullable=False, index=True),
    info=BY_BUYER,
)
