"""Events that wait to be published."""

import sqlalchemy as sa

from datasources.kit.distribution import BY_BUYER
from datasources.tables.columns import code, counter_column, created_column, metadata

outbox = sa.Table(
    "outbox",
    metadata,
    counter_column(),
    sa.Column("kind", code(64), nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    created_column(),
    info=BY_BUYER,
)
