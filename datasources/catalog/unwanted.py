"""What a viewer does not want to see, as conditions for lists."""

import sqlalchemy as sa

from datasources.tables import collection_products, collections, products
from domain.catalog.unwanted import Unwanted


def wanted_products(unwanted: Unwanted) -> list[sa.ColumnElement[bool]]:
    """Conditions that leave out unwanted products, and all products of unwanted collections."""
    conditions: list[sa.ColumnElement[bool]] = []
    if unwanted.products:
        conditions.append(products.c.id.not_in(sorted(unwanted.products)))
    if unwanted.categories:
        of_unwanted = (
            sa.select(collection_products.c.product_id)
            .join(collections, collections.c.id == collection_products.c.collection_id)
            .where(collections.c.handle.in_(sorted(unwanted.categories)))
        )
        conditions.append(products.c.id.not_in(of_unwanted))
    return conditions


def wanted_collections(unwanted: Unwanted) -> list[sa.ColumnElement[bool]]:
    """Conditions that leave out unwanted collections."""
    return [collections.c.handle.not_in(sorted(unwanted.categories))] if unwanted.categories else []
