"""Collections and their products."""

from strawberry import Parent

from datasources.catalog.products import CollectionPage
from domain.catalog.records import Collection, CollectionSort, Image, Product, ProductSort, Seo
from domain.kit.ids import key_of
from domain.kit.paging import Page, page_request
from resolvers.catalog.products import is_descending
from resolvers.content.outage import absent_in_outage
from resolvers.context import Info
from resolvers.kit.arguments import (
    After,
    Before,
    CollectionSortKeys,
    First,
    Handle,
    Last,
    OptionalId,
    ProductCollectionSortKeys,
    Reverse,
)

_IN_COLLECTION = {
    ProductCollectionSortKeys.COLLECTION_DEFAULT: ProductSort.MANUAL,
    ProductCollectionSortKeys.RELEVANCE: ProductSort.MANUAL,
    ProductCollectionSortKeys.CREATED: ProductSort.CREATED_AT,
}


async def collection(info: Info, handle: Handle = None, id: OptionalId = None) -> Collection | None:
    """A collection by id or handle."""
    if id is not None:
        key = key_of(id, "Collection")
        return None if key is None else await info.context.loaders.collection.load(key)
    return None if handle is None else await info.context.loaders.collection_by_handle.load(handle)


async def collections(
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    sort_key: CollectionSortKeys | None = CollectionSortKeys.ID,
    reverse: Reverse = False,
) -> Page[Collection]:
    """A page of all collections."""
    asked = page_request(first, after, last, before)
    sort = CollectionSort.ID if sort_key in (None, CollectionSortKeys.RELEVANCE) else CollectionSort[sort_key.name]
    unwanted = await info.context.unwanted()
    return await info.context.reads.catalog.collections.page(asked, sort, bool(reverse), unwanted)


async def collection_products(
    root: Parent[Collection],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    sort_key: ProductCollectionSortKeys | None = ProductCollectionSortKeys.COLLECTION_DEFAULT,
    reverse: Reverse = False,
) -> Page[Product]:
    """A page of the products of a collection; collections with equal arguments share a statement."""
    chosen = sort_key or ProductCollectionSortKeys.COLLECTION_DEFAULT
    sort = _IN_COLLECTION.get(chosen) or ProductSort[chosen.name]
    asked = page_request(first, after, last, before)
    unwanted = await info.context.unwanted()
    page = CollectionPage(root.id, asked, sort, is_descending(sort, reverse), info.context.territory, unwanted)
    return await info.context.loaders.collection_products.load(page)


@absent_in_outage("")
async def collection_description(root: Parent[Collection], info: Info) -> str:
    """Plain text."""
    return (await info.context.loaders.collection_content.load(root.id)).description


@absent_in_outage("")
async def collection_html(root: Parent[Collection], info: Info) -> str:
    """Sanitised HTML."""
    return (await info.context.loaders.collection_content.load(root.id)).html


@absent_in_outage(None)
async def collection_image(root: Parent[Collection], info: Info) -> Image | None:
    """The collection's own picture."""
    return (await info.context.loaders.collection_content.load(root.id)).image


@absent_in_outage(Seo())
async def collection_seo(root: Parent[Collection], info: Info) -> Seo:
    """Title and description for search engines."""
    content = await info.context.loaders.collection_content.load(root.id)
    return Seo(content.seo.title or root.title, content.seo.description or content.description)
