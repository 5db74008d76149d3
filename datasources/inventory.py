"""Stock levels and their ledger. Every change is one guarded UPDATE with its movement row beside it.

available + reserved + sold equals the sums of the movements at every instant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from datasources.mysql import Tx
from datasources.rows import aligned
from datasources.tables import stock_levels, stock_movements, variants
from domain.inventory import Movement, StockLevel

# The effect of one unit on (available, reserved, sold).
EFFECTS: dict[Movement, tuple[int, int, int]] = {
    Movement.INITIAL: (1, 0, 0),
    Movement.ADJUSTMENT: (1, 0, 0),
    Movement.RESERVATION: (-1, 1, 0),
    Movement.SALE: (0, -1, 1),
    Movement.RELEASE: (1, -1, 0),
    Movement.RESTOCK: (1, 0, -1),
}


async def move(
    tx: Tx,
    kind: Movement,
    units: Mapping[int, int],
    now: datetime,
    actor: str,
    reason: str,
    order_id: int | None = None,
    refund_id: int | None = None,
) -> int | None:
    """Moves units of variants, in the order given (callers pass variant ids rising: no two can deadlock).

    Answers the first variant whose stock does not allow it (the caller must undo the transaction), None when all moved.
    """
    for variant_id, count in units.items():
        if not await _change(tx, kind, [variant_id], count):
            return variant_id
    rows = [
        _movement(kind, variant_id, count, now, actor, reason, order_id) | {"refund_id": refund_id}
        for variant_id, count in units.items()
    ]
    if rows:
        await tx.run(sa.insert(stock_movements), rows)
    return None


async def _change(tx: Tx, kind: Movement, variant_ids: Sequence[int], count: int) -> bool:
    """Whether the stock of each variant allowed it; the database takes rows of one statement in the order of ids."""
    level = stock_levels.c
    available, reserved, sold = (effect * count for effect in EFFECTS[kind])
    result = await tx.run(
        sa.update(stock_levels)
        .where(
            level.variant_id.in_(variant_ids),
            sa.or_(level.available + available >= 0, level.sells_out.is_(False)) if available < 0 else sa.true(),
            level.reserved + reserved >= 0 if reserved < 0 else sa.true(),
            level.sold + sold >= 0 if sold < 0 else sa.true(),
        )
        .values(available=level.available + available, reserved=level.reserved + reserved, sold=level.sold + sold)
    )
    return bool(result.rowcount == len(variant_ids))


def _movement(
    kind: Movement, variant_id: int, count: int, now: datetime, actor: str, reason: str, order_id: int | None
) -> dict[str, Any]:
    available, reserved, sold = (effect * count for effect in EFFECTS[kind])
    return {
        "variant_id": variant_id,
        "kind": kind.value,
        "available": available,
        "reserved": reserved,
        "sold": sold,
        "order_id": order_id,
        "actor": actor,
        "reason": reason,
        "created_at": now,
    }


@dataclass(frozen=True, slots=True)
class ForSale:
    """Units for sale of a variant, seen with its row locked; `sells_out` is False where stock may go below zero."""

    available: int
    sells_out: bool


async def lock(tx: Tx, variant_ids: Sequence[int]) -> dict[int, ForSale]:
    """Stock of variants, their rows locked in the order of their ids until the transaction ends.

    SQLite drops FOR UPDATE, but has one writer at a time anyway.
    """
    level = stock_levels.c
    rows = await tx.all(
        sa.select(level.variant_id, level.available, level.sells_out)
        .where(level.variant_id.in_(variant_ids))
        .order_by(level.variant_id)
        .with_for_update()
    )
    return {row.variant_id: ForSale(row.available, row.sells_out) for row in rows}


async def move_orders(
    tx: Tx, kind: Movement, units_by_order: Mapping[int, Mapping[int, int]], now: datetime, reason: str
) -> int | None:
    """Moves the units of many orders: one guarded UPDATE for all variants of equal count, one movement per order.

    Answers one of the variants among which some stock does not allow it (the caller must undo the transaction), None
    when all moved.
    """
    totals: dict[int, int] = {}
    for units in units_by_order.values():
        for variant_id, count in units.items():
            totals[variant_id] = totals.get(variant_id, 0) + count
    alike: dict[int, list[int]] = {}
    for variant_id, count in sorted(totals.items()):
        alike.setdefault(count, []).append(variant_id)
    if len(alike) > 1:
        await lock(tx, sorted(totals))  # several statements: the rows in one order all the same
    for count, variant_ids in alike.items():
        if not await _change(tx, kind, variant_ids, count):
            return variant_ids[0]
    rows = [
        _movement(kind, variant_id, count, now, f"order:{order_id}", reason, order_id)
        for order_id, units in units_by_order.items()
        for variant_id, count in units.items()
    ]
    if rows:
        await tx.run(sa.insert(stock_movements), rows)
    return None


async def short(tx: Tx, units: Mapping[int, int]) -> list[int]:
    """The variants that sell out and have fewer units for sale than asked."""
    level = stock_levels.c
    rows = await tx.all(
        sa.select(level.variant_id, level.available).where(level.variant_id.in_(list(units)), level.sells_out)
    )
    return [row.variant_id for row in rows if row.available < units[row.variant_id]]


async def levels(tx: Tx, variant_ids: Sequence[int]) -> list[StockLevel | None]:
    """Stock of variants in the order of their ids."""
    rows = await tx.all(sa.select(stock_levels).where(stock_levels.c.variant_id.in_(variant_ids)))
    found = {row.variant_id: StockLevel(row.variant_id, row.available, row.reserved, row.sold) for row in rows}
    return aligned(found, variant_ids)


async def products_of(tx: Tx, variant_ids: Sequence[int]) -> tuple[int, ...]:
    """The products that variants belong to, each once."""
    query = sa.select(variants.c.product_id).where(variants.c.id.in_(variant_ids)).distinct()
    return tuple(sorted(row.product_id for row in await tx.all(query)))
