"""The rows of a shop as exports read them: by pages of keys, in statements whose number does not depend on the page."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from datasources.kit.database import Database, Row
from datasources.kit.rows import grouped
from datasources.tables import (
    collection_products,
    collections,
    fulfillment_lines,
    fulfillments,
    locations,
    metafields,
    order_lines,
    orders,
    prices,
    product_exclusions,
    products,
    refunds,
    stock_levels,
    variants,
)
from domain.inventory import LocationKind
from domain.orders.after_payment import RefundState
from domain.orders.life import OrderStatus

PAGE = 100


@dataclass(frozen=True, slots=True)
class ShopProduct:
    """A product with what belongs to it; `prices` by variant and territory, `units` by variant."""

    row: Row
    variants: tuple[Row, ...]
    prices: dict[int, dict[str, Row]]
    units: dict[int, int]
    collections: tuple[Row, ...]
    exclusions: frozenset[str]
    metafields: dict[tuple[str, int, str, str, str], str]


async def metafield_names(database: Database) -> list[tuple[str, str, str, str]]:
    """(owner, namespace, key, type) of all metafields, each once."""
    column = metafields.c
    names = (column.owner, column.namespace, column.key, column.type)
    rows = await database.all(sa.select(*names).distinct().order_by(*names))
    return [(row.owner, row.namespace, row.key, row.type) for row in rows]


async def shop_products(database: Database) -> AsyncIterator[list[ShopProduct]]:
    """Every product by key, in pages, with all of its variants, also those without a price."""
    last = 0
    while rows := await database.all(_after(products, last)):
        yield await _products(database, rows)
        last = rows[-1].id


def _after(table: sa.Table, last: int) -> sa.Select[Any]:
    return sa.select(table).where(table.c.id > last).order_by(table.c.id).limit(PAGE)


async def _products(database: Database, rows: Sequence[Row]) -> list[ShopProduct]:
    ids = [row.id for row in rows]
    own = await database.all(_of_products(ids).order_by(variants.c.product_id, variants.c.position, variants.c.id))
    keys = [row.id for row in own]
    priced: dict[int, dict[str, Row]] = {}
    for row in await database.all(sa.select(prices).where(prices.c.variant_id.in_(keys))):
        priced.setdefault(row.variant_id, {})[row.territory] = row
    units = {row.variant_id: int(row.units) for row in await database.all(_units(keys))}
    member = collection_products.c
    named = sa.select(collections, member.product_id).join(
        collection_products, member.collection_id == collections.c.id
    )
    within = await database.all(named.where(member.product_id.in_(ids)).order_by(collections.c.id))
    out = await database.all(sa.select(product_exclusions).where(product_exclusions.c.product_id.in_(ids)))
    values = {
        (row.owner, row.owner_id, row.namespace, row.key, row.type): row.value
        for row in await database.all(sa.select(metafields).where(metafields.c.owner_id.in_([*ids, *keys])))
    }
    of_product = grouped(((row.product_id, row) for row in own), ids)
    in_collections = grouped(((row.product_id, row) for row in within), ids)
    excluded = grouped(((row.product_id, row.territory) for row in out), ids)
    return [
        ShopProduct(row, mine, priced, units, named_in, frozenset(places), values)
        for row, mine, named_in, places in zip(rows, of_product, in_collections, excluded, strict=True)
    ]


def _of_products(ids: Sequence[int]) -> sa.Select[Any]:
    return sa.select(variants).where(variants.c.product_id.in_(ids))


def _units(keys: Sequence[int]) -> sa.Select[Any]:
    level = stock_levels.c
    return (
        sa.select(level.variant_id, sa.func.sum(level.available).label("units"))
        .join(locations, locations.c.id == level.location_id)
        .where(level.variant_id.in_(keys), locations.c.kind == LocationKind.WAREHOUSE.value)
        .group_by(level.variant_id)
    )


async def shop_levels(database: Database) -> AsyncIterator[Row]:
    """Every level of a warehouse with the names of variant, product and location, by variant and location."""
    level, last = stock_levels.c, 0
    joined = (
        sa.select(
            *(products.c.handle, products.c.title.label("product"), variants.c.id, variants.c.options, variants.c.sku),
            *(locations.c.name, level.available, level.reserved),
        )
        .join_from(stock_levels, variants, variants.c.id == level.variant_id)
        .join(products, products.c.id == variants.c.product_id)
        .join(locations, locations.c.id == level.location_id)
        .where(locations.c.kind == LocationKind.WAREHOUSE.value)
        .order_by(level.variant_id, level.location_id)
    )
    while keys := [row.id for row in await database.all(_after(variants, last))]:
        for row in await database.all(joined.where(level.variant_id.in_(keys))):
            yield row
        last = keys[-1]


async def shop_orders(
    database: Database, statuses: Sequence[OrderStatus]
) -> AsyncIterator[tuple[Row, tuple[Row, ...]]]:
    """Every order in one of the states with its lines, by key; `back` is the money that was refunded."""
    last, states = 0, [status.value for status in statuses]
    done = (refunds.c.order_id == orders.c.id) & (refunds.c.state == RefundState.DONE.value)
    back = sa.select(sa.func.coalesce(sa.func.sum(refunds.c.minor), 0)).where(done)
    known = sa.select(orders, back.correlate(orders).scalar_subquery().label("back"))
    known = known.where(orders.c.status.in_(states)).order_by(orders.c.id).limit(PAGE)
    while rows := await database.all(known.where(orders.c.id > last)):
        ids = [row.id for row in rows]
        line = order_lines.c
        query = sa.select(order_lines, _sent()).where(line.order_id.in_(ids)).order_by(line.order_id, line.position)
        lines = grouped(((row.order_id, row) for row in await database.all(query)), ids)
        for row, own in zip(rows, lines, strict=True):
            yield row, own
        last = rows[-1].id


def _sent() -> sa.Label[int]:
    """The units of a line that were sent."""
    parcel, sent = fulfillments.c, fulfillment_lines.c
    mine = (parcel.order_id == order_lines.c.order_id) & (sent.position == order_lines.c.position)
    units = sa.select(sa.func.coalesce(sa.func.sum(sent.quantity), 0)).where(parcel.id == sent.fulfillment_id, mine)
    return units.correlate(order_lines).scalar_subquery().label("sent")


@dataclass(frozen=True, slots=True)
class NamedVariant:
    """A variant with what files call it."""

    id: int
    handle: str
    option_values: tuple[str, ...]
    sku: str | None


async def named_variants(database: Database, handles: Sequence[str], skus: Sequence[str]) -> list[NamedVariant]:
    """The variants of products with these handles, and those with these SKUs."""
    query = sa.select(variants.c.id, variants.c.options, variants.c.sku, products.c.handle)
    query = query.join_from(variants, products, products.c.id == variants.c.product_id).order_by(variants.c.id)
    rows = await database.all(query.where(products.c.handle.in_(handles) | variants.c.sku.in_(skus)))
    return [NamedVariant(row.id, row.handle, tuple(value for _, value in row.options), row.sku) for row in rows]


async def warehouses(database: Database) -> dict[str, int]:
    """Keys of warehouses by name without case; of equal names, the first."""
    query = sa.select(locations).where(locations.c.kind == LocationKind.WAREHOUSE.value)
    rows = await database.all(query.order_by(locations.c.id.desc()))
    return {row.name.casefold(): row.id for row in rows}
