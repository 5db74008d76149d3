"""Search on a Meilisearch server, with its own synchronous client in a few threads.

Queries contain folded words and digests of filter values: no text of a shopper is part of a filter expression.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from meilisearch.errors import MeilisearchApiError, MeilisearchError
from meilisearch.index import Index
from meilisearch.models.task import Task, TaskInfo
from requests.exceptions import RequestException

from datasources.kit.threads import Threads
from datasources.search.meilisearch_clients import Clients, KeptClient, needing, unavailable
from datasources.search.texts import as_text, asked_words, filter_key
from domain.kit.folding import fold
from domain.search import SearchDocument, SearchHits, SearchQuery, SearchSort, UnavailableProducts

T = TypeVar("T")
_SEARCHES = 8
# The server indexes in its own time. No shopper waits for it.
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
    # Sold-out products go last, and sort orders hold, before any other rule counts.
    "rankingRules": ["sort", "words", "typo", "proximity", "attribute", "exactness", "units_sold:desc"],
    "typoTolerance": {"enabled": True, "minWordSizeForTypos": {"oneTypo": 4, "twoTypos": 8}},
    "pagination": {"maxTotalHits": _MAX_HITS},
}


class MeilisearchEngine:
    """One index, named by the prefix. `deadline` in seconds holds for a search; a write may take six times as long."""

    def __init__(self, url: str, key: str, prefix: str, deadline: float) -> None:
        self._clients = Clients(url, key, deadline)
        self._uid = re.sub(r"[^0-9A-Za-z]", lambda found: f"-{ord(found[0]):x}-", prefix) + "products"
        self._deadline = deadline
        self._searches = Threads("search", _SEARCHES)
        self._writes = Threads("indexing", 2)

    async def search(self, query: SearchQuery) -> SearchHits:
        """One page of the products that match. The server counts up to ten thousand of them."""
        words = asked_words(query.text)
        if query.text.strip() and not words:
            return SearchHits((), 0)
        return await self._run(self._searches, partial(self._search, query, as_text(words)))

    async def index(self, documents: Sequence[SearchDocument]) -> None:
        """Adds or replaces products, and waits until they can be found."""
        if documents:
            rows = [_document(document) for document in documents]
            await self._write("documents.add", lambda index: index.add_documents(rows, primary_key="id"))

    async def remove(self, product_ids: Sequence[int]) -> None:
        """Removes products, and waits until it is done."""
        if product_ids:
            keys = ", ".join(f'"{_key(product_id)}"' for product_id in product_ids)
            await self._write("documents.delete", lambda index: index.delete_documents(filter=f"id IN [{keys}]"))

    async def clear(self) -> None:
        """Removes all products, and waits until it is done."""
        await self._write("documents.delete", lambda index: index.delete_all_documents())

    async def prepare(self) -> None:
        """Creates the index and its settings. When settings change, the server rebuilds the index by itself."""
        await self._run(self._writes, self._prepare, _WRITE_SHARE)

    async def ping(self) -> None:
        """Checks the health of the server and whether the index exists."""
        await self._run(self._searches, self._ping)

    async def close(self) -> None:
        """Closes the connections and releases the threads."""
        self._clients.close()
        await self._searches.close()
        await self._writes.close()

    async def _run(self, threads: Threads, call: Callable[[], T], share: int = 1) -> T:
        try:
            return await threads.run(call, self._deadline * share)
        except MeilisearchApiError:
            raise unavailable() from None  # without the server's text, which may quote keys
        except (MeilisearchError, RequestException, OSError, TimeoutError) as error:
            raise self._clients.explained(error) from error

    async def _write(self, right: str, change: Callable[[Index], TaskInfo]) -> None:
        def write() -> None:
            with self._clients.client() as client:
                with needing(right):
                    accepted = change(client.index(self._uid))
                self._finish(client, accepted)

        await self._run(self._writes, write, _WRITE_SHARE)

    def _prepare(self) -> None:
        with self._clients.client() as client:
            with needing("indexes.create"):
                accepted = client.add_index(self._uid, "id")
            self._finish(client, accepted, allowed="index_already_exists")
            with needing("settings.update"):
                accepted = client.index(self._uid).update_settings(SETTINGS)
            self._finish(client, accepted)

    def _finish(self, client: KeptClient, accepted: TaskInfo, allowed: str | None = None) -> None:
        done = self._wait(client, accepted)
        code = (done.error or {}).get("code")
        if done.status != "succeeded" and (code is None or code != allowed):
            raise MeilisearchError(f"{done.type}: {done.status}, {code}")

    def _wait(self, client: KeptClient, accepted: TaskInfo) -> Task:
        milliseconds = int(self._deadline * (_WRITE_SHARE - 1) * 1000)
        with needing("tasks.get"):
            return client.wait_for_task(accepted.task_uid, milliseconds, 20)

    def _ping(self) -> None:
        with self._clients.client() as client, needing("indexes.get"):
            client.get_raw_index(self._uid)

    def _search(self, query: SearchQuery, words: str) -> SearchHits:
        with self._clients.client() as client, needing("search"):
            ask = partial(client.index(self._uid).search, words)
            if query.reverse and query.sort is SearchSort.RELEVANCE:
                return _from_the_end(ask, query)
            return _hits(ask(_options(query, query.offset, query.size)))


def _from_the_end(ask: Callable[[dict[str, Any]], dict[str, Any]], query: SearchQuery) -> SearchHits:
    """Ranks cannot be reversed, so the page is counted from the end and reversed here."""
    total = _hits(ask(_options(query, 0, 0))).total
    stop = max(total - query.offset, 0)
    start = max(stop - query.size, 0)
    if start == stop:
        return SearchHits((), total)
    found = _hits(ask(_options(query, start, stop - start)))
    return SearchHits(found.product_ids[::-1], found.total)


def _options(query: SearchQuery, offset: int, limit: int) -> dict[str, Any]:
    conditions = [f'filters = "{filter_key(name, value)}"' for name, value in query.filters]
    if query.unavailable is UnavailableProducts.HIDE:
        conditions.append("available = 1")
    order = []
    by = _SORTS.get(query.sort)
    if query.unavailable is UnavailableProducts.LAST:
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
    """Keys of equal length, so that their order as text is that of the numbers."""
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
