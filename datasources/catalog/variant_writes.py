"""Writes the variants of products with their prices and their first stock."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from datasources.catalog import variant_stock
from datasources.catalog.variant_matching import Matched, PriceList, matched, option_key
from datasources.catalog.variant_stock import Placed
from datasources.kit.database import Database, Row, Tx
from datasources.kit.rows import grouped
from datasources.tables import prices, variants
from domain.catalog.drafts import ProductDraft
from domain.catalog.metafields import MetafieldCell
from domain.catalog.records import variant_title
from domain.kit.ids import new_id

UNTRACKED = "the units of a variant are no longer counted, although orders hold or bought some"


@dataclass(frozen=True, slots=True)
class VariantsWritten:
    """The options of each product in the form of the `products` table, and remarks, by product id.

    `metafields` are those to write, by variant id.
    """

    options: Mapping[int, list[dict[str, Any]]]
    notes: Mapping[int, tuple[str, ...]]
    metafields: Mapping[int, tuple[MetafieldCell, ...]]


async def write(tx: Tx, drafts: Mapping[int, ProductDraft], territory: str, now: datetime) -> VariantsWritten:
    """Writes the variants of products. What the source of a draft does not have stays as it is stored."""
    rows = await _stored(tx, list(drafts))
    prices = await _prices(tx, [row.id for found in rows.values() for row in found])
    found = {key: matched(draft, rows[key], prices, territory) for key, draft in drafts.items()}
    placed = [one for key, each in found.items() for one in _placed(key, each, rows[key])]
    vanished = [row.id for each in found.values() if not each.draft.is_partial for row in each.left]
    before = {row.id: row for each in rows.values() for row in each}
    await _write_rows(tx, placed, before, now)
    priced = await _write_prices(tx, placed, vanished, prices, territory)
    await variant_stock.write(tx, placed, now)
    ended = [one for one in placed if not one.is_new and before[one.id].tracked and not one.draft.tracked]
    sold = await variant_stock.with_units(tx, [one.id for one in ended])
    notes = {key: each.notes for key, each in found.items()}
    for one in ended:
        notes[one.product_id] += (UNTRACKED,) if one.id in sold else ()
    of_product = grouped(((one.product_id, one) for one in placed), list(found))
    options = {key: _options(each, own, priced) for (key, each), own in zip(found.items(), of_product, strict=True)}
    return VariantsWritten(options, notes, {one.id: one.draft.metafields for one in placed})


async def pictures_left(database: Database, drafts: Mapping[int, ProductDraft]) -> dict[int, frozenset[str]]:
    """The pictures of the stored variants that drafts leave as they are, by product id."""
    rows = await _stored(database, list(drafts))
    found = {key: matched(draft, rows[key], {}, "") for key, draft in drafts.items()}
    return {
        key: frozenset(row.image_url for row in each.left if row.image_url) if each.draft.is_partial else frozenset()
        for key, each in found.items()
    }


async def _stored(tx: Tx | Database, product_ids: Sequence[int]) -> dict[int, list[Row]]:
    """Stored variants by product, in the order of their positions."""
    stored: dict[int, list[Row]] = {product_id: [] for product_id in product_ids}
    query = sa.select(variants).where(variants.c.product_id.in_(product_ids)).order_by(variants.c.position)
    for row in await tx.all(query):
        stored[row.product_id].append(row)
    return stored


async def _prices(tx: Tx, variant_ids: Sequence[int]) -> dict[int, dict[str, tuple[int, int | None]]]:
    """Stored prices by variant and territory."""
    found: dict[int, dict[str, tuple[int, int | None]]] = {}
    for row in await tx.all(sa.select(prices).where(prices.c.variant_id.in_(variant_ids))) if variant_ids else ():
        found.setdefault(row.variant_id, {})[row.territory] = (row.minor, row.compare_at_minor)
    return found


def _placed(product_id: int, found: Matched, stored: Sequence[Row]) -> list[Placed]:
    """The variants of a draft with their places: those of a partial draft keep theirs, new ones follow."""
    places = {row.id: row.position for row in stored} if found.draft.is_partial else {}
    last = max(places.values(), default=0)
    placed = []
    for number, (key, draft) in enumerate(zip(found.keys, found.draft.variants, strict=True), 1):
        position = places.get(key or 0, last + number)
        placed.append(Placed(new_id() if key is None else key, key is None, product_id, position, found.draft, draft))
    return placed


def _options(found: Matched, placed: Sequence[Placed], priced: Container[int]) -> list[dict[str, Any]]:
    """The options of a product, with each value once, in the order of its variants.

    Variants without a price, which nobody sees, have a say only where no variant has one.
    """
    names = found.draft.option_names
    every = [(one.position, one.id, list(zip(names, one.draft.option_values, strict=True))) for one in placed]
    every += [(row.position, row.id, row.options) for row in found.left] if found.draft.is_partial else []
    seen = [one for one in every if one[1] in priced] or every
    values: dict[str, dict[str, None]] = {name: {} for name in names}
    for _, _, options in sorted(seen, key=itemgetter(0, 1)):
        for name, value in options:
            values.setdefault(name, {})[value] = None
    return [{"name": name, "values": list(listed)} for name, listed in values.items()]


async def _write_rows(tx: Tx, placed: Sequence[Placed], before: Mapping[int, Row], now: datetime) -> None:
    if rows := [_row(one) | {"id": one.id, "product_id": one.product_id} for one in placed if one.is_new]:
        await tx.run(sa.insert(variants), rows)
    if rows := [_row(one) | _again(one, before[one.id], now) for one in placed if not one.is_new]:
        await tx.run(sa.update(variants).where(variants.c.id == sa.bindparam("key")), rows)


def _again(one: Placed, before: Row, now: datetime) -> dict[str, Any]:
    """The columns of a stored variant that depend on what it was: the end of tracking."""
    ended = now if before.tracked else before.tracking_ended_at
    return {"key": one.id, "tracking_ended_at": None if one.draft.tracked else ended}


def _row(one: Placed) -> dict[str, Any]:
    draft = one.draft
    return {
        "position": one.position,
        "sku": draft.sku,
        "title": variant_title(draft.option_values)[:255],
        "option_key": option_key(draft.option_values),
        "options": list(zip(one.product.option_names, draft.option_values, strict=True)),
        "sells_out": draft.sells_out,
        "tracked": draft.tracked,
        "grams": draft.grams,
        "taxable": draft.taxable,
        "requires_shipping": draft.requires_shipping,
        "barcode": draft.barcode,
        "image_url": draft.image_url,
    }


async def _write_prices(
    tx: Tx, placed: Sequence[Placed], vanished: Sequence[int], stored: Mapping[int, PriceList], territory: str
) -> set[int]:
    """Returns the variants that have a price, also those that stay as they are."""
    replaced = [*(one.id for one in placed if not one.is_new), *vanished]
    if replaced:
        await tx.run(
            sa.delete(prices).where(prices.c.variant_id == sa.bindparam("key")), [{"key": k} for k in replaced]
        )
    if rows := [row for one in placed for row in _price_rows(one, stored.get(one.id, {}), territory)]:
        await tx.run(sa.insert(prices), rows)
    return (stored.keys() - replaced) | {row["variant_id"] for row in rows}


def _price_rows(one: Placed, stored: PriceList, territory: str) -> list[dict[str, Any]]:
    """The prices of a variant: those that its source does not have stay."""
    absent, draft = one.product.absent, one.draft
    listed: dict[str, tuple[int | None, int | None]] = {**stored} if "prices" in absent else {}
    if draft.has_price:
        listed[territory] = (draft.price_minor, draft.compare_at_minor)
    for code, price in draft.prices:
        listed[code] = (price.price.minor, None if price.compare_at is None else price.compare_at.minor)
    for cell in draft.market_prices:
        minor, compare_at = listed.get(cell.territory, (None, None))
        listed[cell.territory] = (cell.value, compare_at) if cell.column == "minor" else (minor, cell.value)
    return [
        {"variant_id": one.id, "territory": code, "minor": minor, "compare_at_minor": compare_at}
        for code, (minor, compare_at) in listed.items()
        if minor is not None
    ]
