"""Products that are not for sale in some territories."""

from collections.abc import Sequence

import sqlalchemy as sa

from datasources.kit.database import Database
from datasources.kit.rows import grouped
from datasources.tables import product_exclusions


class Exclusions:
    """Reads of where products are not for sale."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_product(self, ids: Sequence[int]) -> list[tuple[str, ...]]:
        """The codes of the territories where each product is not for sale, in their order."""
        row = product_exclusions.c
        query = sa.select(product_exclusions).where(row.product_id.in_(ids)).order_by(row.territory)
        return grouped(((each.product_id, each.territory) for each in await self._database.all(query)), ids)


def excluded(product_id: sa.ColumnElement[int], territory: str) -> sa.ColumnElement[bool]:
    """The condition for products that are not for sale in a territory."""
    exclusion = product_exclusions.c
    return sa.exists().where(exclusion.product_id == product_id, exclusion.territory == territory)
