"""The document store. Only this module uses the driver, so that the driver can be replaced in one place."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from bson import json_util
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase
from pymongo import ReplaceOne
from pymongo.errors import ConnectionFailure, DuplicateKeyError, OperationFailure, PyMongoError
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from datasources.kit import tls
from datasources.kit.breaker import Breaker
from datasources.kit.handshakes import broken_rule
from domain.kit.refusals import CONTENT_UNAVAILABLE, Misconfigured, Unavailable

Document = dict[str, Any]
Key = int | str
INDEXES: dict[str, tuple[str, ...]] = {
    "products": ("tags", "unannounced.at"),
    "menus": ("unannounced.at",),
    "pages": ("updated_at",),
    "homepages": ("schedule.at",),
}
BATCH = 200  # documents per command: about one second of work for the slowest supported store
FAILURES = 3
PAUSE = 1.0
_AUTHENTICATION_FAILED = 18
# The driver's own deadline ends first: it says why the store did not answer.
_GRACE = 2.0  # seconds
# MongoDB's extended JSON keeps the types that JSON does not have.
_JSON = json_util.RELAXED_JSON_OPTIONS.with_options(tz_aware=True)
_HANDSHAKE = {"hello", "ismaster", "isMaster", "ping", "endSessions", "saslStart", "saslContinue"}


class _Counter(CommandListener):
    """Counts the commands of callers, not the driver's own housekeeping."""

    def __init__(self) -> None:
        self.commands = 0

    def started(self, event: CommandStartedEvent) -> None:
        self.commands += event.command_name not in _HANDSHAKE

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass  # only starts count

    def failed(self, event: CommandFailedEvent) -> None:
        pass  # only starts count


class Documents:
    """One document database; every operation ends within `deadline` seconds or raises `Unavailable`.

    After some failures in a row it raises at once, until the store answers again.
    """

    def __init__(self, url: str, database: str, *, deadline: float = 5.0) -> None:
        self._counter = _Counter()
        self._patience = deadline + _GRACE
        self._breaker = Breaker(FAILURES, PAUSE)
        self._probing: asyncio.Task[None] | None = None
        milliseconds = int(deadline * 1000)
        self._client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
            tls.address(url).url,
            timeoutMS=milliseconds,
            serverSelectionTimeoutMS=milliseconds,
            connectTimeoutMS=milliseconds,
            tz_aware=True,
            event_listeners=[self._counter],
        )
        self.db: AsyncIOMotorDatabase[Document] = self._client[database]

    @property
    def commands(self) -> int:
        """The number of commands sent, for the exact budgets in tests."""
        return self._counter.commands

    async def by_ids(
        self, collection: str, ids: Sequence[Key], fields: Sequence[str] | None = None
    ) -> dict[Any, Document]:
        """Documents by `_id`, whole or with some fields only; missing ids are left out."""
        found = await self.find(collection, {"_id": {"$in": list(ids)}}, fields, limit=len(ids))
        return {document["_id"]: document for document in found}

    async def one(self, collection: str, key: Key) -> Document | None:
        """The document with that `_id`, or None."""
        return (await self.by_ids(collection, [key])).get(key)

    async def first(self, collection: str, limit: int) -> list[Document]:
        """Up to `limit` documents in the order of their ids."""
        async with self.asking():
            return await self.db[collection].find({}).sort("_id", 1).to_list(length=limit)

    async def find(
        self,
        collection: str,
        where: Document,
        fields: Sequence[str] | Mapping[str, Any] | None = None,
        *,
        limit: int | None = None,
    ) -> list[Document]:
        """Matching documents, at most `limit` if given, whole or with some fields only."""
        async with self.asking():
            return await self.db[collection].find(where, fields).to_list(length=limit)

    async def distinct(self, collection: str, field: str) -> list[Any]:
        """Each value of a field once."""
        async with self.asking():
            return list(await self.db[collection].distinct(field))

    async def put(self, collection: str, bodies: Mapping[int, Document] | Mapping[str, Document]) -> None:
        """Replaces whole documents by `_id`; documents written before a failure stay."""
        requests = [ReplaceOne({"_id": key}, {"_id": key, **body}, upsert=True) for key, body in bodies.items()]
        for start in range(0, len(requests), BATCH):
            async with self.asking():
                await self.db[collection].bulk_write(requests[start : start + BATCH], ordered=False)

    async def change(self, collection: str, guard: Document, changes: Document, *, upsert: bool = False) -> bool:
        """Compares and sets one document in one step; False if no document matches the guard.

        With `upsert`, a missing document is created from the guard and the changes, by one of all concurrent callers.
        """
        try:
            async with self.asking():
                result = await self.db[collection].update_one(guard, changes, upsert=upsert)
        except DuplicateKeyError:
            return False
        return result.matched_count == 1 or result.upserted_id is not None

    async def create_indexes(self) -> None:
        """Creates every index; safe to call again. Raises `Unavailable`."""
        async with self._noting():
            for collection, fields in INDEXES.items():
                for field in fields:
                    await self.db[collection].create_index(field)

    async def ping(self) -> None:
        """Raises `Unavailable` when the store cannot answer; it tries even while the breaker is open."""
        async with self._noting():
            await self.db.command("ping")

    async def close(self) -> None:
        """Closes all connections."""
        if self._probing is not None:
            self._probing.cancel()
        self._client.close()

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[None]:
        """Raises `Unavailable` at once while the breaker is open; a background probe finds out when to close it."""
        if not self._breaker.is_closed:
            if self._breaker.allows():
                self._probe()
            raise _unavailable()
        async with self._noting():
            yield

    @asynccontextmanager
    async def _noting(self) -> AsyncIterator[None]:
        """Raises `Unavailable` if the store is out of reach, and the driver's own error if the command was wrong.

        The driver works in a few threads. While they wait for a store that hangs, no caller waits for a thread much
        longer than the deadline.
        """
        try:
            async with asyncio.timeout(self._patience):
                yield
        except TimeoutError as error:
            self._breaker.failed()
            raise _unavailable() from error
        except PyMongoError as error:
            explained = _explained(error)
            if explained is error:
                self._breaker.succeeded()
                raise
            self._breaker.failed()
            raise explained from error
        self._breaker.succeeded()

    def _probe(self) -> None:
        """Pings the store in the background, so that no request waits while it is still down."""

        async def probe() -> None:
            with suppress(Unavailable):
                await self.ping()

        if self._probing is None or self._probing.done():
            self._probing = asyncio.ensure_future(probe())


def to_json(document: Document) -> str:
    """A document as a line of text."""
    return json_util.dumps(document, json_options=_JSON)


def from_json(line: str) -> Document:
    """The document of such a line."""
    document: Document = json_util.loads(line, json_options=_JSON)
    return document


def _explained(error: PyMongoError) -> Exception:
    """`Unavailable` if the store is out of reach, `Misconfigured` if its URL is wrong, else the error itself."""
    if rule := _refused_rule(error):
        return Misconfigured(_unavailable(), "STOREFRONT_MONGO_URL", f"MongoDB: {rule}")
    return _unavailable() if isinstance(error, ConnectionFailure) or error.timeout else error


def _refused_rule(error: PyMongoError) -> str | None:
    if isinstance(error, OperationFailure) and error.code == _AUTHENTICATION_FAILED:
        return "the server refuses the user or the password."
    return broken_rule(error, spelling="`tls=true`") if isinstance(error, ConnectionFailure) else None


def _unavailable() -> Unavailable:
    return Unavailable(CONTENT_UNAVAILABLE, "The shop is busy; try again in a moment.")
