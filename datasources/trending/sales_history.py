"""What was sold when and where, read from the orders."""

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa

from datasources.catalog.product_writes import SOLD
from datasources.kit.database import Database
from datasources.tables import order_lines, orders, products, variants
from domain.territories.markets import Territories
from domain.trending import HourOfSales

_HOUR_DIGITS = len("2026-01-02 03")


class SalesHistory:
    """Units of paid orders by the hour in which they were placed."""

    def __init__(self, database: Database, territories: Territories) -> None:
        self._database = database
        self._territories = territories

    async def by_hour(self, product_ids: Sequence[int]) -> list[HourOfSales]:
        """The sales of some hundreds of products. Orders of a removed territory count for the default one."""
        # Every database stores times as text, or converts them to the same text.
        hour = sa.func.substr(sa.cast(orders.c.created_at, sa.String), 1, _HOUR_DIGITS).label("hour_")
        query = (
            sa.select(
                orders.c.territory, variants.c.product_id, hour, sa.func.sum(order_lines.c.quantity).label("units")
            )
            .select_from(order_lines)
            .join(orders, orders.c.id == order_lines.c.order_id)
            .join(variants, variants.c.id == order_lines.c.variant_id)
            .where(variants.c.product_id.in_(product_ids), orders.c.status.in_(SOLD))
            .group_by(orders.c.territory, variants.c.product_id, sa.text("hour_"))
        )
        return [
            HourOfSales(self._territory(row.territory), row.product_id, _hours(row.hour_), int(row.units))
            for row in await self._database.all(query)
        ]

    def _territory(self, code: str | None) -> str:
        return self._territories.of_code(code or "").code

    async def products_after(self, product_id: int, limit: int) -> list[int]:
        """Keys of products that come after a key, in ascending order."""
        query = sa.select(products.c.id).where(products.c.id > product_id).order_by(products.c.id).limit(limit)
        return [row.id for row in await self._database.all(query)]


def _hours(text: str) -> int:
    """Hours since 1970 for a time that is cut after its hour.

    >>> _hours("1970-01-02 03")
    27
    """
    return int(datetime.fromisoformat(f"{text}:00:00").replace(tzinfo=UTC).timestamp()) // 3600
