"""How many units of a variant one may buy. `usages` counts the units bought, while a limit is set."""

from typing import Any

import sqlalchemy as sa

from datasources.kit.database import Tx
from datasources.tables import variants
from domain.catalog.records import LimitVariant


async def set_limits(tx: Tx, product_id: int, change: LimitVariant) -> bool:
    """Changes the limits of a variant; False when the product, whose row the caller has locked, has no such variant."""
    row = variants.c
    changed: dict[str, Any] = {"product_id": product_id, **change.limits}
    limit = change.limits.get("max_per_customer")
    if limit is not None:
        highest = sa.func.coalesce(row.highest_per_customer, 0)
        changed["highest_per_customer"] = sa.case((highest < limit, limit), else_=highest)
    mine = (row.id == change.variant_id) & (row.product_id == product_id)
    return bool((await tx.run(sa.update(variants).where(mine).values(changed))).rowcount == 1)
