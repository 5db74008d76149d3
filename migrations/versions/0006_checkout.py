"""Keep where carts and orders go, what they were quoted, and what discounts, delivery and taxes come to."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from datasources import tables

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _json(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(none_as_null=True), nullable=True)


def _nothing(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")


def _columns() -> dict[str, tuple[sa.Column[Any], ...]]:
    """New ones each time: a column belongs to one table forever."""
    return {
        "carts": (
            _json("addresses"),
            sa.Column("delivery_handle", tables.code(64), nullable=True),
            sa.Column("quoted_minor", sa.BigInteger(), nullable=True),
            sa.Column("quoted_currency", tables.code(3), nullable=True),
        ),
        "orders": (
            _nothing("discount_minor"),
            _nothing("shipping_minor"),
            _nothing("tax_minor"),
            sa.Column("taxes_included", sa.Boolean(), nullable=False, server_default=sa.true()),
            _json("discount_codes"),
            _json("address"),
            sa.Column("delivery_handle", tables.code(64), nullable=True),
            sa.Column("delivery_title", sa.String(length=255), nullable=True),
            sa.Column("note", sa.Text(), nullable=True),
            _json("attributes"),
        ),
        "order_lines": (_nothing("discount_minor"), _nothing("tax_minor"), _json("attributes")),
    }


def upgrade() -> None:
    """Moves the tables forward; earlier orders have neither discounts nor delivery nor taxes."""
    for table, columns in _columns().items():
        for column in columns:
            op.add_column(table, column)


def downgrade() -> None:
    """Moves the tables back; data that only the newer form can hold is lost."""
    for table, columns in _columns().items():
        for column in columns:
            op.drop_column(table, column.name)
