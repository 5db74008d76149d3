"""What webhooks need to know about rows of other domains: keys, handles and levels, in batches."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from datasources.kit.database import Database
from datasources.tables import (
    carts,
    collections,
    customers,
    fulfillments,
    order_events,
    orders,
    products,
    refunds,
    stock_levels,
    stock_movements,
    variants,
)
from domain.inventory import Movement, StockKey
from domain.orders.life import OrderStatus

Levels = dict[int, list[StockKey]]


class WebhookFacts:
    """Reads by the keys that events carry. No keys, no statement."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def handles(self, product_ids: Collection[int]) -> dict[int, str]:
        """Handles of products by key."""
        query = sa.select(products.c.id, products.c.handle).where(products.c.id.in_(sorted(product_ids)))
        return {row.id: row.handle for row in await self._rows(query, product_ids)}

    async def collection_ids(self, handles: Collection[str]) -> dict[str, int]:
        """Keys of collections by handle."""
        query = sa.select(collections.c.id, collections.c.handle).where(collections.c.handle.in_(sorted(handles)))
        return {row.handle: row.id for row in await self._rows(query, handles)}

    async def sold(self, order_ids: Collection[int]) -> frozenset[int]:
        """Which of these orders were paid in time."""
        step = order_events.c
        query = sa.select(step.order_id).where(
            step.order_id.in_(sorted(order_ids)), step.status == OrderStatus.PAID.value
        )
        return frozenset(row.order_id for row in await self._rows(query.distinct(), order_ids))

    async def levels_of_orders(self, order_ids: Collection[int]) -> Levels:
        """The levels that orders took units from."""
        moved = stock_movements.c
        mine = (moved.order_id.in_(sorted(order_ids)), moved.kind == Movement.RESERVATION.value)
        return await self._levels(moved.order_id, order_ids, *mine)

    async def levels_of_refunds(self, refund_ids: Collection[int]) -> Levels:
        """The levels that refunds put units back to."""
        moved = stock_movements.c
        return await self._levels(moved.refund_id, refund_ids, moved.refund_id.in_(sorted(refund_ids)))

    async def products_of(self, variant_ids: Collection[int]) -> dict[int, int]:
        """The product of each variant."""
        query = sa.select(variants.c.id, variants.c.product_id).where(variants.c.id.in_(sorted(variant_ids)))
        return {row.id: row.product_id for row in await self._rows(query, variant_ids)}

    async def available(self, keys: Collection[StockKey]) -> dict[StockKey, int]:
        """Units for sale of levels."""
        level = stock_levels.c
        ids = sorted({variant_id for variant_id, _ in keys})
        query = sa.select(level.variant_id, level.location_id, level.available).where(level.variant_id.in_(ids))
        return {(row.variant_id, row.location_id): row.available for row in await self._rows(query, keys)}

    async def newest(self, kind: str) -> str | None:
        """The object key of the newest object of a kind, as a sample; None when there is none."""
        if kind in _PARTS:
            table, name = _PARTS[kind]
            query = sa.select(table.c.id, table.c.order_id).order_by(table.c.id.desc()).limit(1)
            row = await self._database.one(query)
            return None if row is None else f"{name}/{row.order_id}/{row.id}"
        if kind == "inventory_levels":
            level = stock_levels.c
            query = sa.select(level.variant_id, level.location_id).order_by(level.variant_id.desc()).limit(1)
            row = await self._database.one(query)
            return None if row is None else f"{kind}/{row.variant_id}-{row.location_id}"
        if kind == "carts":
            row = await self._database.one(sa.select(carts.c.id).order_by(carts.c.updated_at.desc()).limit(1))
            return None if row is None else f"{kind}/{row.id}"
        table = _OBJECTS[kind]
        row = await self._database.one(sa.select(table.c.id).order_by(table.c.id.desc()).limit(1))
        return None if row is None else f"{kind}/{row.id}"

    async def _levels(
        self, owner: sa.Column[Any], keys: Collection[int], *mine: sa.ColumnElement[bool]
    ) -> dict[int, list[StockKey]]:
        moved = stock_movements.c
        query = sa.select(owner.label("owner"), moved.variant_id, moved.location_id).where(*mine).distinct()
        found: Levels = {}
        for row in await self._rows(query.order_by(moved.variant_id, moved.location_id), keys):
            found.setdefault(row.owner, []).append((row.variant_id, row.location_id))
        return found

    async def _rows(self, query: sa.Select[Any], keys: Collection[object]) -> Sequence[sa.Row[Any]]:
        return await self._database.all(query) if keys else ()


_OBJECTS = {"collections": collections, "customers": customers, "orders": orders, "products": products}
# Parts of orders.
_PARTS = {"fulfillments": (fulfillments, "orders"), "refunds": (refunds, "orders")}
