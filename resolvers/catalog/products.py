"""Products, variants and collections."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

import strawberry
from strawberry import Parent

from domain.catalog.records import (
    Collection,
    Image,
    Product,
    ProductOption,
    ProductSort,
    Seo,
    Variant,
)
from domain.kit.ids import key_of
from domain.kit.money import Money
from domain.kit.paging import MAX_PAGE, Page, PageRequest, counted, page_request, slice_of
from resolvers.content.outage import NOTHING, absent_in_outage
from resolvers.context import Info
from resolvers.kit.arguments import After, Arg, Before, First, Handle, Last, OptionalId, Reverse, TruncateAt
from resolvers.kit.choices import (
    ProductImageSortKeys,
    ProductRecommendationIntent,
    ProductSortKeys,
    ProductVariantSortKeys,
)
from resolvers.search.found import products_found


@dataclass(frozen=True, slots=True)
class PriceRange:
    """Lowest and highest price of the variants of a product."""

    min_variant_price: Money
    max_variant_price: Money


@dataclass(frozen=True, slots=True)
class OptionValue:
    """A value such as `M`, with the option and the product it belongs to."""

    product_id: int
    option: str
    name: str


MAX_RECOMMENDED = 10
_VARIANT_ORDERS: dict[ProductVariantSortKeys | None, Callable[[Variant], tuple[str | int, ...]]] = {
    ProductVariantSortKeys.ID: lambda variant: (variant.id,),
    ProductVariantSortKeys.SKU: lambda variant: (variant.sku or "", variant.id),
    ProductVariantSortKeys.TITLE: lambda variant: (variant.title, variant.id),
}
LARGEST_INT = 2**31 - 1


def shortened(text: str, length: int | None) -> str:
    """A text of at most `length` characters, with dots in place of what is left out.

    >>> shortened("A mug of stoneware", 8), shortened("A mug", None)
    ('A mug...', 'A mug')
    """
    if length is None or len(text) <= length:
        return text
    return text[: max(length - 3, 0)] + "..."


Query = Annotated[
    str | None,
    Arg(
        description="Words to search for, and filters: `tag:`, `vendor:`, `product_type:`, `collection:` (a handle), "
        "`handle:`, `sku:`, `barcode:`, each also with `-` or `NOT` before it, and `available_for_sale:`. Quote values "
        "with spaces. All must match. A query with anything else (`OR`, other filters, words to leave out) finds "
        "nothing, and `extensions.warnings` names what is not supported. Every order but RELEVANCE has good matches "
        "only, at most 10,000: those with the words in title or labels, if there are any."
    ),
]


async def product(info: Info, handle: Handle = None, id: OptionalId = None) -> Product | None:
    """A product by id or handle."""
    if id is not None:
        key = key_of(id, "Product")
        return None if key is None else await info.context.loaders.product.load(key)
    return None if handle is None else await info.context.loaders.product_by_handle.load(handle)


async def products(
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    query: Query = None,
    sort_key: ProductSortKeys | None = ProductSortKeys.ID,
    reverse: Reverse = False,
) -> Page[Product]:
    """A page of products; from the search engine if there is a query, else from the database."""
    asked = page_request(first, after, last, before)
    if query is not None and query.strip():
        return await products_found(info, query, asked, sort_key or ProductSortKeys.RELEVANCE, bool(reverse))
    sort = ProductSort.ID if sort_key in (None, ProductSortKeys.RELEVANCE) else ProductSort[sort_key.name]
    lists, territory = info.context.reads.catalog.products, info.context.territory
    unwanted = await info.context.unwanted()
    return await lists.page(asked, sort, is_descending(sort, reverse), territory, unwanted=unwanted)


async def product_recommendations(
    info: Info,
    product_id: Annotated[strawberry.ID | None, Arg(description="The product that the shopper looks at.")] = None,
    product_handle: Annotated[str | None, Arg(description="The same by its handle.")] = None,
    intent: Annotated[
        ProductRecommendationIntent | None, Arg(description="Why to recommend; the answer is the same.")
    ] = ProductRecommendationIntent.RELATED,
) -> Sequence[Product] | None:
    """Products bought together with this one, then those of its type; null if the product does not exist.

    Sold-out products are left out.
    """
    del intent
    key = None if product_id is None else key_of(product_id, "Product")
    if product_id is None and product_handle is not None:
        named = await info.context.loaders.product_by_handle.load(product_handle)
        key = None if named is None else named.id
    if key is None or await info.context.loaders.product.load(key) is None:
        return None
    found = await info.context.reads.catalog.recommended.beside(key, await info.context.unwanted())
    variants_of = await info.context.loaders.product_variants.load_many([product.id for product in found])
    shown = zip(found, variants_of, strict=True)
    return [item for item, own in shown if any(variant.available_for_sale for variant in own)][:MAX_RECOMMENDED]


@absent_in_outage("")
async def description(
    root: Parent[Product],
    info: Info,
    truncate_at: TruncateAt = None,
) -> str:
    """Plain text."""
    return shortened((await info.context.loaders.product_content.load(root.id)).description, truncate_at)


@absent_in_outage("")
async def description_html(root: Parent[Product], info: Info) -> str:
    """Sanitised HTML."""
    return (await info.context.loaders.product_content.load(root.id)).html


@absent_in_outage(())
async def tags(root: Parent[Product], info: Info) -> Sequence[str]:
    """Tags."""
    return (await info.context.loaders.product_content.load(root.id)).tags


@absent_in_outage(Seo())
async def seo(root: Parent[Product], info: Info) -> Seo:
    """Title and description for search engines."""
    content = await info.context.loaders.product_content.load(root.id)
    return Seo(content.seo.title or root.title, content.seo.description or content.description)


async def page_of_pictures(
    product: Product, info: Info, asked: PageRequest, *, by_id: bool, reverse: bool
) -> Page[Image]:
    """A page of the pictures, by position or by id."""
    found = list((await info.context.loaders.product_content.load(product.id)).images)
    if by_id:
        found.sort(key=lambda image: image.id)
    return slice_of(found, asked, reverse)


@absent_in_outage(NOTHING)
async def images(
    root: Parent[Product],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    sort_key: Annotated[
        ProductImageSortKeys | None, Arg(description="The order of the pictures.")
    ] = ProductImageSortKeys.POSITION,
    reverse: Reverse = False,
) -> Page[Image]:
    """A page of the pictures."""
    asked = page_request(first, after, last, before, MAX_PAGE)
    return await page_of_pictures(root, info, asked, by_id=sort_key is ProductImageSortKeys.ID, reverse=bool(reverse))


@absent_in_outage(None)
async def featured_image(root: Parent[Product], info: Info) -> Image | None:
    """The first picture."""
    content = await info.context.loaders.product_content.load(root.id)
    return content.images[0] if content.images else None


async def variants(
    root: Parent[Product],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    sort_key: Annotated[
        ProductVariantSortKeys | None, Arg(description="The order of the variants.")
    ] = ProductVariantSortKeys.POSITION,
    reverse: Reverse = False,
) -> Page[Variant]:
    """A page of the variants, by position unless another order is given."""
    found = list(await info.context.loaders.product_variants.load(root.id))
    if sort_key in _VARIANT_ORDERS:
        found.sort(key=_VARIANT_ORDERS[sort_key])
    return slice_of(found, page_request(first, after, last, before, MAX_PAGE), reverse)


async def variants_count(root: Parent[Product], info: Info) -> int:
    """How many variants there are."""
    return len(await info.context.loaders.product_variants.load(root.id))


async def available_for_sale(root: Parent[Product], info: Info) -> bool:
    """Whether any variant can be bought now."""
    every = await info.context.loaders.product_variants.load(root.id)
    return any(variant.available_for_sale for variant in every)


async def total_inventory(root: Parent[Product], info: Info) -> int:
    """Units for sale over all variants that are tracked; at most the largest integer of GraphQL."""
    every = await info.context.loaders.product_variants.load(root.id)
    total = sum(variant.available for variant in every if variant.tracked)
    return max(min(total, LARGEST_INT), -LARGEST_INT)


async def price_range(root: Parent[Product], info: Info) -> PriceRange:
    """Lowest and highest price of the variants."""
    every = await info.context.loaders.product_variants.load(root.id)
    prices = sorted((variant.price for variant in every), key=lambda price: price.minor)
    return PriceRange(prices[0], prices[-1]) if prices else _nothing(info)


async def compare_at_range(root: Parent[Product], info: Info) -> PriceRange:
    """Lowest and highest price before reductions; zero without a reduction."""
    every = await info.context.loaders.product_variants.load(root.id)
    prices = sorted((v.compare_at for v in every if v.compare_at), key=lambda price: price.minor)
    return PriceRange(prices[0], prices[-1]) if prices else _nothing(info)


async def product_collections(
    root: Parent[Product],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    reverse: Reverse = False,
) -> Page[Collection]:
    """A page of the collections that a product is in."""
    every = await info.context.loaders.product_collections.load(root.id)
    unwanted = await info.context.unwanted()
    found = list(filter(unwanted.allows, every))
    return counted(slice_of(found, page_request(first, after, last, before, MAX_PAGE), reverse), len(found))


def options(root: Parent[Product], first: First = None) -> Sequence[ProductOption]:
    """The first options of a product, by default all."""
    return root.options[: max(first, 0)] if first is not None else root.options


def option_values(root: Parent[ProductOption]) -> list[OptionValue]:
    """The values of an option, each with its product and option."""
    return [OptionValue(root.product_id, root.name, value) for value in root.values]


def _nothing(info: Info) -> PriceRange:
    nothing = Money(0, info.context.territory.currency)
    return PriceRange(nothing, nothing)


def is_descending(sort: ProductSort, reverse: bool | None) -> bool:
    """Whether a list is in descending order: the default for best sellers only."""
    return not reverse if sort is ProductSort.BEST_SELLING else bool(reverse)
