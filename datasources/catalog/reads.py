"""Products, variants and collections: batch reads that answer in the order of their keys.

A page of products with variants, prices and stock takes one statement per kind of row, whatever its size.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from datasources.flash_sales.sales import is_live
from datasources.kit.database import Database, Row, Tx
from datasources.kit.keyset import bounds, direction, key_of, keyset
from datasources.kit.rows import aligned, grouped
from datasources.tables import (
    collection_products,
    collections,
    flash_sale_items,
    flash_sales,
    locations,
    prices,
    products,
    stock_levels,
    variants,
)
from domain.catalog.records import (
    Collection,
    CollectionSort,
    Product,
    ProductOption,
    ProductSort,
    ProductStatus,
    SelectedOption,
    Variant,
)
from domain.flash_sales import FlashPrice
from domain.inventory import LocationKind
from domain.kit.money import Money, convert
from domain.kit.paging import Page, PageRequest, page_of
from domain.territories.markets import ListPrice, Price, Territories, Territory, price_in

HIDDEN = "hidden-"

_COLUMNS: dict[ProductSort, sa.Column[Any]] = {
    ProductSort.BEST_SELLING: products.c.units_sold,
    ProductSort.CREATED_AT: products.c.created_at,
    ProductSort.ID: products.c.id,
    ProductSort.MANUAL: collection_products.c.position,
    ProductSort.PRICE: products.c.min_minor,
    ProductSort.PRODUCT_TYPE: products.c.product_type,
    ProductSort.TITLE: products.c.title,
    ProductSort.UPDATED_AT: products.c.updated_at,
    ProductSort.VENDOR: products.c.vendor,
}
_COLLECTION_COLUMNS: dict[CollectionSort, sa.Column[Any]] = {
    CollectionSort.ID: collections.c.id,
    CollectionSort.TITLE: collections.c.title,
    CollectionSort.UPDATED_AT: collections.c.updated_at,
}


@dataclass(frozen=True, slots=True)
class CollectionPage:
    """Asks for one page of the products of one collection."""

    collection_id: int
    asked: PageRequest
    sort: ProductSort
    reverse: bool


class Catalog:
    """The exact part of the catalog as shoppers see it: active products only."""

    def __init__(self, database: Database, territories: Territories) -> None:
        self._database = database
        self._territories = territories
        # Putting these together costs more than sending them.
        self._variants = {each.code: self._priced(each) for each in territories.all}

    async def products_count(self) -> int:
        """How many products shoppers see."""
        row = await self._database.one(sa.select(sa.func.count().label("products")).where(visible()))
        return 0 if row is None else int(row.products)

    async def products_by_id(self, ids: Sequence[int]) -> list[Product | None]:
        """Active products in the order of `ids`."""
        rows = await self._database.all(sa.select(products).where(products.c.id.in_(ids), visible()))
        return aligned({row.id: product_of(row) for row in rows}, ids)

    async def products_by_handle(self, handles: Sequence[str]) -> list[Product | None]:
        """Active products in the order of `handles`."""
        rows = await self._database.all(sa.select(products).where(products.c.handle.in_(handles), visible()))
        return aligned({row.handle: product_of(row) for row in rows}, handles)

    async def products_page(self, asked: PageRequest, sort: ProductSort, reverse: bool) -> Page[Product]:
        """One page of all active products."""
        column = _COLUMNS[sort]
        query = keyset(sa.select(products).where(visible()), column, products.c.id, asked, reverse)
        rows = await self._database.all(query)
        return page_of([(row, product_of(row)) for row in rows], asked, lambda pair: key_of(pair[0], column)).map(
            itemgetter(1)
        )

    async def products_in_collections(self, pages: Sequence[CollectionPage]) -> list[Page[Product]]:
        """Pages of several collections; those that ask alike share one statement."""
        answers: dict[CollectionPage, Page[Product]] = {}
        for first in {(page.asked, page.sort, page.reverse): page for page in pages}.values():
            alike = [p for p in pages if (p.asked, p.sort, p.reverse) == (first.asked, first.sort, first.reverse)]
            answers.update(await self._pages(alike))
        return [answers[page] for page in pages]

    async def _pages(self, alike: Sequence[CollectionPage]) -> dict[CollectionPage, Page[Product]]:
        column = _COLUMNS[alike[0].sort]
        asked = alike[0].asked
        forward = asked.backward == alike[0].reverse
        order = [direction(column, forward), direction(products.c.id, forward)]
        ids = [page.collection_id for page in alike]
        in_collection = collection_products.c
        ranked = (
            sa.select(
                products,
                in_collection.collection_id,
                in_collection.position,
                sa.func.row_number().over(partition_by=in_collection.collection_id, order_by=order).label("rank_"),
            )
            .join(collection_products, in_collection.product_id == products.c.id)
            .where(in_collection.collection_id.in_(ids), visible())
            .where(*bounds(column, products.c.id, asked, alike[0].reverse))
            .subquery()
        )
        query = sa.select(ranked).where(ranked.c.rank_ <= asked.size + 1).order_by(ranked.c.rank_)
        found = grouped(((row.collection_id, row) for row in await self._database.all(query)), ids)
        return {
            page: page_of([(row, product_of(row)) for row in rows], asked, lambda pair: key_of(pair[0], column)).map(
                itemgetter(1)
            )
            for page, rows in zip(alike, found, strict=True)
        }

    async def variants_by_product(self, ids: Sequence[int], territory: Territory) -> list[tuple[Variant, ...]]:
        """Variants of each product by position, priced in the territory, with live stock."""
        query = self._variants[territory.code].where(variants.c.product_id.in_(ids))
        query = query.order_by(variants.c.product_id, variants.c.position, variants.c.id)
        found = [self._variant(row, territory) for row in await self._database.all(query)]
        return grouped(((variant.product_id, variant) for variant in found if variant is not None), ids)

    async def variants_by_id(self, ids: Sequence[int], territory: Territory) -> list[Variant | None]:
        """Variants of active products in the order of `ids`."""
        return await self._variants_by_id(self._database, ids, territory)

    async def variants_for_sale(self, tx: Tx, ids: Sequence[int], territory: Territory) -> list[Variant | None]:
        """The same inside a transaction: prices and products as this transaction sees them."""
        return await self._variants_by_id(tx, ids, territory)

    async def _variants_by_id(
        self, source: Database | Tx, ids: Sequence[int], territory: Territory
    ) -> list[Variant | None]:
        joined = self._variants[territory.code].join(products, products.c.id == variants.c.product_id)
        rows = await source.all(joined.where(variants.c.id.in_(ids), visible()))
        return aligned({row.id: self._variant(row, territory) for row in rows}, ids)

    def _priced(self, territory: Territory) -> sa.Select[Any]:
        """Variants joined with stock, live sales, and the prices set for the territory and for the default one."""
        own, base, pool = prices.alias("own"), prices.alias("base"), stock_levels.alias("pool")
        item, sale = flash_sale_items.c, flash_sales.c
        live = sa.join(flash_sale_items, flash_sales, (sale.id == item.sale_id) & is_live(self._database.dialect))
        return (
            sa.select(
                variants,
                _in_warehouses().label("available"),
                own.c.minor.label("own_minor"),
                own.c.compare_at_minor.label("own_compare_at"),
                base.c.minor.label("base_minor"),
                base.c.compare_at_minor.label("base_compare_at"),
                *(item.sale_id, item.minor.label("flash_minor"), item.per_customer),
                *(sale.location_id, sale.ends_at, pool.c.available.label("units_left")),
            )
            .outerjoin(own, (own.c.variant_id == variants.c.id) & (own.c.territory == territory.code))
            .outerjoin(
                base, (base.c.variant_id == variants.c.id) & (base.c.territory == self._territories.default.code)
            )
            .outerjoin(live, item.variant_id == variants.c.id)
            .outerjoin(pool, (pool.c.variant_id == variants.c.id) & (pool.c.location_id == sale.location_id))
        )

    def _variant(self, row: Row, territory: Territory) -> Variant | None:
        """A variant without any price is not for sale and not shown."""
        default = self._territories.default
        listed = [
            ListPrice(code, minor, compare_at)
            for code, minor, compare_at in (
                (default.code, row.base_minor, row.base_compare_at),
                (territory.code, row.own_minor, row.own_compare_at),
            )
            if minor is not None
        ]
        price = price_in(territory, default, listed)
        if price is None:
            return None
        variant = self._regular(row, price)
        return variant if row.sale_id is None else self._flash(variant, row, territory)

    def _flash(self, variant: Variant, row: Row, territory: Territory) -> Variant:
        """The variant as its live sale sells it: at the price of the sale, and from its units alone."""
        minor = convert(row.flash_minor, self._territories.default.currency, territory.currency, territory.rate)
        flash = FlashPrice(
            sale_id=row.sale_id,
            location_id=row.location_id,
            regular=variant.price,
            units_left=row.units_left,
            per_customer=row.per_customer,
            ends_at=row.ends_at,
        )
        return replace(
            variant,
            price=Money(minor, territory.currency),
            compare_at=variant.price if variant.price.minor > minor else None,
            available=flash.units_left,
            sells_out=True,
            flash=flash,
        )

    def _regular(self, row: Row, price: Price) -> Variant:
        return Variant(
            id=row.id,
            product_id=row.product_id,
            sku=row.sku,
            title=row.title,
            position=row.position,
            options=tuple(SelectedOption(name, value) for name, value in row.options),
            price=price.price,
            compare_at=price.compare_at,
            available=int(row.available),
            sells_out=row.sells_out,
            grams=row.grams,
            taxable=row.taxable,
            requires_shipping=row.requires_shipping,
            barcode=row.barcode,
            image_url=row.image_url,
            max_per_order=row.max_per_order,
            max_per_customer=row.max_per_customer,
        )

    async def collections_by_handle(self, handles: Sequence[str]) -> list[Collection | None]:
        """Collections in the order of `handles`."""
        rows = await self._database.all(sa.select(collections).where(collections.c.handle.in_(handles)))
        return aligned({row.handle: _collection(row) for row in rows}, handles)

    async def collections_by_id(self, ids: Sequence[int]) -> list[Collection | None]:
        """Collections in the order of `ids`."""
        rows = await self._database.all(sa.select(collections).where(collections.c.id.in_(ids)))
        return aligned({row.id: _collection(row) for row in rows}, ids)

    async def best_selling_collections(self, limit: int) -> list[Collection]:
        """The collections whose active products sold the most units together; those named `hidden-...` never show."""
        sold = sa.func.sum(products.c.units_sold)
        best = (
            sa.select(collection_products.c.collection_id)
            .join(products, products.c.id == collection_products.c.product_id)
            .join(collections, collections.c.id == collection_products.c.collection_id)
            .where(visible(), collections.c.handle.not_like(f"{HIDDEN}%"))
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
        """(collection, product) pairs of products that shoppers see, products in the order of `product_ids`."""
        member = collection_products.c
        query = sa.select(member.collection_id, member.product_id).join(products, products.c.id == member.product_id)
        rows = await self._database.all(query.where(member.product_id.in_(product_ids), visible()))
        rank = {product_id: number for number, product_id in enumerate(product_ids)}
        return sorted(((row.collection_id, row.product_id) for row in rows), key=lambda pair: rank[pair[1]])

    async def collections_by_product(self, ids: Sequence[int]) -> list[tuple[Collection, ...]]:
        """The collections each product is in, by id."""
        membership = collection_products.c
        rows = await self._database.all(
            sa.select(collections, membership.product_id)
            .join(collection_products, membership.collection_id == collections.c.id)
            .where(membership.product_id.in_(ids))
            .order_by(collections.c.id)
        )
        return grouped(((row.product_id, _collection(row)) for row in rows), ids)

    async def collections_page(self, asked: PageRequest, sort: CollectionSort, reverse: bool) -> Page[Collection]:
        """One page of all collections."""
        column = _COLLECTION_COLUMNS[sort]
        rows = await self._database.all(keyset(sa.select(collections), column, collections.c.id, asked, reverse))
        pairs = [(row, _collection(row)) for row in rows]
        return page_of(pairs, asked, lambda pair: key_of(pair[0], column)).map(itemgetter(1))


def _in_warehouses() -> sa.ScalarSelect[Any]:
    """Units of a variant for sale over all warehouses, each variant's looked up by key."""
    level = stock_levels.c
    return (
        sa.select(sa.func.coalesce(sa.func.sum(level.available), 0))
        .join(locations, locations.c.id == level.location_id)
        .where(level.variant_id == variants.c.id, locations.c.kind == LocationKind.WAREHOUSE.value)
        .correlate(variants)
        .scalar_subquery()
    )


async def is_stored(database: Database, product_id: int) -> bool:
    """Whether there is a product with that key, of any status."""
    return await database.one(sa.select(products.c.id).where(products.c.id == product_id)) is not None


async def lock_product(tx: Tx, product_id: int, now: datetime) -> Product | None:
    """A product of any status with its row locked until the transaction ends; None when there is none."""
    touched = await tx.run(sa.update(products).where(products.c.id == product_id).values(updated_at=now))
    if touched.rowcount == 0:
        return None
    row = await tx.one(sa.select(products).where(products.c.id == product_id))
    return None if row is None else product_of(row)


async def change_product(tx: Tx, product: Product) -> None:
    """Writes the texts and the status of a product. The next import of it will not take it for unchanged."""
    changed = {
        "title": product.title,
        "vendor": product.vendor,
        "product_type": product.product_type,
        "status": product.status.value,
        "fingerprint": "",
    }
    await tx.run(sa.update(products).where(products.c.id == product.id).values(changed))


def visible() -> sa.ColumnElement[bool]:
    """Which products shoppers see."""
    return (products.c.status == ProductStatus.ACTIVE.value) & (products.c.published_at <= datetime.now(UTC))


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


def _collection(row: Row) -> Collection:
    return Collection(row.id, row.handle, row.title, row.created_at, row.updated_at)
