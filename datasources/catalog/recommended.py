"""Products to show beside a product: those bought together with it, and those of its kind."""

import math
from collections.abc import Sequence

import sqlalchemy as sa

from datasources.catalog.product_writes import SOLD
from datasources.catalog.products import listed, product_of
from datasources.catalog.unwanted import wanted_products
from datasources.kit.database import Database, Row
from datasources.tables import order_lines, orders, products, variants
from domain.catalog.records import Product
from domain.catalog.unwanted import NOTHING_UNWANTED, Unwanted

Shown = Sequence[sa.ColumnElement[bool]]
# The newest orders of a product that are looked at, or lines of one variant, and the candidates of each sort.
_ORDERS = 500
# The most variants whose orders are looked at: each is a part of the statement.
_VARIANTS = 100
_CANDIDATES = 25


class Recommended:
    """Reads of recommendations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def beside(self, product_id: int, unwanted: Unwanted = NOTHING_UNWANTED) -> list[Product]:
        """Products bought together with this one, then those of its type, best sellers first.

        A product that is in many orders is in many together with this one, too: what counts is the share.
        """
        shown = (listed(), *wanted_products(unwanted))
        together = await self._together(product_id, shown)
        alike = await self._alike(product_id, shown)
        ranked = [product_of(row) for row in sorted(together, key=_strength)]
        return list({product.id: product for product in [*ranked, *alike]}.values())

    async def _together(self, product_id: int, shown: Shown) -> Sequence[Row]:
        line, variant = order_lines.c, variants.c
        mine = sa.select(variant.id).where(variant.product_id == product_id).order_by(variant.id).limit(_VARIANTS)
        keys = [row.id for row in await self._database.all(mine)]
        if not keys:
            return []
        newest = _newest(keys)
        shared = sa.func.count(line.order_id.distinct())
        counted = (
            sa.select(variant.product_id, shared.label("shared"))
            .join(order_lines, line.variant_id == variant.id)
            .join(newest, newest.c.order_id == line.order_id)
            .where(variant.product_id != product_id)
            .group_by(variant.product_id)
            .order_by(shared.desc(), variant.product_id)
            .limit(_CANDIDATES)
            .subquery("counted")
        )
        query = sa.select(products, counted.c.shared).join(counted, counted.c.product_id == products.c.id)
        return await self._database.all(query.where(*shown))

    async def _alike(self, product_id: int, shown: Shown) -> list[Product]:
        kind = sa.select(products.c.type_key).where(products.c.id == product_id).scalar_subquery()
        same = (products.c.type_key == kind) & (products.c.type_key != "") & (products.c.id != product_id)
        query = sa.select(products).where(same, *shown)
        rows = await self._database.all(query.order_by(products.c.units_sold.desc(), products.c.id).limit(_CANDIDATES))
        return [product_of(row) for row in rows]


def _newest(variant_ids: Sequence[int]) -> sa.Subquery:
    """The newest paid orders among the last lines of each variant, which are read from the end of an index."""
    line = order_lines.c
    last = [
        sa.select(line.order_id)
        .where(line.variant_id == variant_id)
        .order_by(line.order_id.desc())
        .limit(_ORDERS)
        .subquery()
        for variant_id in variant_ids
    ]
    lines = sa.union_all(*(sa.select(each.c.order_id) for each in last)).subquery("lines")
    query = sa.select(lines.c.order_id).join(orders, orders.c.id == lines.c.order_id)
    query = query.where(orders.c.status.in_(SOLD)).distinct()
    return query.order_by(lines.c.order_id.desc()).limit(_ORDERS).subquery("newest")


def _strength(row: Row) -> tuple[float, int]:
    return -row.shared / math.sqrt(max(row.units_sold, row.shared)), row.id
