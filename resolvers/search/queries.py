"""Search and suggestions while typing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from domain.catalog.records import Collection, Product, ProductSort
from domain.content import Article, ContentPage
from domain.kit.paging import Page, PageRequest, page_request, slice_of
from domain.kit.refusals import INPUT, RefusalCode, refuse
from domain.search import UnavailableProducts
from resolvers.context import Context, Info
from resolvers.kit.arguments import After, Arg, Before, First, Last, Reverse
from resolvers.kit.choices import (
    PredictiveSearchLimitScope,
    PredictiveSearchType,
    SearchSortKeys,
    SearchType,
    SearchUnavailableProductsType,
)
from resolvers.search.found import NOTHING, Fetch, chained, ordered, ranked, warn_of
from resolvers.search.syntax import ParsedQuery, parse_query
from resolvers.search.texts import FoundPages, articles_found, collections_found, pages_found

MAX_PREDICTED = 10
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


Unavailable = Annotated[
    SearchUnavailableProductsType | None,
    Arg(
        description="How to treat sold-out products; by default they are left out, unless the shop's settings say "
        "otherwise. A product whose handle, SKU or barcode is the whole query is never left out."
    ),
]


@dataclass(frozen=True, slots=True)
class Predicted:
    """The results for an incomplete query."""

    products: Sequence[Product] = ()
    collections: Sequence[Collection] = ()
    pages: Sequence[ContentPage] = ()
    queries: Sequence[Suggestion] = ()
    articles: Sequence[Article] = ()


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
    unavailable_products: Unavailable = None,
) -> SearchPage:
    """A page of matching products, pages, or both: products first, but after a page that the whole query names."""
    asked = page_request(first, after, last, before)
    wanted = set(types or [SearchType.PRODUCT])
    parsed = _parsed(info, query, unavailable_products)
    if parsed is None:
        return SearchPage(NOTHING, 0)
    finding = _Finding(info.context, parsed, sort_key or SearchSortKeys.RELEVANCE, bool(reverse))
    pages = await pages_found(info, parsed.query.text) if SearchType.PAGE in wanted else FoundPages()
    lists = finding.lists(pages, SearchType.PRODUCT in wanted)
    page = await chained(lists, asked)
    products = await finding.count() if SearchType.PRODUCT in wanted else 0
    return SearchPage(page, products + len(pages.all))


class _Finding:
    """The products of one search."""

    def __init__(self, context: Context, parsed: ParsedQuery, sort_key: SearchSortKeys, reverse: bool) -> None:
        self._context = context
        self._query = parsed.query
        self._by_price = sort_key is SearchSortKeys.PRICE
        self._reverse = reverse
        self._total: int | None = None

    def lists(self, pages: FoundPages, with_products: bool) -> list[Fetch]:
        """What the search consists of, in its order."""
        if not with_products:
            return [_slices(pages.all[::-1] if self._reverse else pages.all)]
        if not pages.all:
            return [self._products]
        if self._by_price:
            return [self._products, _slices(pages.all)]
        lists = [_slices(pages.exact), self._products, _slices(pages.others)]
        return [_slices(pages.others[::-1]), self._products, _slices(pages.exact[::-1])] if self._reverse else lists

    async def count(self) -> int:
        """How many products match: known once a page of them has been read."""
        if self._total is None:
            await self._products(PageRequest(0))
        return self._total or 0

    async def _products(self, asked: PageRequest) -> Page[Any]:
        if self._by_price:
            page, self._total = await ordered(self._context, self._query, asked, ProductSort.PRICE, self._reverse)
        else:
            page, self._total = await ranked(self._context, self._query, asked, self._reverse)
        return page


def _slices(pages: Sequence[ContentPage]) -> Fetch:
    async def fetch(asked: PageRequest) -> Page[Any]:
        return slice_of(pages, asked)

    return fetch


async def predictive_search(
    info: Info,
    query: Words,
    limit: Annotated[int | None, Arg(description="The number of results, 1 to 10.")] = MAX_PREDICTED,
    limit_scope: Annotated[
        PredictiveSearchLimitScope | None, Arg(description="How the limit counts.")
    ] = PredictiveSearchLimitScope.ALL,
    types: Annotated[list[PredictiveSearchType] | None, Arg(description="Types of results; all by default.")] = None,
    unavailable_products: Unavailable = None,
) -> Predicted:
    """Results while typing: products, then collections, pages and suggested queries."""
    size = MAX_PREDICTED if limit is None else limit
    if not 0 < size <= MAX_PREDICTED:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be 1 to {MAX_PREDICTED}.", "limit")
    wanted = set(types or PredictiveSearchType)
    parsed = _parsed(info, query, unavailable_products)
    if parsed is None:
        return Predicted()
    products: Sequence[Product] = ()
    if wanted & {PredictiveSearchType.PRODUCT, PredictiveSearchType.QUERY}:
        products = (await ranked(info.context, parsed.query, PageRequest(size), False))[0].items
    text = parsed.query.text
    shown = Predicted(
        products if PredictiveSearchType.PRODUCT in wanted else (),
        await collections_found(info.context, text, size) if PredictiveSearchType.COLLECTION in wanted else (),
        (await pages_found(info, text)).all[:size] if PredictiveSearchType.PAGE in wanted else (),
        _suggestions(products) if PredictiveSearchType.QUERY in wanted else (),
        (await articles_found(info, text))[:size] if PredictiveSearchType.ARTICLE in wanted else (),
    )
    return shown if limit_scope is PredictiveSearchLimitScope.EACH else _cut(shown, size)


def _parsed(info: Info, text: str, unavailable: SearchUnavailableProductsType | None) -> ParsedQuery | None:
    """What a shopper searches for; None, with a warning, for what the shop would get wrong."""
    default = info.context.shop.unavailable_products
    parsed = parse_query(text, default if unavailable is None else UnavailableProducts[unavailable.name], True)
    if parsed.unsupported:
        warn_of(info, parsed.unsupported)
        return None
    return parsed


def _suggestions(products: Sequence[Product]) -> list[Suggestion]:
    return list(dict.fromkeys(Suggestion(product.title.lower()) for product in products))


def _cut(shown: Predicted, left: int) -> Predicted:
    """The first `left` results over all kinds: by turns one of each, so that no kind keeps out another."""
    kinds = (shown.products, shown.collections, shown.pages, shown.queries, shown.articles)
    ranks = sorted((rank, kind) for kind, found in enumerate(kinds) for rank in range(len(found)))
    taken = Counter(kind for _, kind in ranks[:left])
    return Predicted(
        shown.products[: taken[0]],
        shown.collections[: taken[1]],
        shown.pages[: taken[2]],
        shown.queries[: taken[3]],
        shown.articles[: taken[4]],
    )
