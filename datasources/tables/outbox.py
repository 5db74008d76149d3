"""Events that wait to be published."""

import sqlalchemy as sa

from datasources.kit.distribution import BY_BUYER
from datasources.tables.columns import code, created_column, key_column, metadata

outbox = sa.Table(
    "outbox",
    metadata,
    key_column(),
    sa.Column("kind", code(64), nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    created_column(),
    info=BY_BUYER,
)
