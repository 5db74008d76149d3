"""Collections as shoppers see them: batch reads in the order of their keys."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from datasources.catalog import products as catalog
from datasources.catalog.unwanted import wanted_collections
from datasources.kit.database import Database, Row
from datasources.kit.keyset import key_of, keyset
from datasources.kit.rows import aligned, grouped
from datasources.tables import (
    collection_products,
    collections,
    products,
)
from domain.catalog.handles import normal_handle
from domain.catalog.records import (
    HIDDEN,
    Collection,
    CollectionSort,
)
from domain.catalog.unwanted import NOTHING_UNWANTED, Unwanted
from domain.kit.folding import collation_key
from domain.kit.paging import Page, PageRequest, page_of

# More collections than any shop shows.
MAX_TITLED = 10_000
_COLLECTION_COLUMNS: dict[CollectionSort, sa.Column[Any]] = {
    CollectionSort.ID: collections.c.id,
    CollectionSort.TITLE: collections.c.title_key,
    CollectionSort.UPDATED_AT: collections.c.updated_at,
}


class Collections:
    """Collections, and the products in them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_handle(self, handles: Sequence[str]) -> list[Collection | None]:
        """Collections in the order of `handles`, which are compared without case."""
        stored = [normal_handle(handle) for handle in handles]
        rows = await self._database.all(sa.select(collections).where(collections.c.handle.in_(stored)))
        return aligned({row.handle: _collection(row) for row in rows}, stored)

    async def by_id(self, ids: Sequence[int]) -> list[Collection | None]:
        """Collections in the order of `ids`."""
        rows = await self._database.all(sa.select(collections).where(collections.c.id.in_(ids)))
        return aligned({row.id: _collection(row) for row in rows}, ids)

    async def best_selling(self, limit: int) -> list[Collection]:
        """The collections whose active products sold the most units together.

        Collections named `hidden-...` are left out.
        """
        sold = sa.func.sum(products.c.units_sold)
        best = (
            sa.select(collection_products.c.collection_id)
            .join(products, products.c.id == collection_products.c.product_id)
            .join(collections, collections.c.id == collection_products.c.collection_id)
            .where(catalog.listed(), listed())
            .group_by(collection_products.c.collection_id)
            .order_by(sold.desc(), collection_products.c.collection_id)
            .limit(limit)
            .add_columns(sold.label("sold"))
            .subquery()
        )
        query = sa.select(collections).join(best, best.c.collection_id == collections.c.id)
        rows = await self._database.all(query.order_by(best.c.sold.desc(), collections.c.id))
        return [_collection(row) for row in rows]

    async def memberships(self, product_ids: Sequence[int]) -> list[tuple[int, int]]:
        """(collection, product) pairs of listed products, with products in the order of `product_ids`."""
        member = collection_products.c
        query = sa.select(member.collection_id, member.product_id).join(products, products.c.id == member.product_id)
        rows = await self._database.all(query.where(member.product_id.in_(product_ids), catalog.listed()))
        rank = {product_id: number for number, product_id in enumerate(product_ids)}
        return sorted(((row.collection_id, row.product_id) for row in rows), key=lambda pair: rank[pair[1]])

    async def by_product(self, ids: Sequence[int]) -> list[tuple[Collection, ...]]:
        """The collections each product is in, by id."""
        membership = collection_products.c
        rows = await self._database.all(
            sa.select(collections, membership.product_id)
            .join(collection_products, membership.collection_id == collections.c.id)
            .where(membership.product_id.in_(ids))
            .order_by(collections.c.id)
        )
        return grouped(((row.product_id, _collection(row)) for row in rows), ids)

    async def titled(
        self, words: Sequence[str], unwanted: Unwanted = NOTHING_UNWANTED, limit: int = MAX_TITLED
    ) -> list[Collection]:
        """Listed collections by title whose titles contain these folded words, perhaps inside other words."""
        within = [collections.c.title_key.contains(collation_key(word), autoescape=True) for word in words]
        query = sa.select(collections).where(listed(), *within, *wanted_collections(unwanted))
        rows = await self._database.all(query.order_by(collections.c.title_key, collections.c.id).limit(limit))
        return [_collection(row) for row in rows]

    async def count(self) -> int:
        """How many collections there are."""
        row = await self._database.one(sa.select(sa.func.count().label("collections")).select_from(collections))
        return 0 if row is None else int(row.collections)

    async def slice(self, start: int, limit: int) -> list[Collection]:
        """Collections by id from a position on, as `Products.slice` does."""
        query = sa.select(collections).order_by(collections.c.id).offset(start).limit(limit)
        return [_collection(row) for row in await self._database.all(query)]

    async def page(
        self, asked: PageRequest, sort: CollectionSort, reverse: bool, unwanted: Unwanted = NOTHING_UNWANTED
    ) -> Page[Collection]:
        """One page of all collections that the viewer wants to see."""
        column = _COLLECTION_COLUMNS[sort]
        query = sa.select(collections).where(*wanted_collections(unwanted))
        rows = await self._database.all(keyset(query, column, collections.c.id, asked, reverse))
        pairs = [(row, _collection(row)) for row in rows]
        return page_of(pairs, asked, lambda pair: key_of(pair[0], column.key)).map(itemgetter(1))


def listed() -> sa.ColumnElement[bool]:
    """Which collections best sellers may show: `Collection.is_listed` in SQL."""
    return collections.c.handle.not_like(f"{HIDDEN}%")


def _collection(row: Row) -> Collection:
    return Collection(row.id, row.handle, row.title, row.created_at, row.updated_at)
