"""How much of a limited thing was used, in total and by each order. Every use is one guarded UPDATE.

`used` of a key equals, at every instant, the sum of the units that orders took of it.
"""

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, sqlite

from datasources.kit.database import Database, Tx
from datasources.tables import order_usages, usages
from domain.discounts.usages import UsageKey


class Usages:
    """Reads of usage, for display."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def used(self, keys: Sequence[UsageKey]) -> list[int]:
        """The usage of each key, in the order of `keys`."""
        found = await used(self._database, keys)
        return [found[key] for key in keys]


async def lock(tx: Tx, keys: Iterable[UsageKey]) -> dict[UsageKey, int]:
    """The usage of each key, with its row locked until the transaction ends. Missing rows are created.

    One INSERT creates and locks rows in the order of keys. It locks an existing row as an UPDATE does; INSERT IGNORE
    would take a shared lock, and two buyers would deadlock. The read after it sees what is committed.
    """
    ordered = sorted(set(keys))
    if not ordered:
        return {}
    rows = [{"subject": key.subject, "buyer": key.buyer, "used": 0} for key in ordered]
    await tx.run(_made(tx.dialect), rows)
    return await used(tx, ordered)


def _made(dialect: str) -> sa.Insert:
    if dialect == "sqlite":
        return sqlite.insert(usages).on_conflict_do_nothing()
    return mysql.insert(usages).on_duplicate_key_update(used=usages.c.used)


async def used(source: Database | Tx, keys: Sequence[UsageKey]) -> dict[UsageKey, int]:
    """The usage of each key so far: for display only, unless the caller holds the locks."""
    if not keys:
        return {}
    query = sa.select(usages).where(sa.tuple_(usages.c.subject, usages.c.buyer).in_(keys))
    found = {UsageKey(row.subject, row.buyer): int(row.used) for row in await source.all(query)}
    return {key: found.get(key, 0) for key in keys}


async def take(
    tx: Tx, units_by_order: Mapping[int, Mapping[UsageKey, int]], limits: Mapping[UsageKey, int]
) -> UsageKey | None:
    """Counts what orders use of locked keys, including keys without a limit.

    Returns the first key whose limit does not allow it (the caller must undo the transaction); None when all was
    counted.
    """
    totals: dict[UsageKey, int] = {}
    for units in units_by_order.values():
        for key, count in units.items():
            totals[key] = totals.get(key, 0) + count
    for key, count in sorted(totals.items()):
        if not await _add(tx, key, count, limits.get(key)):
            return key
    rows = [
        {"order_id": order_id, "subject": key.subject, "buyer": key.buyer, "units": count}
        for order_id, units in units_by_order.items()
        for key, count in units.items()
    ]
    if rows:
        await tx.run(sa.insert(order_usages), rows)
    return None


async def give_back(tx: Tx, order_id: int) -> None:
    """Gives back what an order used, once: the order then no longer holds it."""
    mine = order_usages.c.order_id == order_id
    ordered = (order_usages.c.subject, order_usages.c.buyer)
    rows = await tx.all(sa.select(order_usages).where(mine).order_by(*ordered).with_for_update())
    if not rows:
        return
    await tx.run(sa.delete(order_usages).where(mine))
    for row in rows:
        key = UsageKey(row.subject, row.buyer)
        if not await _add(tx, key, -row.units, None):
            raise RuntimeError(f"order {order_id} used more of {key.subject} than was counted")


async def _add(tx: Tx, key: UsageKey, count: int, limit: int | None) -> bool:
    row = usages.c
    guard = [row.subject == key.subject, row.buyer == key.buyer, row.used + count >= 0]
    if limit is not None:
        guard.append(row.used + count <= limit)
    return bool((await tx.run(sa.update(usages).where(*guard).values(used=row.used + count))).rowcount == 1)
