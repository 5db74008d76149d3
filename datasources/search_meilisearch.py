"""Search on a Meilisearch server.

Asked are folded words and digests of filter values: no text of a shopper is part of a filter expression.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from datasources.search_meilisearch_api import MeilisearchApi, unavailable
from datasources.search_text import as_text, asked_words, filter_key, fold
from domain.search import SearchDocument, SearchHits, SearchQuery, SearchSort
from domain.search import Unavailable as SoldOut

_CONNECTIONS = 16
# The server indexes in its own time; nobody waits for it at a screen.
_WRITE_SHARE = 6
_MAX_HITS = 10_000
_SORTS = {
    SearchSort.PRICE: "price_minor",
    SearchSort.TITLE: "title_order",
    SearchSort.BEST_SELLING: "units_sold",
    SearchSort.CREATED_AT: "created_at",
}
SETTINGS: dict[str, Any] = {
    "searchableAttributes": ["title", "labels", "description"],
    "filterableAttributes": ["available", "filters", "id"],
    "sortableAttributes": ["available", "id", *_SORTS.values()],
    "displayedAttributes": ["id"],
    # Sold-out products go last, and orders hold, before any other rule counts.
    "rankingRules": ["sort", "words", "typo", "proximity", "attribute", "exactness", "units_sold:desc"],
    "typoTolerance": {"enabled": True, "minWordSizeForTypos": {"oneTypo": 4, "twoTypos": 8}},
    "pagination": {"maxTotalHits": _MAX_HITS},
}


class MeilisearchEngine:
    """One index, named by the prefix. `deadline` in seconds holds for a search; a write may take six times as long."""

    def __init__(self, url: str, key: str, prefix: str, deadline: float) -> None:
        uid = re.sub(r"[^0-9A-Za-z]", lambda found: f"-{ord(found[0]):x}-", prefix) + "products"
        self._uid, self._index = uid, f"/indexes/{uid}"
        self._api = MeilisearchApi(url, key, _CONNECTIONS)
        self._deadline = deadline

    async def search(self, query: SearchQuery) -> SearchHits:
        """One page of the products that match. The server counts up to ten thousand of them."""
        words = asked_words(query.text)
        if query.text.strip() and not words:
            return SearchHits((), 0)
        async with _within(self._deadline):
            return await self._search(query, as_text(words))

    async def index(self, documents: Sequence[SearchDocument]) -> None:
        """Adds or replaces products, and waits until they can be found."""
        if documents:
            rows = [_document(document) for document in documents]
            await self._write("documents.add", "POST", "/documents?primaryKey=id", rows)

    async def remove(self, product_ids: Sequence[int]) -> None:
        """Forgets products, and waits until it is done."""
        if product_ids:
            keys = ", ".join(f'"{_key(product_id)}"' for product_id in product_ids)
            await self._write("documents.delete", "POST", "/documents/delete", {"filter": f"id IN [{keys}]"})

    async def clear(self) -> None:
        """Forgets all products, and waits until it is done."""
        await self._write("documents.delete", "DELETE", "/documents")

    async def prepare(self) -> None:
        """Creates the index and gives it its settings; a change of settings makes the server index again by itself."""
        async with _within(self._deadline * _WRITE_SHARE):
            index = {"uid": self._uid, "primaryKey": "id"}
            _require_success(await self._api.do("indexes.create", "POST", "/indexes", index), "index_already_exists")
            _require_success(await self._api.do("settings.update", "PATCH", f"{self._index}/settings", SETTINGS))

    async def ping(self) -> None:
        """Asks the server for its health and whether the index is there."""
        async with _within(self._deadline):
            await self._api.ask("indexes.get", "GET", self._index)

    async def close(self) -> None:
        """Closes all connections."""
        await self._api.close()

    async def _write(self, right: str, method: str, path: str, body: object = None) -> None:
        async with _within(self._deadline * _WRITE_SHARE):
            _require_success(await self._api.do(right, method, self._index + path, body))

    async def _search(self, query: SearchQuery, words: str) -> SearchHits:
        ask = partial(self._ask, words)
        if query.reverse and query.sort is SearchSort.RELEVANCE:
            return await _from_the_end(ask, query)
        return _hits(await ask(_options(query, query.offset, query.size)))

    async def _ask(self, words: str, options: dict[str, Any]) -> dict[str, Any]:
        return await self._api.ask("search", "POST", f"{self._index}/search", {"q": words, **options})


async def _from_the_end(ask: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]], query: SearchQuery) -> SearchHits:
    """Ranks cannot be turned round: the page is counted from the end and turned round here."""
    total = _hits(await ask(_options(query, 0, 0))).total
    stop = max(total - query.offset, 0)
    start = max(stop - query.size, 0)
    if start == stop:
        return SearchHits((), total)
    found = _hits(await ask(_options(query, start, stop - start)))
    return SearchHits(found.product_ids[::-1], found.total)


def _options(query: SearchQuery, offset: int, limit: int) -> dict[str, Any]:
    conditions = [f'filters = "{filter_key(name, value)}"' for name, value in query.filters]
    if query.unavailable is SoldOut.HIDE:
        conditions.append("available = 1")
    order = []
    by = _SORTS.get(query.sort)
    if query.unavailable is SoldOut.LAST:
        turned = query.reverse and by is None
        order.append("available:asc" if turned else "available:desc")
    if by is not None:
        direction = "desc" if query.reverse else "asc"
        order += [f"{by}:{direction}", f"id:{direction}"]
    return {
        "offset": offset,
        "limit": limit,
        "filter": conditions,
        "sort": order,
        "matchingStrategy": "all",
        "attributesToRetrieve": ["id"],
    }


def _hits(answer: dict[str, Any]) -> SearchHits:
    return SearchHits(tuple(int(hit["id"]) for hit in answer["hits"]), int(answer["estimatedTotalHits"]))


def _key(product_id: int) -> str:
    """Keys of equal length: their order as texts is that of the numbers."""
    return f"{product_id:019d}"


def _document(product: SearchDocument) -> dict[str, Any]:
    return {
        "id": _key(product.product_id),
        "title": product.title,
        "labels": [product.vendor, product.product_type, *product.tags, *product.skus],
        "description": product.description,
        "filters": [
            *(filter_key("tag", tag) for tag in product.tags),
            *(filter_key("collection", handle) for handle in product.collections),
            filter_key("vendor", product.vendor),
            filter_key("product_type", product.product_type),
        ],
        "available": int(product.available),
        "price_minor": product.price_minor,
        "title_order": fold(product.title),
        "units_sold": product.units_sold,
        "created_at": product.created_at,
    }


class _TaskFailed(Exception):
    """The server did not do what it had accepted."""


def _require_success(task: dict[str, Any], but: str = "") -> None:
    """`but` is the code of a failure that is none."""
    code = (task.get("error") or {}).get("code")
    if task.get("status") != "succeeded" and (not but or code != but):
        raise unavailable() from _TaskFailed(f"{task.get('type')}: {task.get('status')}, {code}")


@asynccontextmanager
async def _within(deadline: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(deadline):
            yield
    except TimeoutError as error:
        raise unavailable() from error
