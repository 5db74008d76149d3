"""Documents that clients name by their SHA-256: registered by the shop, or by the first client that sent the text.

A query then fits into the URL of a GET request, whose answer a CDN can keep, and a shop can refuse other documents.
"""

import asyncio
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from bff.edge.errors import RequestRefused, refuse_request
from bff.edge.registered_documents import RegisteredDocuments, sha256_of
from bff.edge.requests import GraphQLRequest
from datasources.kit.caches import ByteCache, MemoryBudget

MayRegister = Callable[[], bool]
# Each process reports a document in use this often, and so many at once; reports that find no place are made later.
REPORTED_EVERY_SECONDS = 60.0
_REPORTS = 32


class DocumentStore(Protocol):
    """Where all processes keep documents that clients registered; it may forget them at any time."""

    async def get(self, sha256: str) -> str | None:
        """The text; None when it is not known, or the store cannot be reached."""

    async def put(self, sha256: str, text: str) -> None:
        """Keeps a text, unless the store cannot be reached."""

    async def use(self, sha256: str, text: str) -> None:
        """Keeps a text that is in use: those that nobody uses make room before it."""


@dataclass(slots=True)
class _Kept:
    """A text in memory; it never was reported to be in use, or was at `reported`."""

    text: str
    reported: float | None = None


class PersistedDocuments:
    """`registered` texts by hash. With `only_registered` no other document runs, however it is sent.

    Documents in use stay, however many others clients register: in memory as the most recently used, and in the store
    by reports in the background.
    """

    def __init__(
        self,
        store: DocumentStore,
        memory: MemoryBudget,
        registered: Mapping[str, str] | None = None,
        *,
        only_registered: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._registered = RegisteredDocuments(registered or {}, memory)
        self.only_registered = only_registered
        self._kept: ByteCache[str, _Kept] = ByteCache(memory, "persisted_documents")
        self._clock = clock
        self._reports: set[asyncio.Task[None]] = set()

    async def text(self, asked: GraphQLRequest) -> str:
        """The document to run. Raises `RequestRefused` when the hash is unknown or that of another text."""
        if self.only_registered:
            return await self._of_registered(asked)
        if asked.sha256 is None:
            return asked.query
        if asked.query:
            if sha256_of(asked.query) != asked.sha256:
                raise _mismatch()
            return asked.query
        return await self._of_hash(asked.sha256)

    async def keep(self, asked: GraphQLRequest, may_register: MayRegister = lambda: True) -> None:
        """Registers the text of a request that came with its hash, once it was found to be valid.

        `may_register` is called for new texts only.
        """
        if not asked.sha256 or not asked.query or self.only_registered or self._registered.get(asked.sha256):
            return
        if asked.sha256 in self._kept:
            self.used(asked.sha256)
        elif may_register():
            self._remember(asked.sha256, asked.query)
            await self._store.put(asked.sha256, asked.query)

    def used(self, sha256: str) -> None:
        """Counts a use of a document that clients registered. It does not wait for the store."""
        kept = self._kept.get(sha256)
        now = self._clock()
        if kept is None or (kept.reported is not None and now - kept.reported < REPORTED_EVERY_SECONDS):
            return
        if len(self._reports) < _REPORTS:
            kept.reported = now
            report = asyncio.create_task(self._store.use(sha256, kept.text))
            self._reports.add(report)
            report.add_done_callback(self._reports.discard)

    async def _of_registered(self, asked: GraphQLRequest) -> str:
        named = None if asked.sha256 is None else self._registered.get(asked.sha256)
        text = await self._registered.find(asked.query) if asked.query else named
        if text is None:
            message = "This shop runs registered documents only."
            raise refuse_request(400, "PERSISTED_QUERY_NOT_REGISTERED", message, well_formed=True)
        if asked.sha256 is not None and named != text and sha256_of(asked.query) != asked.sha256:
            raise _mismatch()
        return text

    async def _of_hash(self, sha256: str) -> str:
        if (registered := self._registered.get(sha256)) is not None:
            return registered
        if (kept := self._kept.get(sha256)) is not None:
            self.used(sha256)
            return kept.text
        text = await self._store.get(sha256)
        if text is None or sha256_of(text) != sha256:
            # Apollo's clients send the text along when they read this.
            raise refuse_request(200, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
        self._remember(sha256, text)
        self.used(sha256)
        return text

    def _remember(self, sha256: str, text: str) -> None:
        self._kept.put(sha256, _Kept(text), sys.getsizeof(text) + sys.getsizeof(sha256))


def _mismatch() -> RequestRefused:
    message = "The provided sha256Hash is not the hash of the query."
    return refuse_request(400, "PERSISTED_QUERY_HASH_MISMATCH", message)
