"""Keep what the columns of a product file say one by one, so that a file without a column leaves its value alone."""

import unicodedata

import sqlalchemy as sa
from alembic import op

from datasources import tables

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moves the tables forward: stock that sells out is tracked, and so is other stock that has a count."""
    op.add_column("products", sa.Column("own_status", tables.code(16), nullable=True))
    op.add_column("products", sa.Column("is_published", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("products", sa.Column("is_gift_card", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("variants", sa.Column("tracked", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("variants", sa.Column("tracking_ended_at", tables.Time(), nullable=True))
    # Few rows change: an older version that still sells locks variants for its carts.
    op.execute(
        "UPDATE variants SET tracked = FALSE WHERE NOT sells_out AND NOT EXISTS (SELECT 1 FROM stock_levels"
        " WHERE stock_levels.variant_id = variants.id AND stock_levels.available <> 0)"
    )
    _fold_handles("products")
    _fold_handles("collections")


def _fold_handles(name: str) -> None:
    """Handles compare without case from now on. Of two that differ by case alone, the second gets its key appended."""
    table = sa.table(name, sa.column("id", sa.BigInteger), sa.column("handle", tables.code(255)))
    connection = op.get_bind()
    rows = connection.execute(sa.select(table.c.id, table.c.handle).order_by(table.c.id)).all()
    taken = {row.handle for row in rows}
    for key, handle in rows:
        folded = unicodedata.normalize("NFC", handle.lower())
        if folded == handle:
            continue
        free = folded if folded not in taken else f"{folded[:230]}-{key}"
        taken.add(free)
        connection.execute(sa.update(table).where(table.c.id == key).values(handle=free))


def downgrade() -> None:
    """Moves the tables back."""
    op.drop_column("variants", "tracking_ended_at")
    op.drop_column("variants", "tracked")
    op.drop_column("products", "is_gift_card")
    op.drop_column("products", "is_published")
    op.drop_column("products", "own_status")
