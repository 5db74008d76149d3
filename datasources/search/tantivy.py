"""Search in a directory on this machine: many processes read it, and one at a time writes it.

The directory's name carries the version of its format. A new version starts empty beside the old one, and `prepare`
replaces an unreadable directory by an empty one. The caller that maintains the index fills it when it is empty.
"""

import fcntl
import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import tantivy

from datasources.kit.threads import Threads
from datasources.search import tantivy_schema
from datasources.search.plan import MatchList, joined, parts, tiers
from domain.kit.refusals import Unavailable
from domain.search import MAX_HITS, SearchDocument, SearchHits, SearchMatches, SearchQuery

T = TypeVar("T")
_READERS = 4
_HEAP = 50_000_000
# Writing waits for other writers and for the disk. No shopper waits for it.
_WRITE_SHARE = 6


class TantivyEngine:
    """One index. `deadline` in seconds holds for a search; a write may take six times as long."""

    def __init__(self, directory: Path, prefix: str, deadline: float) -> None:
        self._family = f"{quote(prefix, safe='')}products-v"
        self._parent = directory
        self._path = directory / f"{self._family}{tantivy_schema.VERSION}"
        self._deadline = deadline
        self._schema = tantivy_schema.build()
        self._index: tantivy.Index | None = None
        self._opening = threading.Lock()
        self._readers = Threads("search", _READERS)
        self._writer = Threads("indexing", 1)

    async def search(self, query: SearchQuery) -> SearchHits:
        """One page of the products that match, with the exact number of all."""
        return await self._run(self._readers, partial(self._search, query), self._deadline)

    async def matches(self, query: SearchQuery) -> SearchMatches:
        """All good matches, up to the limit."""
        return await self._run(self._readers, partial(self._matches, query), self._deadline)

    async def index(self, documents: Sequence[SearchDocument]) -> None:
        """Adds or replaces products in one commit: pass some hundreds at a time. The index must be prepared."""
        if documents:
            await self._change(partial(_replace, list(documents)))

    async def remove(self, product_ids: Sequence[int]) -> None:
        """Removes products in one commit."""
        if product_ids:
            await self._change(partial(_delete, list(product_ids)))

    async def clear(self) -> None:
        """Removes all products."""
        await self._change(_delete_all)

    async def prepare(self) -> None:
        """Creates the index if it is missing, replaces an unreadable one by an empty one, and removes older formats."""
        await self._run(self._writer, self._prepare, self._deadline * _WRITE_SHARE)

    async def ping(self) -> None:
        """Opens the index."""
        await self._run(self._readers, self._searcher, self._deadline)

    async def close(self) -> None:
        """Releases threads and files."""
        await self._readers.close()
        await self._writer.close()
        self._index = None

    async def _change(self, change: Callable[[tantivy.IndexWriter], None]) -> None:
        await self._run(self._writer, partial(self._write, change), self._deadline * _WRITE_SHARE)

    async def _run(self, threads: Threads, call: Callable[[], T], deadline: float) -> T:
        try:
            return await threads.run(call, deadline)
        except (ValueError, OSError, TimeoutError) as error:
            raise _unavailable() from error
        except BaseException as error:
            # Cases that tantivy did not foresee, such as truncated files, arrive as a panic, outside `Exception`.
            if type(error).__module__ == "pyo3_runtime":
                raise _unavailable() from error
            raise

    def _searcher(self) -> tantivy.Searcher:
        """The newest commit. A replaced index is opened again."""
        with self._opening:
            if self._index is not None:
                try:
                    self._index.reload()
                    return self._index.searcher()
                except ValueError:
                    self._index = None
            index = tantivy.Index.open(str(self._path))
            searcher = index.searcher()
            self._index = index
            return searcher

    def _search(self, query: SearchQuery) -> SearchHits:
        searcher = self._searcher()
        return joined(query, [partial(_page, searcher, self._asked(part)) for part in parts(query)])

    def _matches(self, query: SearchQuery) -> SearchMatches:
        searcher, found = self._searcher(), SearchMatches(())
        for tier in tiers(query):
            found = SearchMatches(self._all(searcher, tier.available), self._all(searcher, tier.sold_out))
            if found.available or found.sold_out:
                break
        return found

    def _all(self, searcher: tantivy.Searcher, lists: Sequence[MatchList]) -> tuple[int, ...]:
        found = (_ids(searcher, searcher.search(self._asked(part), MAX_HITS)) for part in lists)
        return tuple(product_id for ids in found for product_id in ids)[:MAX_HITS]

    def _asked(self, part: MatchList) -> tantivy.Query:
        fields = tantivy_schema.LABELS if part.labels_only else tantivy_schema.FIELDS
        words = tantivy_schema.words_query(self._schema, part.words, fields)
        return tantivy_schema.filtered(self._schema, words, part.keys, part.without, part.unwanted)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Lets only one process at a time write. A lock ends with the process that holds it."""
        self._parent.mkdir(parents=True, exist_ok=True)
        until = time.monotonic() + self._deadline * (_WRITE_SHARE - 1)
        with open(self._parent / f"{self._family}.lock", "ab") as lock:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > until:
                        raise
                    time.sleep(random.uniform(0.01, 0.05))  # noqa: S311  # jitter, no secret
            yield

    def _write(self, change: Callable[[tantivy.IndexWriter], None]) -> None:
        with self._alone():
            writer = tantivy.Index.open(str(self._path)).writer(heap_size=_HEAP, num_threads=1)
            try:
                change(writer)
                writer.commit()
            finally:
                writer.wait_merging_threads()

    def _prepare(self) -> None:
        with self._alone():
            if not self._is_sound():
                shutil.rmtree(self._path, ignore_errors=True)
                self._path.mkdir(parents=True)
                tantivy.Index(self._schema, path=str(self._path))
            for older in self._parent.glob(f"{self._family}*[0-9]"):
                if int(older.name.removeprefix(self._family)) < tantivy_schema.VERSION:
                    shutil.rmtree(older, ignore_errors=True)

    def _is_sound(self) -> bool:
        """Whether the directory holds an index of this format with readable parts."""
        try:
            if not tantivy.Index.exists(str(self._path)):
                return False
            index = tantivy.Index(self._schema, path=str(self._path))
            _page(index.searcher(), tantivy.Query.all_query(), SearchQuery("", 1))
        except (ValueError, OSError):
            return False
        except BaseException as error:
            if type(error).__module__ == "pyo3_runtime":
                return False
            raise
        return True


def _unavailable() -> Unavailable:
    return Unavailable("SEARCH_UNAVAILABLE", "Search is not available at the moment; try again shortly.")


def _delete(product_ids: Sequence[int], writer: tantivy.IndexWriter) -> None:
    for product_id in product_ids:
        writer.delete_documents_by_term("id", str(product_id))


def _replace(documents: Sequence[SearchDocument], writer: tantivy.IndexWriter) -> None:
    newest = {document.product_id: document for document in documents}
    _delete(list(newest), writer)
    for document in newest.values():
        writer.add_document(tantivy_schema.document(document))


def _delete_all(writer: tantivy.IndexWriter) -> None:
    writer.delete_all_documents()


def _page(searcher: tantivy.Searcher, asked: tantivy.Query, query: SearchQuery) -> SearchHits:
    if not query.reverse:
        found = searcher.search(asked, max(query.size, 1), offset=query.offset, weight_by_field="popularity")
        return SearchHits(_ids(searcher, found)[: query.size], _count(found))
    total = _count(searcher.search(asked, 1))
    stop = max(total - query.offset, 0)
    start = max(stop - query.size, 0)
    if start == stop:
        return SearchHits((), total)
    found = searcher.search(asked, stop - start, offset=start, weight_by_field="popularity")
    return SearchHits(_ids(searcher, found)[::-1], total)


def _ids(searcher: tantivy.Searcher, found: tantivy.SearchResult) -> tuple[int, ...]:
    keys = searcher.fast_field_values("product_id", [address for _, address in found.hits])
    return tuple(int(key) for key in keys if key is not None)


def _count(found: tantivy.SearchResult) -> int:
    count: int = found.count  # type: ignore[attr-defined]  # missing from the package's stubs
    return count
