"""Variants with their prices and live stock, as shoppers see them: batch reads in the order of their keys."""

import functools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from datasources.catalog.exclusions import excluded
from datasources.catalog.products import visible
from datasources.flash_sales.sales import is_live
from datasources.kit.database import Database, Row, Tx
from datasources.kit.rows import aligned, grouped
from datasources.kit.turns import built
from datasources.tables import (
    flash_sale_items,
    flash_sales,
    locations,
    prices,
    products,
    stock_levels,
    variants,
)
from domain.catalog.records import (
    SelectedOption,
    Variant,
)
from domain.flash_sales import FlashPrice
from domain.inventory import LocationKind
from domain.kit.money import Money
from domain.territories.markets import ListPrice, Price, Territories, Territory, price_in


class Variants:
    """Variants of active products."""

    def __init__(self, database: Database, territories: Territories) -> None:
        self._database = database
        self._territories = territories
        base, dialect = territories.default.code, database.dialect
        self._everywhere = _of_products(None, base, dialect)
        self._of_products = {each.code: _of_products(each.code, base, dialect) for each in territories.all}
        self._of_ids = {each.code: _of_ids(each.code, base, dialect) for each in territories.all}

    async def by_product(self, ids: Sequence[int], territory: Territory) -> list[tuple[Variant, ...]]:
        """Variants of each product by position, priced in the territory, with current stock.

        There are none where the territory does not have the product.
        """
        return await self._by_product(self._of_products[territory.code], ids, territory)

    async def wherever_sold(self, ids: Sequence[int]) -> list[tuple[Variant, ...]]:
        """Variants of each product at the prices of the default territory, even if it does not have the product."""
        return await self._by_product(self._everywhere, ids, self._territories.default)

    async def _by_product(
        self, query: sa.Select[Any], ids: Sequence[int], territory: Territory
    ) -> list[tuple[Variant, ...]]:
        rows = await self._database.all(query, {"keys": ids})
        found = await built(lambda row: self._variant(row, territory), rows)
        return grouped(((variant.product_id, variant) for variant in found if variant is not None), ids)

    async def each_in_its_territory(self, keys: Sequence[tuple[int, Territory]]) -> list[Variant | None]:
        """Variants with the prices of territories: one statement for each, and a request rarely has more than one."""
        found: dict[tuple[int, Territory], Variant | None] = {}
        for territory in {territory for _, territory in keys}:
            ids = [variant_id for variant_id, where in keys if where == territory]
            variants = await self.by_id(ids, territory)
            found |= {(variant_id, territory): variant for variant_id, variant in zip(ids, variants, strict=True)}
        return [found[key] for key in keys]

    async def by_id(self, ids: Sequence[int], territory: Territory) -> list[Variant | None]:
        """Variants of active products in the order of `ids`."""
        return await self._by_id(self._database, ids, territory)

    async def for_sale(self, tx: Tx, ids: Sequence[int], territory: Territory) -> list[Variant | None]:
        """The same inside a transaction: prices and products as this transaction sees them."""
        return await self._by_id(tx, ids, territory)

    async def of_visible(self, tx: Tx, ids: Sequence[int]) -> set[int]:
        """The keys of variants of active products, whether they have a price or not."""
        joined = sa.select(variants.c.id).join(products, products.c.id == variants.c.product_id)
        return {row.id for row in await tx.all(joined.where(variants.c.id.in_(ids), visible()))}

    async def _by_id(self, source: Database | Tx, ids: Sequence[int], territory: Territory) -> list[Variant | None]:
        rows = await source.all(self._of_ids[territory.code], {"keys": ids})
        return aligned({row.id: self._variant(row, territory) for row in rows}, ids)

    def _variant(self, row: Row, territory: Territory) -> Variant | None:
        """A variant without a price is not for sale and not shown."""
        default = self._territories.default
        code, minor, compare_at = territory.code, row.own_minor, row.own_compare_at
        if minor is None:
            code, minor, compare_at = default.code, row.base_minor, row.base_compare_at
        listed = [] if minor is None else [ListPrice(code, minor, _above(minor, compare_at))]
        price = price_in(territory, default, listed)
        if price is None:
            return None
        variant = self._regular(row, price)
        return variant if row.sale_id is None else self._flash(variant, row, territory)

    def _flash(self, variant: Variant, row: Row, territory: Territory) -> Variant:
        """The variant as its live sale sells it: at the sale price, and only from the units of the sale."""
        minor = territory.exchanged(row.flash_minor, self._territories.default)
        flash = FlashPrice(
            sale_id=row.sale_id,
            location_id=row.location_id,
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
            tracked=True,
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
            tracked=row.tracked,
            grams=row.grams,
            taxable=row.taxable,
            requires_shipping=row.requires_shipping,
            barcode=row.barcode,
            image_url=row.image_url,
            max_per_order=row.max_per_order,
            max_per_customer=row.max_per_customer,
        )


def _above(minor: int, compare_at: int | None) -> int | None:
    """A price before a reduction counts only above the price: the two may come from different files."""
    return compare_at if compare_at is not None and compare_at > minor else None


def _in_warehouses() -> sa.ScalarSelect[Any]:
    """Units of a variant for sale over all warehouses, looked up by key for each variant."""
    level = stock_levels.c
    return (
        sa.select(sa.func.coalesce(sa.func.sum(level.available), 0))
        .join(locations, locations.c.id == level.location_id)
        .where(level.variant_id == variants.c.id, locations.c.kind == LocationKind.WAREHOUSE.value)
        .correlate(variants)
        .scalar_subquery()
    )


@functools.lru_cache(maxsize=256)
def _of_products(territory: str | None, default: str, dialect: str) -> sa.Select[Any]:
    """Variants by `keys` of their products. Building a statement costs more than sending it."""
    query = _priced(default, default, dialect) if territory is None else _sold(territory, default, dialect)
    query = query.where(variants.c.product_id.in_(sa.bindparam("keys", expanding=True)))
    return query.order_by(variants.c.product_id, variants.c.position, variants.c.id)


@functools.lru_cache(maxsize=256)
def _of_ids(territory: str, default: str, dialect: str) -> sa.Select[Any]:
    """Variants by `keys`, of products that shoppers see and the territory has."""
    joined = _sold(territory, default, dialect).join(products, products.c.id == variants.c.product_id)
    return joined.where(variants.c.id.in_(sa.bindparam("keys", expanding=True)), visible())


def _sold(territory: str, default: str, dialect: str) -> sa.Select[Any]:
    """Variants of the products that the territory has."""
    return _priced(territory, default, dialect).where(~excluded(variants.c.product_id, territory))


def _priced(territory: str, default: str, dialect: str) -> sa.Select[Any]:
    """Variants joined with stock, live sales, and the prices set for the territory and for the default one."""
    own, base, pool = prices.alias("own"), prices.alias("base"), stock_levels.alias("pool")
    item, sale = flash_sale_items.c, flash_sales.c
    live = sa.join(flash_sale_items, flash_sales, (sale.id == item.sale_id) & is_live(dialect))
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
        .outerjoin(own, (own.c.variant_id == variants.c.id) & (own.c.territory == territory))
        .outerjoin(base, (base.c.variant_id == variants.c.id) & (base.c.territory == default))
        .outerjoin(live, item.variant_id == variants.c.id)
        .outerjoin(pool, (pool.c.variant_id == variants.c.id) & (pool.c.location_id == sale.location_id))
    )
