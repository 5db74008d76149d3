"""Writes the variants of products with their prices and their first stock."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from datasources.inventory.locations import WAREHOUSE
from datasources.kit.database import Row, Tx
from datasources.tables import locations, prices, stock_levels, stock_movements, variants
from domain.catalog.records import ProductDraft, VariantDraft, variant_title
from domain.inventory import DEFAULT_LOCATION, Movement, StockKey
from domain.kit.ids import new_id

_SEPARATOR = "\x1f"
ACTOR = "import"


@dataclass(frozen=True, slots=True)
class _Placed:
    """A variant draft with the key of its row."""

    id: int
    is_new: bool
    product_id: int
    position: int
    option_names: tuple[str, ...]
    draft: VariantDraft


def option_key(values: Sequence[str]) -> str:
    """The key by which the next import recognizes the same variant.

    >>> option_key(("Red", "M")) == option_key(("Red M",))
    False
    """
    return _SEPARATOR.join(values)


async def write(
    tx: Tx, drafts: Mapping[int, ProductDraft], territory: str, now: datetime
) -> dict[int, list[dict[str, Any]]]:
    """Writes the variants of products and returns the options of each product in the form of the `products` table."""
    stored: dict[int, list[Row]] = {product_id: [] for product_id in drafts}
    query = sa.select(variants).where(variants.c.product_id.in_(list(drafts))).order_by(variants.c.position)
    for row in await tx.all(query):
        stored[row.product_id].append(row)
    placed: list[_Placed] = []
    vanished: list[int] = []
    options: dict[int, list[dict[str, Any]]] = {}
    for product_id, draft in drafts.items():
        matched = match(draft.variants, stored[product_id])
        placed += _placed(product_id, draft, matched)
        left = [row for row in stored[product_id] if row.id not in matched.values()]
        if not draft.is_partial:
            vanished += [row.id for row in left]
        options[product_id] = _options(draft, left if draft.is_partial else ())
    await _write_rows(tx, placed)
    await _write_prices(tx, placed, vanished, territory)
    await _write_stock(tx, placed, now)
    return options


def match(drafts: Sequence[VariantDraft], stored: Sequence[Row]) -> dict[int, int]:
    """Keys of stored variants by the position of their draft.

    Equal option values mean the same variant. Among the rest, an equal SKU does, if only one variant on each side has
    it.
    """
    by_options = {row.option_key: row.id for row in stored}
    matched = {
        position: by_options[option_key(draft.option_values)]
        for position, draft in enumerate(drafts)
        if option_key(draft.option_values) in by_options
    }
    taken = set(matched.values())
    left = [(row.sku, row.id) for row in stored if row.id not in taken]
    asked = [(draft.sku, position) for position, draft in enumerate(drafts) if position not in matched]
    by_sku = _unique(left)
    return matched | {position: by_sku[sku] for sku, position in _unique(asked).items() if sku in by_sku}


def _unique(pairs: Sequence[tuple[str | None, int]]) -> dict[str, int]:
    counts = Counter(sku for sku, _ in pairs)
    return {sku: key for sku, key in pairs if sku and counts[sku] == 1}


def _placed(product_id: int, draft: ProductDraft, matched: Mapping[int, int]) -> list[_Placed]:
    return [
        _Placed(
            id=matched[position] if position in matched else new_id(),
            is_new=position not in matched,
            product_id=product_id,
            position=position + 1,
            option_names=draft.option_names,
            draft=variant,
        )
        for position, variant in enumerate(draft.variants)
    ]


def _options(draft: ProductDraft, kept: Sequence[Row]) -> list[dict[str, Any]]:
    """The options of a product, with each value once, in the order of its variants."""
    values: dict[str, dict[str, None]] = {name: {} for name in draft.option_names}
    for variant in draft.variants:
        for name, value in zip(draft.option_names, variant.option_values, strict=True):
            values[name][value] = None
    for row in kept:
        for name, value in row.options:
            values.setdefault(name, {})[value] = None
    return [{"name": name, "values": list(found)} for name, found in values.items()]


async def _write_rows(tx: Tx, placed: Sequence[_Placed]) -> None:
    if rows := [_row(one) | {"id": one.id, "product_id": one.product_id} for one in placed if one.is_new]:
        await tx.run(sa.insert(variants), rows)
    if rows := [_row(one) | {"key": one.id} for one in placed if not one.is_new]:
        await tx.run(sa.update(variants).where(variants.c.id == sa.bindparam("key")), rows)


def _row(one: _Placed) -> dict[str, Any]:
    draft = one.draft
    return {
        "position": one.position,
        "sku": draft.sku,
        "title": variant_title(draft.option_values)[:255],
        "option_key": option_key(draft.option_values),
        "options": list(zip(one.option_names, draft.option_values, strict=True)),
        "sells_out": draft.sells_out,
        "grams": draft.grams,
        "taxable": draft.taxable,
        "requires_shipping": draft.requires_shipping,
        "barcode": draft.barcode,
        "image_url": draft.image_url,
    }


async def _write_prices(tx: Tx, placed: Sequence[_Placed], vanished: Sequence[int], territory: str) -> None:
    replaced = [*(one.id for one in placed if not one.is_new), *vanished]
    if replaced:
        await tx.run(
            sa.delete(prices).where(prices.c.variant_id == sa.bindparam("key")), [{"key": k} for k in replaced]
        )
    if rows := [row for one in placed for row in _price_rows(one, territory)]:
        await tx.run(sa.insert(prices), rows)


def _price_rows(one: _Placed, territory: str) -> list[dict[str, Any]]:
    listed = {territory: (one.draft.price_minor, one.draft.compare_at_minor)}
    for code, price in one.draft.prices:
        listed[code] = (price.price.minor, None if price.compare_at is None else price.compare_at.minor)
    return [
        {"variant_id": one.id, "territory": code, "minor": minor, "compare_at_minor": compare_at}
        for code, (minor, compare_at) in listed.items()
    ]


async def _write_stock(tx: Tx, placed: Sequence[_Placed], now: datetime) -> None:
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


def _level(one: _Placed) -> dict[str, Any]:
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
