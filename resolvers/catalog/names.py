"""Names that filters of storefronts offer: tags and types of products. Older queries by handle."""

from typing import Annotated

from domain.catalog.records import Collection, Product
from domain.kit.paging import MAX_PAGE, Page
from domain.kit.refusals import INPUT, RefusalCode, refuse
from resolvers.content.outage import NOTHING, absent_in_outage
from resolvers.context import Info
from resolvers.kit.arguments import Arg, GivenHandle

HowMany = Annotated[int, Arg(description="Up to how many names, 250 at most.")]


@absent_in_outage(NOTHING)
async def product_tags(info: Info, first: HowMany) -> Page[str]:
    """The tags of the products, in their order."""
    return _page(await info.context.reads.content.tags(), first)


async def product_types(info: Info, first: HowMany) -> Page[str]:
    """The types of the products that lists show, in their order."""
    found = await info.context.reads.catalog.products.types(info.context.territory, _bounded(first) + 1)
    return _page(found, first)


async def product_by_handle(info: Info, handle: GivenHandle) -> Product | None:
    """A product by its handle."""
    return await info.context.loaders.product_by_handle.load(handle)


async def collection_by_handle(info: Info, handle: GivenHandle) -> Collection | None:
    """A collection by its handle."""
    return await info.context.loaders.collection_by_handle.load(handle)


def _bounded(first: int) -> int:
    if not 0 <= first <= MAX_PAGE:
        raise refuse(RefusalCode.BAD_PAGE, f"{INPUT} must be 0 to {MAX_PAGE}.", "first")
    return first


def _page(found: list[str], first: int) -> Page[str]:
    names = tuple(found[: _bounded(first)])
    return Page(names, tuple((name,) for name in names), len(found) > len(names))
