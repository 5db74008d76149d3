"""Stock that stopped to count: units of it were sold that nobody may have."""

from typing import Any

import sqlalchemy as sa

from datasources.consistency.rule import Rule
from datasources.tables import locations, stock_levels, variants
from domain.inventory import LocationKind

_LEVEL, _VARIANT = stock_levels.c, variants.c
_THEIRS = _VARIANT.id == _LEVEL.variant_id


def _below_zero(_dialect: str) -> sa.Select[Any]:
    return (
        sa.select(_LEVEL.variant_id, _LEVEL.location_id, _LEVEL.available)
        .join_from(stock_levels, variants, _THEIRS)
        .where(_LEVEL.available < 0, _VARIANT.tracking_ended_at.is_not(None) | _VARIANT.sells_out)
        .order_by(_LEVEL.variant_id, _LEVEL.location_id)
    )


def _ended(_dialect: str) -> sa.Select[Any]:
    reserved, sold = sa.func.sum(_LEVEL.reserved), sa.func.sum(_LEVEL.sold)
    return (
        sa.select(_LEVEL.variant_id, _VARIANT.tracking_ended_at, reserved.label("reserved"), sold.label("sold"))
        .join_from(stock_levels, variants, _THEIRS)
        .where(_VARIANT.tracking_ended_at.is_not(None))
        .group_by(_LEVEL.variant_id, _VARIANT.tracking_ended_at)
        .having(reserved + sold > 0)
        .order_by(_LEVEL.variant_id)
    )


def _differing(_dialect: str) -> sa.Select[Any]:
    return (
        sa.select(_LEVEL.variant_id, _LEVEL.location_id)
        .join_from(stock_levels, variants, _THEIRS)
        .join(locations, locations.c.id == _LEVEL.location_id)
        .where(locations.c.kind == LocationKind.WAREHOUSE.value, _LEVEL.sells_out != _VARIANT.sells_out)
        .order_by(_LEVEL.variant_id, _LEVEL.location_id)
    )


RULES = (
    Rule(
        "Variant {variant_id} has {available} units at location {location_id}, although its stock counted.",
        "levels below zero of stock that counted",
        _below_zero,
    ),
    Rule(
        "The stock of variant {variant_id} stopped to count at {tracking_ended_at}, with {reserved} units held and "
        "{sold} sold: track it again.",
        "variants whose stock stopped to count with units held or sold",
        _ended,
    ),
    Rule(
        "Variant {variant_id} and its stock at location {location_id} differ in whether it sells out.",
        "levels that differ from their variant in whether they sell out",
        _differing,
    ),
)
