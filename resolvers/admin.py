"""What staff changes; the services check who asks."""

from dataclasses import dataclass

from domain.catalog import Product, ProductChanges
from domain.inventory import AdjustQuantities, StockLevel
from domain.refusals import Refusal, Refused
from resolvers.context import Context


@dataclass(frozen=True, slots=True)
class ProductOutcome:
    """The product as it is now, or why it did not change."""

    product: Product | None = None
    user_errors: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class InventoryOutcome:
    """Stock as it is now, or why it did not change."""

    levels: tuple[StockLevel, ...] = ()
    user_errors: tuple[Refusal, ...] = ()


async def update_product(context: Context, product_id: int | None, changes: ProductChanges) -> ProductOutcome:
    """Changes a product; an id that names none is as unknown as any other."""
    try:
        product = await context.services.catalog.update_product(context.viewer, product_id or 0, changes)
    except Refused as refused:
        return ProductOutcome(None, refused.refusals)
    context.written()
    # Staff sees the product it has just hidden from shoppers; its variants lead back to it.
    context.loaders.product.prime(product.id, product)
    return ProductOutcome(product)


async def adjust_quantities(context: Context, command: AdjustQuantities) -> InventoryOutcome:
    """Adjusts stock."""
    try:
        return InventoryOutcome(tuple(await context.services.inventory.adjust(context.viewer, command)))
    except Refused as refused:
        return InventoryOutcome((), refused.refusals)
    finally:
        context.written()
