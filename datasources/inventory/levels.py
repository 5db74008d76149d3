"""Stock levels and their ledger. Every change is one guarded UPDATE together with its movement row.

available + reserved + sold equals the sums of the movements at every instant, for each variant at each location.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from datasources.flash_sales.sales import home_warehouses
from datasources.inventory.locations import warehouse_ids
from datasources.kit.database import Tx
from datasources.kit.rows import aligned
from datasources.tables import stock_levels, stock_movements, variants
from domain.inventory import Movement, StockKey, StockLevel

# The effect of one unit on (available, reserved, sold).
EFFECTS: dict[Movement, tuple[int, int, int]] = {
    Movement.INITIAL: (1, 0, 0),
    Movement.ADJUSTMENT: (1, 0, 0),
    Movement.RESERVATION: (-1, 1, 0),
    Movement.SALE: (0, -1, 1),
    Movement.RELEASE: (1, -1, 0),
    Movement.RESTOCK: (1, 0, -1),
    Movement.TRANSFER: (1, 0, 0),
}


async def move(
    tx: Tx,
    kind: Movement,
    units: Mapping[StockKey, int],
    now: datetime,
    actor: str,
    reason: str,
    order_id: int | None = None,
    refund_id: int | None = None,
) -> StockKey | None:
    """Moves units of variants at locations in the order of their keys, so that no two callers deadlock.

    Returns the first key whose stock does not allow it (the caller must undo the transaction); None when all moved.
    """
    for (variant_id, location_id), count in sorted(units.items()):
        if not await _change(tx, kind, [variant_id], location_id, count):
            return variant_id, location_id
    rows = [
        _movement(kind, key, count, now, actor, reason, order_id) | {"refund_id": refund_id}
        for key, count in units.items()
    ]
    if rows:
        await tx.run(sa.insert(stock_movements), rows)
    return None


async def _change(tx: Tx, kind: Movement, variant_ids: Sequence[int], location_id: int, count: int) -> bool:
    """Whether the stock of each variant there allowed it. The database processes rows of one statement in key order."""
    level = stock_levels.c
    available, reserved, sold = (effect * count for effect in EFFECTS[kind])
    result = await tx.run(
        sa.update(stock_levels)
        .where(
            level.variant_id.in_(variant_ids),
            level.location_id == location_id,
            sa.or_(level.available + available >= 0, level.sells_out.is_(False)) if available < 0 else sa.true(),
            level.reserved + reserved >= 0 if reserved < 0 else sa.true(),
            level.sold + sold >= 0 if sold < 0 else sa.true(),
        )
        .values(available=level.available + available, reserved=level.reserved + reserved, sold=level.sold + sold)
    )
    return bool(result.rowcount == len(variant_ids))


def _movement(
    kind: Movement, key: StockKey, count: int, now: datetime, actor: str, reason: str, order_id: int | None
) -> dict[str, Any]:
    available, reserved, sold = (effect * count for effect in EFFECTS[kind])
    return {
        "variant_id": key[0],
        "location_id": key[1],
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
    """Units for sale of a variant by location, read with all its rows locked.

    `sells_out` is False where stock may go below zero.
    """

    available: Mapping[int, int]
    sells_out: bool


async def lock(tx: Tx, variant_ids: Iterable[int]) -> dict[int, ForSale]:
    """Stock of variants at every location. Rows stay locked, in the order of their keys, until the transaction ends.

    SQLite ignores FOR UPDATE, but has only one writer at a time.
    """
    level = stock_levels.c
    rows = await tx.all(
        sa.select(level.variant_id, level.location_id, level.available, level.sells_out)
        .where(level.variant_id.in_(sorted(set(variant_ids))))
        .order_by(level.variant_id, level.location_id)
        .with_for_update()
    )
    available: dict[int, dict[int, int]] = {}
    for row in rows:
        available.setdefault(row.variant_id, {})[row.location_id] = row.available
    # The value of the main warehouse; the units of a flash sale always sell out.
    sells_out = {row.variant_id: row.sells_out for row in reversed(rows)}
    return {variant_id: ForSale(found, sells_out[variant_id]) for variant_id, found in available.items()}


async def open_levels(tx: Tx, stock: Mapping[int, ForSale], keys: Iterable[StockKey], sells_out: bool = False) -> None:
    """Adds levels of zero units where locked variants have none. The locks keep two callers from adding the same level.

    The levels sell out if the variant does, or if `sells_out` is set.
    """
    missing = sorted({(variant, place) for variant, place in keys if place not in stock[variant].available})
    rows = [
        {
            "variant_id": variant_id,
            "location_id": location_id,
            "available": 0,
            "reserved": 0,
            "sold": 0,
            "sells_out": sells_out or stock[variant_id].sells_out,
        }
        for variant_id, location_id in missing
    ]
    if rows:
        await tx.run(sa.insert(stock_levels), rows)


async def move_orders(
    tx: Tx, kind: Movement, units_by_order: Mapping[int, Mapping[StockKey, int]], now: datetime, reason: str
) -> StockKey | None:
    """Moves the units of many orders: one guarded UPDATE for all equal changes, one movement per order and key.

    Returns one of the keys whose stock does not allow it (the caller must undo the transaction); None when all moved.
    """
    totals: dict[StockKey, int] = {}
    for units in units_by_order.values():
        for key, count in units.items():
            totals[key] = totals.get(key, 0) + count
    alike: dict[tuple[int, int], list[int]] = {}
    for (variant_id, location_id), count in sorted(totals.items()):
        alike.setdefault((location_id, count), []).append(variant_id)
    if len(alike) > 1:
        # With several statements, rows are still changed in one order.
        await lock(tx, {variant_id for variant_id, _ in totals})
    for (location_id, count), variant_ids in alike.items():
        if not await _change(tx, kind, variant_ids, location_id, count):
            return variant_ids[0], location_id
    rows = [
        _movement(kind, key, count, now, f"order:{order_id}", reason, order_id)
        for order_id, units in units_by_order.items()
        for key, count in units.items()
    ]
    if rows:
        await tx.run(sa.insert(stock_movements), rows)
    return None


async def give_back(
    tx: Tx,
    kind: Movement,
    units: Mapping[StockKey, int],
    now: datetime,
    actor: str,
    reason: str,
    order_id: int | None = None,
    refund_id: int | None = None,
) -> tuple[int, ...]:
    """Puts units back for sale where they came from. Returns the products of variants that are no longer sold out.

    Units of an ended flash sale go to their warehouse at once. Raises RuntimeError when a level has fewer of them than
    its ledger says.
    """
    stock = await lock(tx, (variant_id for variant_id, _ in units)) if units else {}
    lacking = await move(tx, kind, units, now, actor, reason, order_id, refund_id)
    if lacking is not None:
        raise RuntimeError(f"{actor} gives back more of variant {lacking[0]} than location {lacking[1]} gave")
    warehouses = await warehouse_ids(tx) if units else frozenset()
    pools = {key: count for key, count in units.items() if key[1] not in warehouses}
    home = await home_warehouses(tx, pools) if pools else {}
    onwards = {key: (place, pools[key]) for key, place in home.items()}
    if await transfer(tx, onwards, now, actor, "the flash sale is over") is not None:
        raise RuntimeError(f"{actor} cannot transfer the units of an ended flash sale")
    back: dict[tuple[int, frozenset[int]], int] = {}
    for key, count in units.items():
        selling = frozenset({key[1]}) if key in pools and key not in home else warehouses
        back[key[0], selling] = back.get((key[0], selling), 0) + count
    returned = [
        variant_id
        for (variant_id, selling), count in back.items()
        if 0 < count + sum(stock[variant_id].available.get(place, 0) for place in selling) <= count
    ]
    return await products_of(tx, returned) if returned else ()


async def transfer(
    tx: Tx, moved: Mapping[StockKey, tuple[int, int]], now: datetime, actor: str, reason: str
) -> StockKey | None:
    """Moves units from levels to other locations: (location id, units) by level. Returns what `move` returns."""
    units: dict[StockKey, int] = {}
    for (variant_id, origin), (destination, count) in moved.items():
        for location_id, delta in ((origin, -count), (destination, count)):
            key = (variant_id, location_id)
            units[key] = units.get(key, 0) + delta
    return await move(tx, Movement.TRANSFER, units, now, actor, reason)


async def reserved_for(tx: Tx, order_ids: Sequence[int]) -> dict[int, dict[StockKey, int]]:
    """Units that orders took, each in the order of keys. Later sales and releases use the same locations."""
    moved = stock_movements.c
    rows = await tx.all(
        sa.select(moved.order_id, moved.variant_id, moved.location_id, moved.reserved)
        .where(moved.order_id.in_(order_ids), moved.kind == Movement.RESERVATION.value)
        .order_by(moved.order_id, moved.variant_id, moved.location_id)
    )
    found: dict[int, dict[StockKey, int]] = {order_id: {} for order_id in order_ids}
    for row in rows:
        found[row.order_id][row.variant_id, row.location_id] = row.reserved
    return found


async def levels(tx: Tx, keys: Sequence[StockKey]) -> list[StockLevel | None]:
    """Stock of variants at locations in the order of their keys."""
    level = stock_levels.c
    rows = await tx.all(sa.select(stock_levels).where(level.variant_id.in_({variant_id for variant_id, _ in keys})))
    found = {
        (row.variant_id, row.location_id): StockLevel(
            row.variant_id, row.location_id, row.available, row.reserved, row.sold
        )
        for row in rows
    }
    return aligned(found, keys)


async def products_of(tx: Tx, variant_ids: Sequence[int]) -> tuple[int, ...]:
    """The products that variants belong to, each once."""
    query = sa.select(variants.c.product_id).where(variants.c.id.in_(variant_ids)).distinct()
    return tuple(sorted(row.product_id for row in await tx.all(query)))
