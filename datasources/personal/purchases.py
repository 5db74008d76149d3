"""What accounts have bought, read from the orders."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from datasources.kit.database import Database, Row
from datasources.kit.rows import grouped
from datasources.tables import collection_products, collections, customers, order_lines, orders, variants
from domain.orders.life import SOLD
from domain.personal.tastes import Purchase

# The products of an account that count: those bought last.
MAX_PRODUCTS = 100


class Purchases:
    """Products of orders that count as sales. Deleted products are left out."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_customer(self, customer_ids: Sequence[int]) -> list[tuple[Purchase, ...]]:
        """The newest purchases of each account, in the order of `customer_ids`: two statements."""
        bought = grouped(((row.customer_id, row) for row in await self._bought(customer_ids)), customer_ids)
        newest = [rows[:MAX_PRODUCTS] for rows in bought]
        categories = await self._categories(sorted({row.product_id for rows in newest for row in rows}))
        return [tuple(_purchase(row, categories.get(row.product_id, ())) for row in rows) for rows in newest]

    async def customers_of(self, order_ids: Sequence[int]) -> list[int]:
        """The accounts that these orders belong to, ascending."""
        query = sa.select(orders.c.customer_id).where(orders.c.id.in_(order_ids), orders.c.customer_id.is_not(None))
        rows = await self._database.all(query.distinct().order_by(orders.c.customer_id))
        return [row.customer_id for row in rows]

    async def customers_after(self, key: int, limit: int) -> list[int]:
        """Keys of accounts after a key, ascending."""
        query = sa.select(customers.c.id).where(customers.c.id > key).order_by(customers.c.id).limit(limit)
        return [row.id for row in await self._database.all(query)]

    async def _bought(self, customer_ids: Sequence[int]) -> Sequence[Row]:
        last = sa.func.max(orders.c.created_at).label("last")
        query = (
            sa.select(orders.c.customer_id, variants.c.product_id, last, sa.func.count(orders.c.id).label("times"))
            .join(order_lines, order_lines.c.order_id == orders.c.id)
            .join(variants, variants.c.id == order_lines.c.variant_id)
            .where(orders.c.customer_id.in_(customer_ids), orders.c.status.in_([status.value for status in SOLD]))
            .group_by(orders.c.customer_id, variants.c.product_id)
            .order_by(sa.desc("last"), variants.c.product_id)
        )
        return await self._database.all(query)

    async def _categories(self, product_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
        query = (
            sa.select(collection_products.c.product_id, collections.c.handle)
            .join(collections, collections.c.id == collection_products.c.collection_id)
            .where(collection_products.c.product_id.in_(product_ids))
        )
        found: dict[int, list[str]] = defaultdict(list)
        for row in await self._database.all(query) if product_ids else ():
            found[row.product_id].append(row.handle)
        return {key: tuple(sorted(handles)) for key, handles in found.items()}


def _purchase(row: Row, categories: tuple[str, ...]) -> Purchase:
    last: datetime = row.last
    return Purchase(row.product_id, int(row.times), last.timestamp(), categories)
