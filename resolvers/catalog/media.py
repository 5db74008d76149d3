"""The media of products, and their variants in the short form that storefronts decode."""

from typing import Annotated

from strawberry import Parent

from domain.catalog.encoded_variants import encoded
from domain.catalog.records import Image, Product
from domain.kit.paging import MAX_PAGE, Page, page_request
from resolvers.catalog.products import page_of_pictures
from resolvers.content.outage import NOTHING, absent_in_outage
from resolvers.context import Info
from resolvers.kit.arguments import After, Arg, Before, First, Last, Reverse
from resolvers.kit.choices import ProductMediaSortKeys


@absent_in_outage(NOTHING)
async def media(
    root: Parent[Product],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    sort_key: Annotated[
        ProductMediaSortKeys | None, Arg(description="The order of the media.")
    ] = ProductMediaSortKeys.POSITION,
    reverse: Reverse = False,
) -> Page[Image]:
    """A page of the pictures."""
    asked = page_request(first, after, last, before, MAX_PAGE)
    return await page_of_pictures(root, info, asked, by_id=sort_key is ProductMediaSortKeys.ID, reverse=bool(reverse))


async def encoded_existence(root: Parent[Product], info: Info) -> str:
    """Which combinations of options exist."""
    return encoded(root.options, await info.context.loaders.product_variants.load(root.id))


async def encoded_availability(root: Parent[Product], info: Info) -> str:
    """Which combinations of options can be bought."""
    every = await info.context.loaders.product_variants.load(root.id)
    return encoded(root.options, [variant for variant in every if variant.available_for_sale])
