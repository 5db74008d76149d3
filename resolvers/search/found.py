"""Products that a query finds: by rank from the engine, in every other order from the database."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from domain.catalog.records import Product, ProductSort
from domain.kit.paging import CursorKey, Page, PageRequest
from domain.kit.refusals import RefusalCode, refuse
from domain.search import MAX_HITS, SearchQuery, UnavailableProducts
from resolvers.context import Context, Info
from resolvers.kit.choices import ProductSortKeys
from resolvers.search.syntax import parse_query, sized

NOTHING: Page[Any] = Page((), ())
Fetch = Callable[[PageRequest], Awaitable[Page[Any]]]


async def products_found(
    info: Info, text: str, asked: PageRequest, sort_key: ProductSortKeys, reverse: bool
) -> Page[Product]:
    """A page of products that match; empty, with a warning, for a query that the shop does not understand."""
    parsed = parse_query(text)
    if parsed.unsupported:
        warn_of(info, parsed.unsupported)
        return NOTHING
    if sort_key is ProductSortKeys.RELEVANCE:
        return (await ranked(info.context, parsed.query, asked, reverse))[0]
    sort = ProductSort[sort_key.name]
    return (await ordered(info.context, parsed.query, asked, sort, reverse != (sort is ProductSort.BEST_SELLING)))[0]


def warn_of(info: Info, unsupported: tuple[str, ...]) -> None:
    """Adds what a query asks for in vain to the warnings of the answer."""
    names = ", ".join(f"`{part}`" for part in unsupported)
    warning = {
        "code": RefusalCode.NOT_SUPPORTED.value,
        "message": f"`query` must not contain {names}: this shop does not support it yet. Nothing was searched.",
        "unsupported": list(unsupported),
        "paths": [info.path.as_list()],
    }
    info.context.answer_extensions.setdefault("warnings", []).append(warning)


async def ranked(context: Context, query: SearchQuery, asked: PageRequest, reverse: bool) -> tuple[Page[Product], int]:
    """One page of hits by relevance. Cursors are ranks; a page counted from the end needs the total first."""
    query = await _wanted(context, query)
    start = _rank(asked.after, -1) + 1
    size = asked.size
    if asked.backward or asked.before is not None:
        stop = _rank(asked.before, MAX_HITS)
        if asked.before is None:
            stop = min(stop, (await _ask(context, query, reverse, 0, 0))[1])
        size = max(0, min(size, stop - start))
        start = stop - size if asked.backward else start
    ids, total = await _ask(context, query, reverse, start, size)
    found = await context.loaders.product.load_many(list(ids))
    shown = [(product, (rank,)) for rank, product in enumerate(found, start) if product and product.is_listed]
    page = Page(
        tuple(product for product, _ in shown),
        tuple(key for _, key in shown),
        has_next=start + len(ids) < min(total, MAX_HITS),
        has_previous=start > 0,
    )
    return page, total


async def ordered(
    context: Context, query: SearchQuery, asked: PageRequest, sort: ProductSort, reverse: bool
) -> tuple[Page[Product], int]:
    """One page of the good matches in an order of the catalog. Sold-out products may come last."""
    query = await _wanted(context, query)
    matches = await context.reads.search.matches(query)
    groups = [matches.available, matches.sold_out]
    if query.unavailable is not UnavailableProducts.LAST:
        groups = [matches.available + matches.sold_out]

    def fetch(ids: tuple[int, ...]) -> Fetch:
        lists = context.reads.catalog.products
        return lambda part: lists.page(part, sort, reverse, context.territory, ids, query.unwanted)

    page = await chained([fetch(ids) for ids in groups], asked)
    return page, sum(map(len, groups))


async def _wanted(context: Context, query: SearchQuery) -> SearchQuery:
    """The query for this viewer: without what they hide, and what is not for sale in their territory."""
    without = (*query.without, ("excluded", context.territory.code))
    return replace(query, without=without, unwanted=await context.unwanted())


async def chained(lists: list[Fetch], asked: PageRequest) -> Page[Any]:
    """One page of several lists, one after the other. The number of the list comes first in its cursors."""
    if len(lists) == 1:
        return await lists[0](asked)
    after, before = _place(asked.after, "after", len(lists)), _place(asked.before, "before", len(lists))
    numbers = range(after[0] if after else 0, before[0] + 1 if before else len(lists))
    items: list[tuple[Any, CursorKey]] = []
    more = False
    for number in reversed(numbers) if asked.backward else numbers:
        first = after[1] if after and after[0] == number else None
        last = before[1] if before and before[0] == number else None
        page = await lists[number](PageRequest(asked.size - len(items), first, last, asked.backward))
        found = [(item, (number, *key)) for item, key in zip(page.items, page.keys, strict=True)]
        items = [*found, *items] if asked.backward else [*items, *found]
        more = page.has_previous if asked.backward else page.has_next
        if more:
            break
    keys = tuple(key for _, key in items)
    return Page(
        tuple(item for item, _ in items),
        keys,
        has_next=before is not None if asked.backward else more,
        has_previous=more if asked.backward else after is not None,
    )


def _place(key: CursorKey | None, field: str, lists: int) -> tuple[int, CursorKey] | None:
    if key is None:
        return None
    if len(key) < 2 or not isinstance(key[0], int) or not 0 <= key[0] < lists:
        raise refuse(RefusalCode.BAD_CURSOR, "This cursor belongs to another list.", field)
    return key[0], key[1:]


async def _ask(
    context: Context, query: SearchQuery, reverse: bool, offset: int, size: int
) -> tuple[tuple[int, ...], int]:
    if offset + size > MAX_HITS:
        size = max(0, MAX_HITS - offset)
    hits = await context.reads.search.search(sized(query, size, min(offset, MAX_HITS), reverse))
    return hits.product_ids, hits.total


def _rank(key: CursorKey | None, default: int) -> int:
    return min(max(key[0], 0), MAX_HITS) if key is not None and isinstance(key[0], int) else default
