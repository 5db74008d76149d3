"""${message}."""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moves the tables forward."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Moves the tables back; data that only the newer form can hold is lost."""
    ${downgrades if downgrades else "pass"}
