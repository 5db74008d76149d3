"""Products that were bought together, on every relational database."""

import sqlalchemy as sa

from datasources import tables
from datasources.catalog.recommended import Recommended
from datasources.kit.database import Database, Tx
from domain.orders.life import OrderStatus
from tests.kit.factories.catalog import add_product
from tests.kit.factories.orders import add_order


async def test_orders_of_every_variant_count_once(database: Database) -> None:
    """An order with two variants of one product is one order; a product without variants was never bought."""
    mug = await database.transact(lambda tx: add_product(tx, product_type="", variants=("S", "L")))
    often, once = [
        await database.transact(lambda tx, t=title: add_product(tx, title=t, product_type=""))  # type: ignore[misc]
        for title in ("Often", "Once")
    ]

    async def order(tx: Tx, bought: tuple[int, ...]) -> None:
        line = {"order_id": await add_order(tx, status=OrderStatus.PAID), "title": "x", "variant_title": "x"}
        rows = [
            line | {"position": n, "variant_id": key, "quantity": 1, "unit_minor": 1} for n, key in enumerate(bought)
        ]
        await tx.run(sa.insert(tables.order_lines), rows)

    small, large = mug.variant_ids
    for bought in ((small, large, once.variant_id), (small, often.variant_id), (large, often.variant_id)):
        await database.transact(lambda tx, b=bought: order(tx, b))  # type: ignore[misc]
    recommended = Recommended(database)
    assert [product.title for product in await recommended.beside(mug.product_id)] == ["Often", "Once"]
    assert await recommended.beside(2**40) == []
