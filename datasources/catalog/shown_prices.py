"""The lowest price of each product as a territory shows it: stored outside flash sales, computed while one is live."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import sqlalchemy as sa

from datasources.flash_sales.sales import is_live
from datasources.kit.database import Database, Tx
from datasources.tables import (
    collections,
    flash_sale_items,
    flash_sales,
    prices,
    product_prices,
    products,
    variants,
)
from domain.kit.folding import collation_key
from domain.kit.money import charge_step, currency_digits
from domain.territories.markets import Territories, Territory

_BATCH = 200
# Binds more tightly than a sum, so that SQLAlchemy puts the sum into brackets.
_DIVISION = 8


@dataclass(frozen=True, slots=True)
class ShownPrice:
    """A product's lowest price in SQL. A statement that uses it has to join `stored` and `live` first."""

    minor: sa.ColumnElement[int]
    stored: sa.FromClause
    live: sa.Subquery
    territory: str

    def joined(self, query: sa.Select[Any]) -> sa.Select[Any]:
        """A query over `products`, joined with what the price is made of."""
        stored, live = self.stored.c, self.live.c
        mine = (stored.product_id == products.c.id) & (stored.territory == self.territory)
        return query.outerjoin(self.stored, mine).outerjoin(self.live, live.product_id == products.c.id)


@lru_cache(maxsize=64)
def shown_prices(dialect: str, territories: Territories) -> "ShownPrices":
    """Prices in SQL, built once: building these statements costs more than sending them."""
    return ShownPrices(dialect, territories)


class ShownPrices:
    """Prices in SQL, by territory."""

    def __init__(self, dialect: str, territories: Territories) -> None:
        self._dialect = dialect
        self._territories = territories
        self._shown = {each.code: self._of(each) for each in territories.all}
        self._rows = {each.code: self._rows_of(each) for each in territories.all}

    def of(self, territory: Territory | None) -> ShownPrice:
        """The price in a territory, by default that of the shop itself."""
        return self._shown[(territory or self._territories.default).code]

    def _of(self, territory: Territory) -> ShownPrice:
        stored, live = product_prices.alias("stored"), self._during_sales(territory).subquery("live")
        minor = sa.type_coerce(sa.func.coalesce(live.c.minor, stored.c.minor, 0), sa.BigInteger)
        return ShownPrice(minor, stored, live, territory.code)

    def in_sales(self) -> sa.Select[tuple[int]]:
        """Products with a variant in a live sale."""
        sold = sa.select(variants.c.product_id).join(flash_sale_items, flash_sale_items.c.variant_id == variants.c.id)
        return sold.join(flash_sales, flash_sales.c.id == flash_sale_items.c.sale_id).where(is_live(self._dialect))

    def _during_sales(self, territory: Territory) -> sa.Select[Any]:
        """Lowest prices of the products of live sales: variants outside the sale keep their own."""
        item = flash_sale_items.c
        live = sa.join(flash_sale_items, flash_sales, (flash_sales.c.id == item.sale_id) & is_live(self._dialect))
        query, regular = self._priced(territory)
        sold = sa.case((item.sale_id.is_not(None), self._converted(item.minor, territory)), else_=regular)
        return (
            query.add_columns(sa.func.min(sold).label("minor"))
            .outerjoin(live, item.variant_id == variants.c.id)
            .where(variants.c.product_id.in_(self.in_sales()), regular.is_not(None))
            .group_by(variants.c.product_id)
        )

    def rows(self, territory: Territory) -> sa.Insert:
        """Writes rows of `product_prices` for the products in the parameter `product_keys`."""
        return self._rows[territory.code]

    def _rows_of(self, territory: Territory) -> sa.Insert:
        columns = ["product_id", "territory", "minor", "basis", "as_of"]
        return sa.insert(product_prices).from_select(columns, self._regular(territory))

    def _regular(self, territory: Territory) -> sa.Select[Any]:
        keys: sa.BindParameter[Sequence[int]] = sa.bindparam("product_keys", expanding=True)
        query, minor = self._priced(territory)
        lowest = query.add_columns(sa.func.min(minor).label("minor")).where(variants.c.product_id.in_(keys))
        found = lowest.group_by(variants.c.product_id).subquery("lowest")
        basis = basis_of(self._territories.default, territory)
        return (
            sa.select(
                products.c.id,
                sa.literal(territory.code),
                sa.func.coalesce(found.c.minor, 0),
                sa.literal(basis),
                products.c.updated_at,
            )
            .outerjoin(found, found.c.product_id == products.c.id)
            .where(products.c.id.in_(keys))
        )

    def _priced(self, territory: Territory) -> tuple[sa.Select[Any], sa.ColumnElement[Any]]:
        """Variants by product, and a variant's price: `domain.territories.markets.price_in` in SQL."""
        own, base = prices.alias("own"), prices.alias("base")
        home = self._territories.default.code
        query = (
            sa.select(variants.c.product_id)
            .outerjoin(own, (own.c.variant_id == variants.c.id) & (own.c.territory == territory.code))
            .outerjoin(base, (base.c.variant_id == variants.c.id) & (base.c.territory == home))
        )
        return query, sa.func.coalesce(
            self._chargeable(own.c.minor, territory), self._converted(base.c.minor, territory)
        )

    def _converted(self, minor: sa.ColumnElement[int], territory: Territory) -> sa.ColumnElement[Any]:
        """`Territory.exchanged` in SQL."""
        default = self._territories.default
        if territory.code == default.code and territory.rate == 1:
            return self._chargeable(minor, territory)
        shift = currency_digits(territory.currency) - currency_digits(default.currency)
        over, under = territory.rate.scaleb(shift).as_integer_ratio()
        step = charge_step(territory.currency)
        return self._rounded(minor, over, under * step) * step

    def _chargeable(self, minor: sa.ColumnElement[int], territory: Territory) -> sa.ColumnElement[Any]:
        """`domain.kit.money.chargeable` in SQL."""
        step = charge_step(territory.currency)
        return minor if step == 1 else self._rounded(minor, 1, step) * step

    def _rounded(self, minor: sa.ColumnElement[int], over: int, under: int) -> sa.ColumnElement[Any]:
        """A fraction of an amount in whole numbers, so that every database rounds alike, half up."""
        if self._dialect == "sqlite":
            return sa.cast((minor * (2 * over) + under).op("/", _DIVISION)(2 * under), sa.BigInteger)
        wide = sa.cast(minor, sa.Numeric(65, 0))
        return sa.cast((wide * (2 * over) + under).op("DIV", _DIVISION)(2 * under), sa.BigInteger)


def basis_of(default: Territory, territory: Territory) -> str:
    """What the prices of a territory were computed with, as `product_prices` keeps it."""
    step = charge_step(territory.currency)
    steps = "" if step == 1 else f" in {step}"
    return f"{default.code} {default.currency} {territory.currency}{steps} {territory.rate.normalize():f}"[:64]


class ListOrders:
    """Writes what lists are in the order of: keys of texts, and prices by territory."""

    def __init__(self, dialect: str, territories: Territories) -> None:
        self._territories = territories
        self._prices = shown_prices(dialect, territories)

    async def write(self, tx: Tx, product_ids: Sequence[int]) -> None:
        """Computes the prices of products from their variants. The caller has locked the rows of the products.

        Rows of other territories stay: a process with other settings may write them.
        """
        if not product_ids:
            return
        row, mine = product_prices.c, [each.code for each in self._territories.all]
        await tx.run(sa.delete(product_prices).where(row.product_id.in_(product_ids), row.territory.in_(mine)))
        for territory in self._territories.all:
            await tx.run(self._prices.rows(territory), {"product_keys": product_ids})

    async def catch_up(self, database: Database) -> int:
        """Computes what is missing or old: after a change of territories, and what an older version wrote.

        Looks at each product once, so that it ends although a process with other settings writes at the same time.
        Returns the number of products.
        """
        done = last = 0
        while ids := await self._stale(database, last):
            await database.transact(partial(self._renew, product_ids=ids))
            done, last = done + len(ids), ids[-1]
        while rows := await self._collections(database):
            await database.transact(partial(_key_collections, titles=rows))
        return done

    async def _stale(self, database: Database, after: int) -> list[int]:
        found: set[int] = set()
        for territory in self._territories.all:
            row, basis = product_prices.c, basis_of(self._territories.default, territory)
            same = (row.product_id == products.c.id) & (row.territory == territory.code) & (row.basis == basis)
            query = sa.select(products.c.id).outerjoin(product_prices, same & (row.as_of == products.c.updated_at))
            query = query.where(row.product_id.is_(None), products.c.id > after).order_by(products.c.id).limit(_BATCH)
            found |= {each.id for each in await database.all(query)}
        return sorted(found)[:_BATCH]

    async def _renew(self, tx: Tx, product_ids: Sequence[int]) -> None:
        text = (products.c.id, products.c.title, products.c.vendor, products.c.product_type)
        query = sa.select(*text).where(products.c.id.in_(product_ids)).order_by(products.c.id).with_for_update()
        rows = await tx.all(query)
        keys = [{"row": row.id, **keys_of(row.title, row.vendor, row.product_type)} for row in rows]
        if keys:
            await tx.run(sa.update(products).where(products.c.id == sa.bindparam("row")), keys)
        await self.write(tx, product_ids)

    async def _collections(self, database: Database) -> list[tuple[int, str]]:
        row = collections.c
        query = sa.select(row.id, row.title).where(row.title_key == "").order_by(row.id).limit(_BATCH)
        found = [(each.id, each.title) for each in await database.all(query)]
        return [pair for pair in found if collation_key(pair[1])]


async def _key_collections(tx: Tx, titles: Sequence[tuple[int, str]]) -> None:
    change = sa.update(collections).where(collections.c.id == sa.bindparam("row"))
    await tx.run(change, [{"row": key, "title_key": collation_key(title)} for key, title in titles])


def keys_of(title: str, vendor: str, product_type: str) -> dict[str, str]:
    """The columns of a product by which lists of it are ordered."""
    texts = {"title_key": title, "vendor_key": vendor, "type_key": product_type}
    return {column: collation_key(text) for column, text in texts.items()}
