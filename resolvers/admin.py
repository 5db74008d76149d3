"""What staff changes; the services check who asks."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.catalog import Product, ProductChanges
from domain.homepage import HomepageKey, SectionSource
from domain.refusals import Refusal, Refused
from resolvers.context import Context


@dataclass(frozen=True, slots=True)
class ProductOutcome:
    """The product as it is now, or why it did not change."""

    product: Product | None = None
    user_errors: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishOutcome:
    """The version that visitors get from now on, or why it is not published."""

    version: int | None = None
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


async def publish_homepage(
    context: Context, key: HomepageKey, version: int, menu: str, sections: Callable[[], tuple[SectionSource, ...]]
) -> PublishOutcome:
    """Publishes a page; `sections` may refuse what was asked for."""
    try:
        publish = context.services.homepage.publish
        return PublishOutcome(await publish(context.viewer, key, version, menu, sections))
    except Refused as refused:
        return PublishOutcome(None, refused.refusals)
