"""Collections and their products."""

from strawberry import Parent

from datasources.catalog.products import CollectionPage
from domain.catalog.records import Collection, CollectionSort, Image, Product, ProductSort, Seo
from domain.kit.ids import key_of
from domain.kit.paging import CountedPage, Page, counted, page_request, slice_of
from resolvers.catalog.products import is_descending, shortened
from resolvers.content.outage import absent_in_outage
from resolvers.context import Info
from resolvers.kit.arguments import After, Before, First, Handle, Last, OptionalId, Reverse, TruncateAt, Words
from resolvers.kit.choices import CollectionSortKeys, ProductCollectionSortKeys
from resolvers.search.found import warn_of
from resolvers.search.syntax import parse_query
from resolvers.search.texts import collections_titled

# Names of filters that clients write otherwise.
_NAMES = {"available": "available_for_sale"}
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
    query: Words = None,
) -> Page[Collection]:
    """A page of all collections, or of those with the words in their titles."""
    asked = page_request(first, after, last, before)
    if query is not None and query.strip():
        asked_for = parse_query(query)
        filters = (*asked_for.query.filters, *asked_for.query.without)
        if unsupported := (*asked_for.unsupported, *(_NAMES.get(name, name) for name, _ in filters)):
            warn_of(info, unsupported)
        text, by_id = asked_for.query.text, sort_key is not CollectionSortKeys.TITLE
        if unsupported or not text:
            return counted(slice_of([], asked), 0)
        found = await collections_titled(info.context, text, by_id=by_id)
        return counted(slice_of(found, asked, reverse), len(found))
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


async def total_count(root: Parent[Page[Collection]], info: Info) -> int:
    """How many collections the whole list has: those of one product, or all that match."""
    if isinstance(root, CountedPage):
        return root.total
    return await info.context.reads.catalog.collections.count()


@absent_in_outage("")
async def collection_description(root: Parent[Collection], info: Info, truncate_at: TruncateAt = None) -> str:
    """Plain text."""
    return shortened((await info.context.loaders.collection_content.load(root.id)).description, truncate_at)


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
