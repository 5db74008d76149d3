"""What is stored of products beside their rows and documents: equal states before and after a write mean no change."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from datasources.kit.database import Tx
from datasources.tables import collection_products, metafields, prices, product_exclusions, variants
from domain.catalog.metafields import MetafieldOwner

# The order of variants counts: those that are no longer for sale may share a position with others.
_OF_VARIANT = tuple(column for column in variants.c if column is not variants.c.position)
_OF_METAFIELD = tuple(metafields.c[name] for name in ("owner", "owner_id", "namespace", "key", "type", "value"))

State = tuple[tuple[Any, ...], ...]


async def states(tx: Tx, product_ids: Sequence[int]) -> Mapping[int, State]:
    """Variants, prices, metafields, collections and exclusions of each product, as values that can be compared."""
    found: dict[int, list[tuple[Any, ...]]] = {key: [] for key in product_ids}
    for query in _queries(product_ids) if found else ():
        for row in await tx.all(query):
            found[row.of].append(tuple(repr(value) for value in row[1:]))
    return {key: tuple(rows) for key, rows in found.items()}


def _queries(ids: Sequence[int]) -> tuple[sa.Select[Any], ...]:
    """Each with the product in `of`, then what belongs to it in a fixed order."""
    of, price, field = variants.c.product_id.label("of"), prices.c, metafields.c
    member, place = collection_products.c, product_exclusions.c
    mine = variants.c.product_id.in_(ids)
    of_variant = (field.owner == MetafieldOwner.VARIANT.value) & (field.owner_id == variants.c.id)
    of_product = (field.owner == MetafieldOwner.PRODUCT.value) & field.owner_id.in_(ids)
    names = (field.owner_id, field.namespace, field.key)
    return (
        sa.select(of, *_OF_VARIANT).where(mine).order_by(variants.c.position, variants.c.id),
        sa.select(of, price.variant_id, price.territory, price.minor, price.compare_at_minor)
        .join_from(variants, prices, price.variant_id == variants.c.id)
        .where(mine)
        .order_by(price.variant_id, price.territory),
        sa.select(of, *_OF_METAFIELD).join_from(variants, metafields, of_variant).where(mine).order_by(*names),
        sa.select(field.owner_id.label("of"), *_OF_METAFIELD).where(of_product).order_by(*names),
        sa.select(member.product_id.label("of"), member.collection_id)
        .where(member.product_id.in_(ids))
        .order_by(member.collection_id),
        sa.select(place.product_id.label("of"), place.territory)
        .where(place.product_id.in_(ids))
        .order_by(place.territory),
    )
