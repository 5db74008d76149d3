"""Documents that clients name by their SHA-256: registered by the shop, or by the first client that sent the text.

A query then fits into the URL of a GET request, whose answer a CDN can keep, and a shop can refuse other documents.
"""

import hashlib
import sys
from collections.abc import Callable, Mapping
from typing import Protocol

from bff.edge.errors import refuse_request
from bff.edge.requests import GraphQLRequest
from datasources.kit.caches import ByteCache, MemoryBudget

MayRegister = Callable[[], bool]


class DocumentStore(Protocol):
    """Where all processes keep documents that clients registered; it may forget them at any time."""

    async def get(self, sha256: str) -> str | None:
        """The text; None when it is not known, or the store cannot be reached."""

    async def put(self, sha256: str, text: str) -> None:
        """Keeps a text, unless the store cannot be reached."""


class PersistedDocuments:
    """`registered` texts by hash. With `only_registered` no other document runs, however it is sent."""

    def __init__(
        self,
        store: DocumentStore,
        memory: MemoryBudget,
        registered: Mapping[str, str] | None = None,
        *,
        only_registered: bool = False,
    ) -> None:
        self._store = store
        self._registered = dict(registered or {})
        self.only_registered = only_registered
        self._kept: ByteCache[str, str] = ByteCache(memory, "persisted_documents")

    async def text(self, asked: GraphQLRequest) -> str:
        """The document to run. Raises `RequestRefused` when the hash is unknown or that of another text."""
        if self.only_registered:
            return self._of_registered(asked)
        if asked.sha256 is None:
            return asked.query
        if asked.query:
            if _sha256(asked.query) != asked.sha256:
                message = "The provided sha256Hash is not the hash of the query."
                raise refuse_request(400, "PERSISTED_QUERY_HASH_MISMATCH", message)
            return asked.query
        return await self._of_hash(asked.sha256)

    async def keep(self, asked: GraphQLRequest, may_register: MayRegister = lambda: True) -> None:
        """Registers the text of a request that came with its hash, once it was found to be valid.

        `may_register` is called for new texts only.
        """
        if (
            asked.sha256
            and asked.query
            and not self.only_registered
            and not self._knows(asked.sha256)
            and may_register()
        ):
            self._remember(asked.sha256, asked.query)
            await self._store.put(asked.sha256, asked.query)

    def _knows(self, sha256: str) -> bool:
        return sha256 in self._kept or sha256 in self._registered

    def _of_registered(self, asked: GraphQLRequest) -> str:
        text = self._registered.get(asked.sha256 or _sha256(asked.query))
        if text is None or (asked.query and asked.query != text):
            message = "This shop runs registered documents only."
            raise refuse_request(400, "PERSISTED_QUERY_NOT_REGISTERED", message, well_formed=True)
        return text

    async def _of_hash(self, sha256: str) -> str:
        if (text := self._registered.get(sha256)) is not None:
            return text
        if (text := self._kept.get(sha256)) is not None:
            return text
        text = await self._store.get(sha256)
        if text is None or _sha256(text) != sha256:
            # Apollo's clients send the text along when they read this.
            raise refuse_request(200, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
        self._remember(sha256, text)
        return text

    def _remember(self, sha256: str, text: str) -> None:
        self._kept.put(sha256, text, sys.getsizeof(text) + sys.getsizeof(sha256))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
