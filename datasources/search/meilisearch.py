"""Search on a Meilisearch server, with its own synchronous client in a few threads.

Queries contain folded words and digests of filter values: no text of a shopper is part of a filter expression.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from meilisearch.errors import MeilisearchApiError, MeilisearchError
from meilisearch.index import Index
from meilisearch.models.task import Task, TaskInfo
from requests.exceptions import RequestException

from datasources.kit.threads import Threads
from datasources.search.meilisearch_clients import Clients, KeptClient, needing, unavailable
from datasources.search.plan import MatchList, joined, parts, tiers
from datasources.search.texts import as_text, filter_keys, labels_of
from domain.search import MAX_HITS, SearchDocument, SearchHits, SearchMatches, SearchQuery

T = TypeVar("T")
Ask = Callable[[str, dict[str, Any]], dict[str, Any]]
_SEARCHES = 8
# The server indexes in its own time. No shopper waits for it.
_WRITE_SHARE = 6
# Increase it with every change of documents or settings that an older version could not read: each has its own index.
VERSION = 3
SETTINGS: dict[str, Any] = {
    "searchableAttributes": ["title", "labels", "description"],
    "filterableAttributes": ["filters", "id"],
    "sortableAttributes": [],
    "displayedAttributes": ["id"],
    "rankingRules": ["words", "typo", "proximity", "attribute", "exactness", "units_sold:desc"],
    "typoTolerance": {
        "enabled": True,
        "minWordSizeForTypos": {"oneTypo": 4, "twoTypos": 8},
        "disableOnNumbers": True,
    },
    "pagination": {"maxTotalHits": MAX_HITS},
}
_UNORDERED = {"filterableAttributes", "sortableAttributes", "displayedAttributes"}


class MeilisearchEngine:
    """One index, named by the prefix. `deadline` in seconds holds for a search; a write may take six times as long."""

    def __init__(self, url: str, key: str, prefix: str, deadline: float) -> None:
        self._clients = Clients(url, key, deadline)
        self._uid = re.sub(r"[^0-9A-Za-z]", lambda found: f"-{ord(found[0]):x}-", prefix) + f"products-v{VERSION}"
        self._deadline = deadline
        self._searches = Threads("search", _SEARCHES)
        self._writes = Threads("indexing", 2)

    async def search(self, query: SearchQuery) -> SearchHits:
        """One page of the products that match. The server counts up to ten thousand of them."""
        return await self._run(self._searches, partial(self._search, query))

    async def matches(self, query: SearchQuery) -> SearchMatches:
        """All good matches, up to the limit."""
        return await self._run(self._searches, partial(self._matches, query))

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
            self._create(client)
            index = client.index(self._uid)
            with needing("settings.get"):
                stored = index.get_settings()
            # A server that is sent settings indexes every product again, also when they are those it has.
            if changed := changed_settings(stored):
                with needing("settings.update"):
                    accepted = index.update_settings(changed)
                self._finish(client, accepted)

    def _create(self, client: KeptClient) -> None:
        """Creates the index if it is missing: a request for one that exists would leave a failed task behind."""
        with needing("indexes.get"):
            try:
                client.get_raw_index(self._uid)
                return
            except MeilisearchApiError as error:
                if error.status_code != 404:
                    raise
        with needing("indexes.create"):
            accepted = client.add_index(self._uid, "id")
        self._finish(client, accepted, allowed="index_already_exists")

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

    def _search(self, query: SearchQuery) -> SearchHits:
        with self._clients.client() as client, needing("search"):
            ask = client.index(self._uid).search
            return joined(query, [partial(_page, ask, part) for part in parts(query)])

    def _matches(self, query: SearchQuery) -> SearchMatches:
        found = SearchMatches(())
        with self._clients.client() as client, needing("search"):
            ask = client.index(self._uid).search
            for tier in tiers(query):
                found = SearchMatches(_all(ask, tier.available), _all(ask, tier.sold_out))
                if found.available or found.sold_out:
                    break
        return found


def changed_settings(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that a server lacks. It sorts some lists, and adds defaults inside of objects."""
    read = {name: sorted(value) if name in _UNORDERED else value for name, value in stored.items()}
    return {name: value for name, value in SETTINGS.items() if not _holds(read.get(name), value)}


def _holds(stored: object, wanted: object) -> bool:
    if isinstance(wanted, dict):
        return isinstance(stored, dict) and all(_holds(stored.get(name), value) for name, value in wanted.items())
    return stored == wanted


def _page(ask: Ask, part: MatchList, query: SearchQuery) -> SearchHits:
    if not part.reverse:
        return _hits(ask(as_text(part.words), _options(part, query.offset, query.size)))
    return _from_the_end(ask, part, query)


def _from_the_end(ask: Ask, part: MatchList, query: SearchQuery) -> SearchHits:
    """Ranks cannot be reversed, so the page is counted from the end and reversed here."""
    words = as_text(part.words)
    total = _hits(ask(words, _options(part, 0, 0))).total
    stop = max(total - query.offset, 0)
    start = max(stop - query.size, 0)
    if start == stop:
        return SearchHits((), total)
    found = _hits(ask(words, _options(part, start, stop - start)))
    return SearchHits(found.product_ids[::-1], found.total)


def _all(ask: Ask, lists: Sequence[MatchList]) -> tuple[int, ...]:
    found = (_hits(ask(as_text(part.words), _options(part, 0, MAX_HITS))) for part in lists)
    return tuple(product_id for hits in found for product_id in hits.product_ids)[:MAX_HITS]


def _options(part: MatchList, offset: int, limit: int) -> dict[str, Any]:
    fields = {"attributesToSearchOn": ["title", "labels"]} if part.labels_only else {}
    return {
        "offset": offset,
        "limit": limit,
        "filter": _conditions(part),
        "matchingStrategy": "all",
        "attributesToRetrieve": ["id"],
        **fields,
    }


def _conditions(part: MatchList) -> list[str]:
    conditions = [f'filters = "{key}"' for key in part.keys] + [f'filters != "{key}"' for key in part.without]
    ids = ", ".join(f'"{_key(product_id)}"' for product_id in part.unwanted)
    return [*conditions, f"id NOT IN [{ids}]"] if ids else conditions


def _hits(answer: dict[str, Any]) -> SearchHits:
    return SearchHits(tuple(int(hit["id"]) for hit in answer["hits"]), int(answer["estimatedTotalHits"]))


def _key(product_id: int) -> str:
    """Keys of equal length, so that their order as text is that of the numbers."""
    return f"{product_id:019d}"


def _document(product: SearchDocument) -> dict[str, Any]:
    return {
        "id": _key(product.product_id),
        "title": product.title,
        "labels": labels_of(product),
        "description": product.description,
        "filters": filter_keys(product),
        "units_sold": product.units_sold,
    }
