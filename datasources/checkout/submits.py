"""The reads and claims of submits in one transaction, in one statement per kind of row."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from datasources.kit.database import Row, Tx
from datasources.tables import attempts, carts, customers, products

AttemptKey = tuple[str, str]


async def attempts_by_key(tx: Tx, keys: Sequence[AttemptKey]) -> dict[AttemptKey, Row]:
    """Earlier attempts by buyer and token: their `fingerprint` and `order_id`."""
    found = await tx.all(sa.select(attempts).where(sa.tuple_(attempts.c.buyer, attempts.c.token).in_(keys)))
    return {(row.buyer, row.token): row for row in found}


async def emails(tx: Tx, customer_ids: Sequence[int]) -> dict[int, str]:
    """E-mail addresses of accounts."""
    if not customer_ids:
        return {}
    rows = await tx.all(sa.select(customers.c.id, customers.c.email).where(customers.c.id.in_(customer_ids)))
    return {row.id: row.email for row in rows}


async def titles(tx: Tx, product_ids: Sequence[int]) -> dict[int, str]:
    """Titles of products as this transaction sees them."""
    rows = await tx.all(sa.select(products.c.id, products.c.title).where(products.c.id.in_(product_ids)))
    return {row.id: row.title for row in rows}


async def claim(tx: Tx, order_by_cart: Mapping[str, int]) -> None:
    """Binds locked, free carts to their new orders."""
    order_id = sa.case(dict(order_by_cart), value=carts.c.id)
    await tx.run(sa.update(carts).where(carts.c.id.in_(list(order_by_cart))).values(order_id=order_id))
