"""Outgoing webhooks: who receives what, and what is on its way."""

import sqlalchemy as sa

from datasources.kit.distribution import REFERENCE
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

webhook_subscriptions = sa.Table(
    "webhook_subscriptions",
    metadata,
    key_column(),
    sa.Column("topic", code(64), nullable=False),
    sa.Column("address", code(2_048), nullable=False),
    # Scheme, host and port of the address. What an endpoint does wrong counts for all subscriptions with its origin.
    sa.Column("origin", code(320), nullable=False),
    # A digest of topic and address, so that no two subscriptions send the same; null for a deleted one.
    sa.Column("taken", code(64), unique=True),
    sa.Column("api_version", code(16), nullable=False),
    sa.Column("name", text(64)),
    sa.Column("include_fields", sa.JSON, nullable=False),
    # ACTIVE, or DELETED until its deliveries are gone.
    sa.Column("state", code(16), nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("paused_until", Time),
    sa.Column("tested_at", Time),
    created_column(),
    updated_column(),
    info=REFERENCE,
)

webhook_deliveries = sa.Table(
    "webhook_deliveries",
    metadata,
    counter_column(),
    sa.Column("subscription_id", Key, sa.ForeignKey("webhook_subscriptions.id"), nullable=False),
    sa.Column("topic", code(64), nullable=False),
    # Deliveries of an object to a subscription go out one after the other: `products/42`.
    sa.Column("object_key", code(96), nullable=False),
    # What happens once: `orders/paid:7`; null for notices of a state.
    sa.Column("cause", code(128)),
    # The object while a notice of its state waits and is not under way, so that there is one such row at most.
    sa.Column("waiting", code(96)),
    sa.Column("tags", sa.JSON, nullable=False),
    sa.Column("event_id", code(32), nullable=False, index=True),
    sa.Column("webhook_id", code(32), nullable=False),
    sa.Column("state", code(16), nullable=False),
    sa.Column("occurred_at", Time, nullable=False),
    # Since when it is tried: the event, or the last time that staff sent it again.
    sa.Column("queued_at", Time, nullable=False),
    # When it may be tried. While it is under way: when another worker may try it again.
    sa.Column("due_at", Time, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("last_status", sa.Integer),
    sa.Column("last_error", text(255)),
    sa.Column("finished_at", Time),
    sa.UniqueConstraint("subscription_id", "cause", name="uq_webhook_deliveries_cause"),
    sa.UniqueConstraint("subscription_id", "waiting", name="uq_webhook_deliveries_waiting"),
    sa.Index("ix_webhook_deliveries_due", "subscription_id", "state", "due_at"),
    sa.Index("ix_webhook_deliveries_object", "subscription_id", "object_key", "state"),
    sa.Index("ix_webhook_deliveries_finished", "state", "finished_at"),
    # Every server of a shop would have its own workers; deliveries are not bound to a buyer or a variant.
    info=REFERENCE,
)
