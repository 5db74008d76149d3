"""The first stock of variants that come from files, and whether the stock of stored ones counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from datasources.inventory.locations import WAREHOUSE
from datasources.kit.database import Tx
from datasources.tables import locations, stock_levels, stock_movements
from domain.catalog.drafts import ProductDraft, VariantDraft
from domain.inventory import DEFAULT_LOCATION, Movement, StockKey

ACTOR = "import"


@dataclass(frozen=True, slots=True)
class Placed:
    """A variant draft with the key of its row."""

    id: int
    is_new: bool
    product_id: int
    position: int
    product: ProductDraft
    draft: VariantDraft


async def write(tx: Tx, placed: Sequence[Placed], now: datetime) -> None:
    """Gives new variants their first stock, and changes whether that of stored ones sells out."""
    if new := [one for one in placed if one.is_new]:
        await tx.run(sa.insert(stock_levels), [_level(one) for one in new])
        await tx.run(
            sa.insert(stock_movements),
            [_movement(_main(one.id), Movement.INITIAL, one.draft.inventory, "imported", now) for one in new],
        )
    old = sorted((one for one in placed if not one.is_new), key=lambda one: one.id)
    level = stock_levels.c
    # The units of a flash sale sell out, whatever the setting of the variant.
    there = level.location_id.in_(sa.select(locations.c.id).where(WAREHOUSE))
    for sells_out in (False, True):
        ids = [one.id for one in old if one.draft.sells_out is sells_out]
        mine = (level.variant_id == sa.bindparam("key")) & there & (level.sells_out != sells_out)
        changes = sa.update(stock_levels).where(mine)
        if ids:
            if sells_out:
                await _raise_to_zero(tx, ids, now)
            await tx.run(changes.values(sells_out=sells_out), [{"key": key} for key in ids])


async def with_units(tx: Tx, variant_ids: Sequence[int]) -> set[int]:
    """Those of the variants that have units held by orders or sold."""
    level = stock_levels.c
    query = sa.select(level.variant_id).where(level.variant_id.in_(variant_ids), level.reserved + level.sold > 0)
    return {row.variant_id for row in await tx.all(query)} if variant_ids else set()


async def _raise_to_zero(tx: Tx, ids: Sequence[int], now: datetime) -> None:
    """Stock that may no longer go below zero starts at zero. An adjustment with that reason records the difference."""
    level = stock_levels.c
    # Locked before the read: units sold in between would put the stock below zero when the rule takes effect.
    unlimited = (level.variant_id == sa.bindparam("key")) & level.sells_out.is_(False)
    lock = sa.update(stock_levels).where(unlimited).values(reserved=level.reserved)
    await tx.run(lock, [{"key": key} for key in ids])
    rows = [
        _movement(key, Movement.ADJUSTMENT, -available, "stock is tracked from now on", now)
        for key, available in (await _below_zero(tx, ids)).items()
    ]
    if rows:
        await tx.run(sa.insert(stock_movements), rows)
        mine = (level.variant_id == sa.bindparam("key")) & (level.location_id == sa.bindparam("place"))
        places = [{"key": row["variant_id"], "place": row["location_id"]} for row in rows]
        await tx.run(sa.update(stock_levels).where(mine).values(available=0), places)


async def _below_zero(tx: Tx, ids: Sequence[int]) -> dict[StockKey, int]:
    level = stock_levels.c
    query = sa.select(level.variant_id, level.location_id, level.available)
    query = query.where(level.variant_id.in_(ids), level.available < 0).order_by(level.variant_id, level.location_id)
    return {(row.variant_id, row.location_id): row.available for row in await tx.all(query)}


def _main(variant_id: int) -> StockKey:
    """The first units of a variant go to the main warehouse."""
    return variant_id, DEFAULT_LOCATION


def _level(one: Placed) -> dict[str, Any]:
    return {
        "variant_id": one.id,
        "location_id": DEFAULT_LOCATION,
        "available": one.draft.inventory,
        "reserved": 0,
        "sold": 0,
        "sells_out": one.draft.sells_out,
    }


def _movement(key: StockKey, kind: Movement, units: int, reason: str, now: datetime) -> dict[str, Any]:
    return {
        "variant_id": key[0],
        "location_id": key[1],
        "kind": kind.value,
        "available": units,
        "reserved": 0,
        "sold": 0,
        "actor": ACTOR,
        "reason": reason,
        "created_at": now,
    }
