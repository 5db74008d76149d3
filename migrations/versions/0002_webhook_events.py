"""Remember which webhooks of payment providers were handled."""

import sqlalchemy as sa
from alembic import op

from datasources import tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moves the tables forward."""
    op.create_table(
        "webhook_events",
        sa.Column("provider", tables.code(32), nullable=False),
        sa.Column("event_id", tables.code(255), nullable=False),
        sa.Column("kind", tables.code(255), nullable=False),
        sa.Column("received_at", tables.Time(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "event_id"),
    )
    op.create_index("ix_webhook_events_received_at", "webhook_events", ["received_at"], unique=False)


def downgrade() -> None:
    """Moves the tables back; data that only the newer form can hold is lost."""
    op.drop_table("webhook_events")
