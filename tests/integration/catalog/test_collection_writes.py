"""Which products a collection holds, written by many at once on every relational database."""

import asyncio

import sqlalchemy as sa

from datasources import tables
from datasources.catalog import collection_writes as collections_store
from datasources.kit.database import Database, Tx
from tests.kit.factories.catalog import NOW, add_collection, add_product

MUGS = ("mugs", "Mugs")
WRITERS = 8


async def test_writers_of_one_collection_wait_for_each_other(database: Database) -> None:
    """Eight put a product each into the same collection: none has to begin again, and each has its own position."""
    runs = 0

    async def fill(tx: Tx) -> list[int]:
        await add_collection(tx, [], handle=MUGS[0])
        return [(await add_product(tx)).product_id for _ in range(WRITERS)]

    async def put(product_id: int) -> None:
        async def work(tx: Tx) -> None:
            nonlocal runs
            runs += 1
            await collections_store.set_memberships(tx, {product_id: [MUGS]}, NOW)

        await database.transact(work)

    product_ids = await database.transact(fill)
    await asyncio.gather(*map(put, product_ids))
    members = await database.all(sa.select(tables.collection_products.c.position))
    assert sorted(row.position for row in members) == list(range(1, WRITERS + 1))
    assert runs == WRITERS
