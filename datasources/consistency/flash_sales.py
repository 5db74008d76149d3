"""Flash sales: compares the units set apart with where they are now, and finds sales that should not exist."""

from typing import Any

import sqlalchemy as sa

from datasources.consistency.rule import Rule
from datasources.kit.rows import seconds_from_now
from datasources.tables import flash_sale_items, flash_sales, stock_levels, stock_movements
from domain.inventory import Movement

# The sweep runs every second. A minute later nothing is left behind unless no worker runs.
PATIENCE_SECONDS = 61


def _units(_dialect: str) -> sa.Select[Any]:
    """Units set apart = available + reserved + sold at the sale's location + what was given back from there."""
    sale, item, level, move = flash_sales.c, flash_sale_items.c, stock_levels.c, stock_movements.c
    left = (move.kind == Movement.TRANSFER.value) & (move.available < 0)
    moved = (
        sa.select(move.variant_id, move.location_id, sa.func.sum(-move.available).label("units"))
        .where(left)
        .group_by(move.variant_id, move.location_id)
        .subquery()
    )
    back = sa.func.coalesce(moved.c.units, 0)
    there = sa.func.coalesce(level.available + level.reserved + level.sold, 0)
    at = (level.variant_id == item.variant_id) & (level.location_id == sale.location_id)
    came = (moved.c.variant_id == item.variant_id) & (moved.c.location_id == sale.location_id)
    return (
        sa.select(item.sale_id, item.variant_id, item.units, there.label("there"), back.label("back"))
        .join_from(flash_sale_items, flash_sales, sale.id == item.sale_id)
        .outerjoin(stock_levels, at)
        .outerjoin(moved, came)
        .where(item.units != there + back)
        .order_by(item.sale_id, item.variant_id)
    )


def _left_behind(dialect: str) -> sa.Select[Any]:
    sale, item, level = flash_sales.c, flash_sale_items.c, stock_levels.c
    past = seconds_from_now(dialect, -PATIENCE_SECONDS)
    at = (level.variant_id == item.variant_id) & (level.location_id == sale.location_id)
    return (
        sa.select(item.sale_id, item.variant_id, level.available)
        .join_from(flash_sale_items, flash_sales, sale.id == item.sale_id)
        .join(stock_levels, at)
        .where((sale.ends_at < past) | (sale.cancelled_at < past), level.available != 0)
        .order_by(item.sale_id, item.variant_id)
    )


def _overlaps(_dialect: str) -> sa.Select[Any]:
    one, other = flash_sales.alias("one"), flash_sales.alias("other")
    mine, its = flash_sale_items.alias("mine"), flash_sale_items.alias("its")
    return (
        sa.select(mine.c.variant_id, one.c.id.label("one"), other.c.id.label("other"))
        .join_from(mine, one, one.c.id == mine.c.sale_id)
        .join(its, (its.c.variant_id == mine.c.variant_id) & (its.c.sale_id > mine.c.sale_id))
        .join(other, other.c.id == its.c.sale_id)
        .where(one.c.cancelled_at.is_(None), other.c.cancelled_at.is_(None))
        .where(one.c.starts_at < other.c.ends_at, other.c.starts_at < one.c.ends_at)
        .order_by(mine.c.variant_id, one.c.id, other.c.id)
    )


RULES = (
    Rule(
        "Flash sale {sale_id} set {units} units of variant {variant_id} apart, but {there} are at its location and "
        "{back} were given back.",
        "variants of flash sales with other units than were set apart",
        _units,
    ),
    Rule(
        "Flash sale {sale_id} is over, but {available} units of variant {variant_id} were not given back.",
        "variants of flash sales that were left behind",
        _left_behind,
    ),
    Rule(
        "Variant {variant_id} is in flash sales {one} and {other} at the same time.",
        "variants in two flash sales at once",
        _overlaps,
    ),
)
