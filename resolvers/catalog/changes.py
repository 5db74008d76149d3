"""Changes of products by staff; the services check permissions."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.catalog.records import LimitVariant, Product, ProductChanges, Variant
from domain.kit.refusals import Refusal, Refused
from resolvers.context import Context


@dataclass(frozen=True, slots=True)
class ProductOutcome:
    """The product as it is now, or why it did not change."""

    product: Product | None = None
    user_errors: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class VariantsOutcome:
    """The product and the changed variants as they are now, or why they did not change."""

    product: Product | None = None
    product_variants: tuple[Variant, ...] | None = None
    user_errors: tuple[Refusal, ...] = ()


async def update_product(context: Context, product_id: int | None, changes: ProductChanges) -> ProductOutcome:
    """Changes a product. An id of another kind is refused like the id of a product that does not exist."""
    try:
        product = await context.services.catalog.update_product(context.viewer, product_id or 0, changes)
    except Refused as refused:
        return ProductOutcome(None, refused.refusals)
    context.written()
    # Staff also see a product that they have just hidden from shoppers; its variants refer back to it.
    context.loaders.product.prime(product.id, product)
    return ProductOutcome(product)


async def limit_variants(context: Context, product_id: int | None, changes: Sequence[LimitVariant]) -> VariantsOutcome:
    """Limits units of variants; returns the variants that can be sold."""
    try:
        product = await context.services.variants.limit(context.viewer, product_id or 0, changes)
    except Refused as refused:
        return VariantsOutcome(user_errors=refused.refusals)
    context.written()
    context.loaders.product.prime(product.id, product)
    named = {change.variant_id for change in changes}
    found = await context.loaders.product_variants.load(product.id)
    return VariantsOutcome(product, tuple(variant for variant in found if variant.id in named))
