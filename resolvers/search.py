"""Search with the engine. The database provides the current data of each hit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from domain.catalog.records import Collection, CollectionSort, Product
from domain.content import ContentPage
from domain.kit.paging import MAX_PAGE, Page, PageRequest, page_request
from domain.search import SearchQuery, SearchSort, UnavailableProducts
from resolvers.content.outage import absent_in_outage
from resolvers.context import Context, Info
from resolvers.kit.arguments import (
    After,
    Arg,
    Before,
    First,
    Last,
    PredictiveSearchLimitScope,
    PredictiveSearchType,
    ProductSortKeys,
    Reverse,
    SearchSortKeys,
    SearchType,
    SearchUnavailableProductsType,
)

MAX_QUERY = 1_000
MAX_OFFSET = 10_000
MAX_PREDICTED = 10
_FILTER = re.compile(
    r"""(?<!\S)(tag|vendor|product_type|collection|available_for_sale):("[^"]*"|'[^']*'|\S+)""", re.IGNORECASE
)
# Parts of the Storefront API's search syntax that say what this search does by default.
_SYNTAX = re.compile(r"(?<!\S)(?:title:|AND(?!\S))")
_SORTS = {
    ProductSortKeys.PRICE: SearchSort.PRICE,
    ProductSortKeys.TITLE: SearchSort.TITLE,
    ProductSortKeys.BEST_SELLING: SearchSort.BEST_SELLING,
    ProductSortKeys.CREATED_AT: SearchSort.CREATED_AT,
}
Words = Annotated[str, Arg(description="Words to search for; the last one may be incomplete, and typos are tolerated.")]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of results and their total number."""

    page: Page[Product | ContentPage]
    total: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggested query."""

    text: str


@dataclass(frozen=True, slots=True)
class Predicted:
    """The results for an incomplete query."""

    products: Sequence[Product] = ()
    collections: Sequence[Collection] = ()
    pages: Sequence[ContentPage] = ()
    queries: Sequence[Suggestion] = ()


def parse_query(text: str, hidden: UnavailableProducts = UnavailableProducts.SHOW) -> SearchQuery:
    """Splits filters from words; `available_for_sale:true` leaves sold-out products out.

    >>> parse_query('mug tag:"gift idea" vendor:Kiln').filters
    (('tag', 'gift idea'), ('vendor', 'Kiln'))
    >>> parse_query("title:mug AND tag:'gift idea'").text
    'mug'
    """
    filters = []
    for name, value in _FILTER.findall(text[:MAX_QUERY]):
        if name.lower() == "available_for_sale":
            hidden = UnavailableProducts.HIDE if value.strip("\"'").lower() == "true" else hidden
        else:
            filters.append((name.lower(), value.strip("\"'")))
    words = " ".join(_SYNTAX.sub(" ", _FILTER.sub(" ", text[:MAX_QUERY])).split())
    return SearchQuery(words, 0, unavailable=hidden, filters=tuple(filters))


async def products_found(
    context: Context, text: str, asked: PageRequest, sort_key: ProductSortKeys, reverse: bool
) -> Page[Product]:
    """A page of products that match. Sort keys that the engine lacks fall back to rank."""
    sort = _SORTS.get(sort_key, SearchSort.RELEVANCE)
    if sort is SearchSort.BEST_SELLING:
        reverse = not reverse
    page, _ = await _found(context, parse_query(text), asked, sort, reverse)
    return page


async def search(
    info: Info,
    query: Words,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    sort_key: SearchSortKeys | None = SearchSortKeys.RELEVANCE,
    reverse: Reverse = False,
    types: Annotated[list[SearchType] | None, Arg(description="Types of results; products by default.")] = None,
    unavailable_products: Annotated[
        SearchUnavailableProductsType | None, Arg(description="How to treat sold-out products.")
    ] = SearchUnavailableProductsType.LAST,
) -> SearchPage:
    """A page of matching products, or of matching pages."""
    asked = page_request(first, after, last, before)
    wanted = types or [SearchType.PRODUCT]
    if SearchType.PRODUCT in wanted:
        unavailable = unavailable_products or SearchUnavailableProductsType.LAST
        parsed = parse_query(query, UnavailableProducts[unavailable.name])
        found, total = await _found(
            info.context, parsed, asked, SearchSort[(sort_key or SearchSortKeys.RELEVANCE).name], bool(reverse)
        )
        return SearchPage(Page(found.items, found.keys, found.has_next, found.has_previous), total)
    pages = await _pages(info, query, asked.size) if SearchType.PAGE in wanted else ()
    return SearchPage(Page(tuple(pages), tuple((n,) for n in range(len(pages)))), len(pages))


async def predictive_search(
    info: Info,
    query: Words,
    limit: Annotated[int | None, Arg(description="The number of results, at most 10.")] = MAX_PREDICTED,
    limit_scope: Annotated[
        PredictiveSearchLimitScope | None, Arg(description="How the limit counts.")
    ] = PredictiveSearchLimitScope.ALL,
    types: Annotated[list[PredictiveSearchType] | None, Arg(description="Types of results; all by default.")] = None,
) -> Predicted:
    """Results while typing: available products first, then collections, pages and suggested queries."""
    size = MAX_PREDICTED if limit is None else max(1, min(limit, MAX_PREDICTED))
    wanted = set(types or PredictiveSearchType)
    asked = PageRequest(size)
    context = info.context
    products: Sequence[Product] = ()
    collections: Sequence[Collection] = ()
    pages: Sequence[ContentPage] = ()
    if wanted & {PredictiveSearchType.PRODUCT, PredictiveSearchType.QUERY}:
        parsed = parse_query(query, UnavailableProducts.LAST)
        products = (await _found(context, parsed, asked, SearchSort.RELEVANCE, False))[0].items
    queries = list(dict.fromkeys(Suggestion(product.title.lower()) for product in products))
    if PredictiveSearchType.COLLECTION in wanted:
        collections = await _collections(context, query)
    if PredictiveSearchType.PAGE in wanted:
        pages = await _pages(info, query, size)
    if PredictiveSearchType.PRODUCT not in wanted:
        products = ()
    left = None if limit_scope is PredictiveSearchLimitScope.EACH else size
    shown = Predicted(products[:size], collections[:size], pages[:size])
    if PredictiveSearchType.QUERY in wanted:
        shown = Predicted(shown.products, shown.collections, shown.pages, queries[:size])
    return shown if left is None else _cut(shown, left)


def _cut(shown: Predicted, left: int) -> Predicted:
    """The first `left` results over all kinds; suggested queries do not count."""
    products = shown.products[:left]
    collections = shown.collections[: left - len(products)]
    pages = shown.pages[: left - len(products) - len(collections)]
    return Predicted(products, collections, pages, shown.queries)


async def _found(
    context: Context, query: SearchQuery, asked: PageRequest, sort: SearchSort, reverse: bool
) -> tuple[Page[Product], int]:
    """One page of hits. Cursors are ranks; a page counted from the end needs the total first."""
    start = _rank(asked.after, -1) + 1
    size = asked.size
    if asked.backward or asked.before is not None:
        stop = _rank(asked.before, MAX_OFFSET)
        if asked.before is None:
            stop = min(stop, (await _ask(context, query, sort, reverse, 0, 0))[1])
        size = max(0, min(size, stop - start))
        start = stop - size if asked.backward else start
    ids, total = await _ask(context, query, sort, reverse, start, size)
    found = await context.loaders.product.load_many(list(ids))
    ranked = [(product, (rank,)) for rank, product in enumerate(found, start) if product and product.is_listed]
    page = Page(
        tuple(product for product, _ in ranked),
        tuple(key for _, key in ranked),
        has_next=start + len(ids) < min(total, MAX_OFFSET),
        has_previous=start > 0,
    )
    return page, total


async def _ask(
    context: Context, query: SearchQuery, sort: SearchSort, reverse: bool, offset: int, size: int
) -> tuple[tuple[int, ...], int]:
    if offset + size > MAX_OFFSET:
        size = max(0, MAX_OFFSET - offset)
    hits = await context.reads.search.search(
        SearchQuery(query.text, size, min(offset, MAX_OFFSET), sort, reverse, query.unavailable, query.filters)
    )
    return hits.product_ids, hits.total


def _rank(key: tuple[int | str | None, ...] | None, default: int) -> int:
    return min(max(key[0], 0), MAX_OFFSET) if key is not None and isinstance(key[0], int) else default


@absent_in_outage(())
async def _pages(info: Info, query: str, limit: int) -> Sequence[ContentPage]:
    words = query[:MAX_QUERY].casefold().split()
    every = await info.context.reads.content.all_pages()
    return [p for p in every if words and all(w in f"{p.title} {p.summary}".casefold() for w in words)][:limit]


async def _collections(context: Context, query: str) -> list[Collection]:
    words = query[:MAX_QUERY].casefold().split()
    page = await context.reads.catalog.collections.page(PageRequest(MAX_PAGE), CollectionSort.TITLE, False)
    shown = (c for c in page.items if c.is_listed)
    return [c for c in shown if words and all(word in c.title.casefold() for word in words)]
