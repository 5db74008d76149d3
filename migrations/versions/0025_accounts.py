"""Mails about accounts, proved and changing e-mail addresses, and address books."""

import sqlalchemy as sa
from alembic import op

from datasources import tables

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_TEXTS = ("first_name", "last_name", "company", "address1", "address2", "city", "province", "zip")


def upgrade() -> None:
    """Moves the tables forward."""
    op.add_column("customers", sa.Column("email_verified_at", tables.Time()))
    op.add_column("customers", sa.Column("pending_email", tables.code(255)))
    with op.batch_alter_table("mails") as table:
        table.alter_column("order_id", existing_type=tables.Key, nullable=True)
        table.add_column(sa.Column("customer_id", tables.Key))
        table.add_column(sa.Column("address", tables.code(255)))
        table.add_column(sa.Column("territory", tables.code(8)))
        table.add_column(sa.Column("language", tables.code(8)))
        table.create_foreign_key("fk_mails_customer", "customers", ["customer_id"], ["id"])
    op.create_table(
        "customer_addresses",
        sa.Column("id", tables.Key, nullable=False, autoincrement=True),
        sa.Column("customer_id", tables.Key, nullable=False),
        sa.Column("is_default", sa.Boolean, nullable=False),
        sa.Column("country", tables.code(2), nullable=False),
        *(sa.Column(name, tables.text(255)) for name in _TEXTS),
        sa.Column("phone", tables.code(32)),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_customer_addresses_customer", "customer_addresses", ["customer_id"])


def downgrade() -> None:
    """Moves the tables back. Mails about accounts are lost."""
    op.drop_table("customer_addresses")
    op.execute("DELETE FROM mails WHERE order_id IS NULL")
    with op.batch_alter_table("mails") as table:
        table.drop_constraint("fk_mails_customer", type_="foreignkey")
        table.drop_column("language")
        table.drop_column("territory")
        table.drop_column("address")
        table.drop_column("customer_id")
        table.alter_column("order_id", existing_type=tables.Key, nullable=False)
    op.drop_column("customers", "pending_email")
    op.drop_column("customers", "email_verified_at")
