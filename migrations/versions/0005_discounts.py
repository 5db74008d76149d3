"""Keep discounts, what orders use of limited things, and how many units of a variant one may buy."""

import sqlalchemy as sa
from alembic import op

from datasources import tables

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
_LIMITS = ("max_per_order", "max_per_customer", "highest_per_customer")


def upgrade() -> None:
    """Moves the tables forward."""
    _create_discounts()
    _create_usages()
    for name in _LIMITS:
        op.add_column("variants", sa.Column(name, sa.BigInteger(), nullable=True))


def _create_discounts() -> None:
    op.create_table(
        "discounts",
        sa.Column("id", tables.Key, autoincrement=True, nullable=False),
        sa.Column("code", tables.code(255), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("kind", tables.code(16), nullable=False),
        sa.Column("basis_points", sa.Integer(), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("minimum_minor", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", tables.Time(), nullable=False),
        sa.Column("ends_at", tables.Time(), nullable=True),
        sa.Column("total_limit", sa.BigInteger(), nullable=True),
        sa.Column("customer_limit", sa.BigInteger(), nullable=True),
        sa.Column("highest_total_limit", sa.BigInteger(), nullable=True),
        sa.Column("highest_customer_limit", sa.BigInteger(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", tables.Time(), nullable=False),
        sa.Column("updated_at", tables.Time(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_index("ix_discounts_created", "discounts", ["created_at", "id"], unique=False)


def _create_usages() -> None:
    op.create_table(
        "usages",
        sa.Column("subject", tables.code(64), nullable=False),
        sa.Column("buyer", tables.code(261), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("used >= 0", name="ck_usages_used"),
        sa.PrimaryKeyConstraint("subject", "buyer"),
    )
    op.create_table(
        "order_usages",
        sa.Column("order_id", tables.Key, autoincrement=False, nullable=False),
        sa.Column("subject", tables.code(64), nullable=False),
        sa.Column("buyer", tables.code(261), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("units > 0", name="ck_order_usages_units"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
        sa.PrimaryKeyConstraint("order_id", "subject", "buyer"),
    )


def downgrade() -> None:
    """Moves the tables back; data that only the newer form can hold is lost."""
    for name in _LIMITS:
        op.drop_column("variants", name)
    op.drop_table("order_usages")
    op.drop_table("usages")
    op.drop_table("discounts")
