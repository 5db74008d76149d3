"""Products as shoppers see them: batch reads, with results in the order of their keys.

A page of products with variants, prices and stock takes one statement per kind of row, whatever its size.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from datasources.catalog.exclusions import excluded
from datasources.catalog.shown_prices import keys_of, shown_prices
from datasources.catalog.unwanted import wanted_products
from datasources.kit.database import Database, Row, Tx
from datasources.kit.keyset import VALUE, bounds, direction, key_of, keyset
from datasources.kit.rows import aligned, grouped
from datasources.tables import collection_products, products
from domain.catalog.handles import normal_handle
from domain.catalog.records import (
    Product,
    ProductOption,
    ProductSort,
    ProductStatus,
)
from domain.catalog.unwanted import NOTHING_UNWANTED, Unwanted
from domain.kit.paging import Page, PageRequest, page_of
from domain.territories.markets import Territories, Territory

_COLUMNS: dict[ProductSort, sa.Column[Any]] = {
    ProductSort.BEST_SELLING: products.c.units_sold,
    ProductSort.CREATED_AT: products.c.created_at,
    ProductSort.ID: products.c.id,
    ProductSort.MANUAL: collection_products.c.position,
    ProductSort.PRODUCT_TYPE: products.c.type_key,
    ProductSort.TITLE: products.c.title_key,
    ProductSort.UPDATED_AT: products.c.updated_at,
    ProductSort.VENDOR: products.c.vendor_key,
}


SEEN = (ProductStatus.ACTIVE.value, ProductStatus.UNLISTED.value)


@dataclass(frozen=True, slots=True)
class CollectionPage:
    """A request for one page of the products of a collection, with the prices of a territory, by default the first."""

    collection_id: int
    asked: PageRequest
    sort: ProductSort
    reverse: bool
    territory: Territory | None = None
    unwanted: Unwanted = NOTHING_UNWANTED

    @property
    def terms(self) -> tuple[PageRequest, ProductSort, bool, Territory | None]:
        """What pages of several collections must have in common to share a statement; one viewer asks for all."""
        return self.asked, self.sort, self.reverse, self.territory


class Products:
    """Products that shoppers see, by key and by collection."""

    def __init__(self, database: Database, territories: Territories) -> None:
        self._database = database
        self._prices = shown_prices(database.dialect, territories)
        # Territories of which every listed product was seen to have a stored price; others are new, or long.
        self._are_stored: set[str] = set()

    async def count(self, territory: Territory | None = None) -> int:
        """How many products are listed, in a territory if one is named."""
        counted = sa.select(sa.func.count().label("products")).select_from(products)
        row = await self._database.one(counted.where(listed(), *_sold_in(territory)))
        return 0 if row is None else int(row.products)

    async def slice(self, territory: Territory, start: int, limit: int) -> list[Product]:
        """Listed products by id from a position on: for the sitemaps that crawlers read, which name pages by number."""
        query = sa.select(products).where(listed(), *_sold_in(territory)).order_by(products.c.id)
        return [product_of(row) for row in await self._database.all(query.offset(start).limit(limit))]

    async def types(self, territory: Territory, limit: int) -> list[str]:
        """The types of the listed products by name, without case."""
        column = products.c.product_type
        query = sa.select(sa.func.min(column).label("name")).where(listed(), *_sold_in(territory), column != "")
        rows = await self._database.all(query.group_by(products.c.type_key).order_by(products.c.type_key).limit(limit))
        return [row.name for row in rows]

    async def by_id(self, ids: Sequence[int], territory: Territory | None = None) -> list[Product | None]:
        """Products that shoppers see, in a territory if one is named, in the order of `ids`."""
        rows = await self._database.all(_seen_by(products.c.id, territory), {"keys": ids})
        return aligned({row.id: product_of(row) for row in rows}, ids)

    async def of_any_status(self, ids: Sequence[int]) -> list[Product | None]:
        """Products in the order of `ids`, whether shoppers see them or not."""
        rows = await self._database.all(sa.select(products).where(products.c.id.in_(ids)))
        return aligned({row.id: product_of(row) for row in rows}, ids)

    async def ids_after(self, key: int, limit: int) -> list[int]:
        """Keys of products after a key, ascending, whether shoppers see them or not."""
        query = sa.select(products.c.id).where(products.c.id > key).order_by(products.c.id).limit(limit)
        return [row.id for row in await self._database.all(query)]

    async def by_handle(self, handles: Sequence[str], territory: Territory | None = None) -> list[Product | None]:
        """Products that shoppers see, in the order of `handles`, which are compared without case."""
        stored = [normal_handle(handle) for handle in handles]
        rows = await self._database.all(_seen_by(products.c.handle, territory), {"keys": stored})
        return aligned({row.handle: product_of(row) for row in rows}, stored)

    async def page(
        self,
        asked: PageRequest,
        sort: ProductSort,
        reverse: bool,
        territory: Territory | None = None,
        among: Sequence[int] | None = None,
        unwanted: Unwanted = NOTHING_UNWANTED,
    ) -> Page[Product]:
        """One page of all active products, or of those with the keys in `among`; prices are those of the territory.

        It leaves out what the viewer does not want to see.
        """
        query, value = self._listed(sort, territory)
        shown = _shown(territory, unwanted)
        if among is not None:
            query = query.where(products.c.id.in_(among))
        whole = keyset(query.where(*shown), value, products.c.id, asked, reverse)
        if among is None and sort is ProductSort.PRICE:
            cheapest = self._candidates(asked, reverse, territory, shown)
            rows = await self._database.all(whole.join(cheapest, cheapest.c.product_id == products.c.id))
            code = "" if territory is None else territory.code
            if code in self._are_stored or not _may_lack(rows, asked):
                return _page(rows, asked)
            every = await self._database.all(whole)
            if _is_first(asked) and len(every) == len(rows):
                self._are_stored.add(code)
            return _page(every, asked)
        return _page(await self._database.all(whole), asked)

    def _listed(self, sort: ProductSort, territory: Territory | None) -> tuple[sa.Select[Any], sa.ColumnElement[Any]]:
        """Products with the value that they are ordered by."""
        if sort is not ProductSort.PRICE:
            value: sa.ColumnElement[Any] = _COLUMNS[sort]
            return sa.select(products, value.label(VALUE)), value
        price = self._prices.of(territory)
        return price.joined(sa.select(products, price.minor.label(VALUE))), price.minor

    def _candidates(
        self, asked: PageRequest, reverse: bool, territory: Territory | None, shown: Sequence[sa.ColumnElement[bool]]
    ) -> sa.Subquery:
        """All products of live sales, and of the others as many as the page needs, read from an index."""
        price, in_sales = self._prices.of(territory), self._prices.in_sales()
        stored = price.stored.c
        regular = sa.select(stored.product_id).join(products, products.c.id == stored.product_id)
        regular = regular.where(stored.territory == price.territory, *shown, stored.product_id.not_in(in_sales))
        first = keyset(regular, stored.minor, stored.product_id, asked, reverse).subquery("regular")
        sold = in_sales.distinct().subquery("sold")
        return sa.union_all(sa.select(first.c.product_id), sa.select(sold.c.product_id)).subquery("candidates")

    async def in_collections(self, pages: Sequence[CollectionPage]) -> list[Page[Product]]:
        """Pages of several collections; equal requests share one statement."""
        answers: dict[CollectionPage, Page[Product]] = {}
        for first in {page.terms: page for page in pages}.values():
            answers.update(await self._pages([page for page in pages if page.terms == first.terms]))
        return [answers[page] for page in pages]

    async def _pages(self, alike: Sequence[CollectionPage]) -> dict[CollectionPage, Page[Product]]:
        asked, sort, reverse, territory = alike[0].terms
        every, value = self._listed(sort, territory)
        forward = asked.backward == reverse
        order = [direction(value, forward), direction(products.c.id, forward)]
        ids = [page.collection_id for page in alike]
        in_collection = collection_products.c
        ranked = (
            every.add_columns(
                in_collection.collection_id,
                sa.func.row_number().over(partition_by=in_collection.collection_id, order_by=order).label("rank_"),
            )
            .join(collection_products, in_collection.product_id == products.c.id)
            .where(in_collection.collection_id.in_(ids), *_shown(territory, alike[0].unwanted))
            .where(*bounds(value, products.c.id, asked, reverse))
            .subquery()
        )
        query = sa.select(ranked).where(ranked.c.rank_ <= asked.size + 1).order_by(ranked.c.rank_)
        found = grouped(((row.collection_id, row) for row in await self._database.all(query)), ids)
        return {page: _page(rows, asked) for page, rows in zip(alike, found, strict=True)}


def _seen_by(key: sa.Column[Any], territory: Territory | None) -> sa.Select[Any]:
    return _built_seen_by(key, None if territory is None else territory.code)


@functools.lru_cache(maxsize=256)
def _built_seen_by(key: sa.Column[Any], territory: str | None) -> sa.Select[Any]:
    """Products that shoppers see, by `keys`. Building a statement costs as much as sending it."""
    sold = [] if territory is None else [~excluded(products.c.id, territory)]
    return sa.select(products).where(key.in_(sa.bindparam("keys", expanding=True)), visible(), *sold)


def _shown(territory: Territory | None, unwanted: Unwanted) -> list[sa.ColumnElement[bool]]:
    """The conditions for products of a list."""
    return [listed(), *_sold_in(territory), *wanted_products(unwanted)]


def _may_lack(rows: Sequence[Row], asked: PageRequest) -> bool:
    """Whether prices that are not stored yet, as in a new territory, may be why a page is short.

    A later page with products, or a full one, shows that prices are stored: the pages of long lists need one statement.
    """
    return not rows or (_is_first(asked) and len(rows) <= asked.size)


def _is_first(asked: PageRequest) -> bool:
    return asked.after is None and asked.before is None


def _page(rows: Sequence[Row], asked: PageRequest) -> Page[Product]:
    return page_of(rows, asked, key_of).map(product_of)


async def stored(database: Database, product_id: int) -> Product | None:
    """A product of any status; None when there is none."""
    row = await database.one(sa.select(products).where(products.c.id == product_id))
    return None if row is None else product_of(row)


async def lock_product(tx: Tx, product_id: int, now: datetime) -> Product | None:
    """A product of any status with its row locked until the transaction ends; None when there is none."""
    touched = await tx.run(sa.update(products).where(products.c.id == product_id).values(updated_at=now))
    if touched.rowcount == 0:
        return None
    row = await tx.one(sa.select(products).where(products.c.id == product_id))
    return None if row is None else product_of(row)


async def change_product(tx: Tx, product: Product, *, status_changed: bool) -> None:
    """Writes the texts and the status of a product. Its next import does not skip it as unchanged."""
    changed: dict[str, Any] = {
        "title": product.title,
        "vendor": product.vendor,
        "product_type": product.product_type,
        "fingerprint": "",
        **keys_of(product.title, product.vendor, product.product_type),
    }
    if status_changed:
        changed |= {"status": product.status.value, "own_status": product.status.value, "is_published": True}
    await tx.run(sa.update(products).where(products.c.id == product.id).values(changed))


def visible() -> sa.ColumnElement[bool]:
    """The condition for products that shoppers see and buy: active or unlisted, and published. Defined only here."""
    return products.c.status.in_(SEEN) & (products.c.published_at <= _now())


def listed() -> sa.ColumnElement[bool]:
    """The condition for products in lists, collections and search: active and published. Defined only here."""
    return (products.c.status == ProductStatus.ACTIVE.value) & (products.c.published_at <= _now())


def _now() -> sa.BindParameter[datetime]:
    """The time at which a statement runs, for statements that are built once and run often."""
    return sa.bindparam(None, callable_=lambda: datetime.now(UTC), type_=products.c.published_at.type)


def _sold_in(territory: Territory | None) -> list[sa.ColumnElement[bool]]:
    return [] if territory is None else [~excluded(products.c.id, territory.code)]


def product_of(row: Row) -> Product:
    """A product from its row."""
    return Product(
        id=row.id,
        handle=row.handle,
        title=row.title,
        vendor=row.vendor,
        product_type=row.product_type,
        status=ProductStatus(row.status),
        options=tuple(ProductOption(row.id, option["name"], tuple(option["values"])) for option in row.options),
        min_minor=row.min_minor,
        units_sold=row.units_sold,
        published_at=row.published_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
