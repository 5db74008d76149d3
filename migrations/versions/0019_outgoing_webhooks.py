"""Send webhooks to those who subscribe to them."""

import sqlalchemy as sa
from alembic import op

from datasources import tables

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moves the tables forward."""
    op.create_table(
        "webhook_subscriptions",
        sa.Column("id", tables.Key, autoincrement=True, nullable=False),
        sa.Column("topic", tables.code(64), nullable=False),
        sa.Column("address", tables.code(2_048), nullable=False),
        sa.Column("origin", tables.code(320), nullable=False),
        sa.Column("taken", tables.code(64), nullable=True),
        sa.Column("api_version", tables.code(16), nullable=False),
        sa.Column("name", tables.text(64), nullable=True),
        sa.Column("include_fields", sa.JSON(), nullable=False),
        sa.Column("state", tables.code(16), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("paused_until", tables.Time(), nullable=True),
        sa.Column("tested_at", tables.Time(), nullable=True),
        sa.Column("created_at", tables.Time(), nullable=False),
        sa.Column("updated_at", tables.Time(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("taken"),
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", tables.Key, autoincrement=True, nullable=False),
        sa.Column("subscription_id", tables.Key, nullable=False),
        sa.Column("topic", tables.code(64), nullable=False),
        sa.Column("object_key", tables.code(96), nullable=False),
        sa.Column("cause", tables.code(128), nullable=True),
        sa.Column("waiting", tables.code(96), nullable=True),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("event_id", tables.code(32), nullable=False),
        sa.Column("webhook_id", tables.code(32), nullable=False),
        sa.Column("state", tables.code(16), nullable=False),
        sa.Column("occurred_at", tables.Time(), nullable=False),
        sa.Column("queued_at", tables.Time(), nullable=False),
        sa.Column("due_at", tables.Time(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_error", tables.text(255), nullable=True),
        sa.Column("finished_at", tables.Time(), nullable=True),
        sa.ForeignKeyConstraint(["subscription_id"], ["webhook_subscriptions.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("subscription_id", "cause", name="uq_webhook_deliveries_cause"),
        sa.UniqueConstraint("subscription_id", "waiting", name="uq_webhook_deliveries_waiting"),
    )
    for name, columns in (
        ("ix_webhook_deliveries_due", ["subscription_id", "state", "due_at"]),
        ("ix_webhook_deliveries_event_id", ["event_id"]),
        ("ix_webhook_deliveries_finished", ["state", "finished_at"]),
        ("ix_webhook_deliveries_object", ["subscription_id", "object_key", "state"]),
    ):
        op.create_index(name, "webhook_deliveries", columns)


def downgrade() -> None:
    """Moves the tables back."""
    op.drop_table("webhook_deliveries")
    op.drop_table("webhook_subscriptions")
