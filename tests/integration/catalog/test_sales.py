"""Counts of units sold, on every relational database."""

import asyncio
from typing import Any

import sqlalchemy as sa

from datasources import tables
from datasources.catalog import product_writes as products_store
from datasources.catalog.reads import Catalog
from datasources.kit.database import Database, Params, Tx
from datasources.orders.reads import Orders
from domain.catalog.records import ProductStatus
from domain.orders.life import OrderStatus
from domain.territories.markets import Territories, Territory
from tests.kit.factories.catalog import Added, add_collection, add_product
from tests.kit.factories.orders import add_order


async def _add_sale(tx: Tx, product: Added, units: int, status: OrderStatus = OrderStatus.PAID) -> int:
    order_id = await add_order(tx, status=status)
    line = {"variant_id": product.variant_id, "title": "Mug", "variant_title": "Default Title", "unit_minor": 1_000}
    await tx.run(sa.insert(tables.order_lines).values(order_id=order_id, position=0, quantity=units, **line))
    return order_id


class _PausingAfterItsFirstRead(Tx):
    """A transaction that waits, once, after its first read."""

    def __init__(self, tx: Tx, has_read: asyncio.Event, proceed: asyncio.Event) -> None:
        self.dialect = tx.dialect
        self._tx, self._has_read, self._proceed = tx, has_read, proceed

    async def run(self, statement: sa.Executable, params: Params = None) -> sa.CursorResult[Any]:
        result = await self._tx.run(statement, params)
        if not self._has_read.is_set():
            self._has_read.set()
            await self._proceed.wait()
        return result


async def test_only_the_products_of_the_orders_are_counted(database: Database) -> None:
    """Paid orders count, others do not; counting again changes nothing; other products wait for their own count."""

    async def sell(tx: Tx) -> tuple[Added, Added, list[int]]:
        mug, jug = await add_product(tx), await add_product(tx)
        sold = [await _add_sale(tx, mug, 2), await _add_sale(tx, mug, 3)]
        await _add_sale(tx, mug, 7, OrderStatus.EXPIRED)
        await _add_sale(tx, jug, 1)
        return mug, jug, sold

    mug, jug, order_ids = await database.transact(sell)
    product_ids = await Orders(database).products_of(order_ids)
    assert product_ids == [mug.product_id]
    for changed in ([mug.product_id], []):
        counted = await database.transact(lambda tx: products_store.recount_units_sold(tx, product_ids))
        assert counted == changed
    rows = await database.all(sa.select(tables.products.c.units_sold).order_by(tables.products.c.id))
    assert [row.units_sold for row in rows] == [5, 0]
    assert await database.transact(products_store.recount_units_sold) == [jug.product_id]


async def test_the_later_of_two_counts_at_once_stays(database: Database) -> None:
    """One counts before another order is paid and writes after a rival has counted that order: both orders count."""
    counted, rival_is_done = asyncio.Event(), asyncio.Event()

    async def slow(tx: Tx) -> list[int]:
        return await products_store.recount_units_sold(_PausingAfterItsFirstRead(tx, counted, rival_is_done))

    async def fill(tx: Tx) -> Added:
        mug = await add_product(tx)
        await _add_sale(tx, mug, 2)
        return mug

    mug = await database.transact(fill)
    first = asyncio.create_task(database.transact(slow))
    await counted.wait()
    if database.dialect == "sqlite":  # allows no second writer
        rival_is_done.set()
    await database.transact(lambda tx: _add_sale(tx, mug, 3))
    rival = asyncio.create_task(database.transact(products_store.recount_units_sold))
    if database.dialect != "sqlite":
        await rival
        rival_is_done.set()
    await asyncio.gather(first, rival)
    (row,) = await database.all(sa.select(tables.products.c.units_sold))
    assert row.units_sold == 5


async def test_the_best_selling_collections_come_first(database: Database) -> None:
    """By the total units of their active products, ties by id, up to the limit; never hidden ones."""

    async def fill(tx: Tx) -> None:
        mug, jug = await add_product(tx), await add_product(tx)
        gone = await add_product(tx, status=ProductStatus.ARCHIVED)
        for product, units in ((mug, 3), (jug, 2), (gone, 100)):
            row = sa.update(tables.products).where(tables.products.c.id == product.product_id)
            await tx.run(row.values(units_sold=units))
        members = [("jugs", jug), ("gone", gone), ("mugs", mug), ("cups", mug), ("hidden-mugs", mug)]
        for handle, product in members:
            await add_collection(tx, [product.product_id], handle=handle)
        await add_collection(tx, [mug.product_id, jug.product_id], handle="all")

    await database.transact(fill)
    catalog = Catalog(database, Territories((Territory("GB", "United Kingdom", "GBP"),)))
    best = [collection.handle for collection in await catalog.collections.best_selling(10)]
    assert best == ["all", "mugs", "cups", "jugs"]
    assert [collection.handle for collection in await catalog.collections.best_selling(1)] == ["all"]
    assert await catalog.collections.best_selling(0) == []
