"""Flash sales as pages show them: products instead of variants, priced in one territory."""

from collections.abc import Sequence

import sqlalchemy as sa

from datasources.flash_sales.sales import is_over, is_public
from datasources.kit.database import Database, Row
from datasources.tables import flash_sale_items, flash_sales, stock_levels, variants
from domain.homepage.sales import Sale, SaleItem
from domain.kit.money import Money
from domain.territories.markets import Territories, Territory


class ShownSales:
    """Implements `domain.homepage.records.Sales`; one statement for a sale, whatever it sells."""

    def __init__(self, database: Database, territories: Territories) -> None:
        self._database = database
        self._default = territories.default

    async def sale(self, sale_id: int | None, territory: Territory) -> Sale | None:
        """The sale with that key; without a key, the live sale or else the next that is announced.

        None before its announcement, and once it is over or cancelled.
        """
        rows = await self._database.all(self._query(sale_id))
        if not rows:
            return None
        first, own = rows[0], dict[int, list[Row]]()
        for row in rows:
            own.setdefault(row.product_id, []).append(row)
        items = tuple(self._item(product_id, sold, territory) for product_id, sold in own.items())
        return Sale(first.id, first.title, first.starts_at, first.ends_at, items)

    def _query(self, sale_id: int | None) -> sa.Select[tuple[object, ...]]:
        sale, item, level = flash_sales.c, flash_sale_items.c, stock_levels.c
        dialect = self._database.dialect
        is_open = sa.not_(is_over(dialect)) & is_public(dialect)
        # A live sale started before every sale that is still to come.
        first = sa.select(sale.id).where(is_open).order_by(sale.starts_at, sale.id).limit(1)
        wanted: int | sa.ScalarSelect[int] = first.scalar_subquery() if sale_id is None else sale_id
        pool = (level.variant_id == item.variant_id) & (level.location_id == sale.location_id)
        columns = (sale.id, sale.title, sale.starts_at, sale.ends_at, item.minor, level.available)
        return (
            sa.select(*columns, variants.c.product_id)
            .join_from(flash_sales, flash_sale_items, item.sale_id == sale.id)
            .join(variants, variants.c.id == item.variant_id)
            .join(stock_levels, pool)
            .where(sale.id == wanted, is_open)
            .order_by(item.variant_id)
        )

    def _item(self, product_id: int, sold: Sequence[Row], territory: Territory) -> SaleItem:
        lowest = min(row.minor for row in sold)
        minor = territory.exchanged(lowest, self._default)
        return SaleItem(product_id, Money(minor, territory.currency), sum(row.available for row in sold))
