"""Compares products with their content documents, one stretch of keys at a time."""

from collections.abc import AsyncIterator

import sqlalchemy as sa

from datasources.kit.database import Database
from datasources.kit.documents import Documents
from datasources.tables import products
from domain.consistency import Found, found

STRETCH = 2_000


async def parted(database: Database, documents: Documents) -> Found:
    """Products without a document and documents without a product. An import in progress may appear as the latter.

    Raises `Unavailable`.
    """
    bare: list[str] = []
    orphaned: list[str] = []
    async for product_ids, low, high in _stretches(database):
        document_ids = await _documents(documents, low, high)
        bare += [f"Product {key} has no content document." for key in sorted(product_ids - document_ids)]
        orphaned += [f"Content document {key} belongs to no product." for key in sorted(document_ids - product_ids)]
    return found(len(bare), bare, "products without content") + found(
        len(orphaned), orphaned, "content documents without a product"
    )


async def _stretches(database: Database) -> AsyncIterator[tuple[set[int], int, int | None]]:
    """Keys of products in (low, high]. The stretches cover all keys: the last has no upper end."""
    low = 0
    while True:
        query = sa.select(products.c.id).where(products.c.id > low).order_by(products.c.id).limit(STRETCH)
        keys = [row.id for row in await database.all(query)]
        high = keys[-1] if len(keys) == STRETCH else None
        yield set(keys), low, high
        if high is None:
            return
        low = high


async def _documents(documents: Documents, low: int, high: int | None) -> set[int]:
    wanted = {"$gt": low} if high is None else {"$gt": low, "$lte": high}
    found = await documents.find("products", {"_id": wanted}, ("_id",), limit=100 * STRETCH)
    return {document["_id"] for document in found}
