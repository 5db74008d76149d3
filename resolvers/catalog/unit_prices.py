"""Prices of variants per unit of measure."""

from strawberry import Parent

from domain.catalog.metafields import MetafieldKey, MetafieldOwner
from domain.catalog.records import Variant
from domain.catalog.unit_prices import KEY, NAMESPACE, UnitMeasure
from domain.kit.money import Money
from resolvers.context import Info


async def measurement(root: Parent[Variant], info: Info) -> UnitMeasure | None:
    """How much is in a unit; None where its metafield does not say so."""
    key = MetafieldKey(MetafieldOwner.VARIANT, root.id, NAMESPACE, KEY)
    row = await info.context.loaders.metafield.load(key)
    return None if row is None else UnitMeasure.read(row.value)


async def unit_price(root: Parent[Variant], info: Info) -> Money | None:
    """The price per unit of measure."""
    measure = await measurement(root, info)
    return None if measure is None else measure.price(root.price)
