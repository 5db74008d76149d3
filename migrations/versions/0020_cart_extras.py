"""Carts keep metafields of other applications, and what buyers prefer."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_COLUMNS = ("metafields", "preferences")


def upgrade() -> None:
    """Moves the tables forward."""
    for name in _COLUMNS:
        op.add_column("carts", sa.Column(name, sa.JSON(none_as_null=True)))


def downgrade() -> None:
    """Moves the tables back."""
    for name in _COLUMNS:
        op.drop_column("carts", name)
