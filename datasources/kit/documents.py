"""The document store. Only this module knows the driver, so that it can be replaced in one place."""

from collections.abc import Sequence
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase
from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from datasources.kit import tls
from datasources.kit.handshakes import broken_rule
from domain.kit.refusals import Misconfigured, Unavailable

Document = dict[str, Any]
INDEXES: dict[str, tuple[str, ...]] = {"products": ("tags",), "pages": ("updated_at",), "homepages": ("schedule.at",)}
_AUTHENTICATION_FAILED = 18
_HANDSHAKE = {"hello", "ismaster", "isMaster", "ping", "endSessions", "saslStart", "saslContinue"}


class _Counter(CommandListener):
    """Counts the commands that carry somebody's question, not the driver's own housekeeping."""

    def __init__(self) -> None:
        self.commands = 0

    def started(self, event: CommandStartedEvent) -> None:
        self.commands += event.command_name not in _HANDSHAKE

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass  # only beginnings are counted

    def failed(self, event: CommandFailedEvent) -> None:
        pass  # only beginnings are counted


class Documents:
    """One document database; every operation ends within `deadline` seconds or raises `Unavailable`."""

    def __init__(self, url: str, database: str, *, deadline: float = 5.0) -> None:
        self._counter = _Counter()
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
        """How many commands were sent, for the exact budgets in tests."""
        return self._counter.commands

    async def by_ids(
        self, collection: str, ids: Sequence[int | str], fields: Sequence[str] | None = None
    ) -> dict[Any, Document]:
        """Documents by `_id`, whole or only some fields of them; ids without one are left out."""
        try:
            found = await self.db[collection].find({"_id": {"$in": list(ids)}}, fields).to_list(length=len(ids))
        except PyMongoError as error:
            raise unavailable(error) from error
        return {document["_id"]: document for document in found}

    async def one(self, collection: str, key: int | str) -> Document | None:
        """The document with that `_id`, or None."""
        return (await self.by_ids(collection, [key])).get(key)

    async def first(self, collection: str, limit: int) -> list[Document]:
        """Up to `limit` documents in the order of their ids."""
        try:
            return await self.db[collection].find({}).sort("_id", 1).to_list(length=limit)
        except PyMongoError as error:
            raise unavailable(error) from error

    async def create_indexes(self) -> None:
        """Creates every index; safe to call again. Raises `Unavailable`."""
        try:
            for collection, fields in INDEXES.items():
                for field in fields:
                    await self.db[collection].create_index(field)
        except PyMongoError as error:
            raise unavailable(error) from error

    async def ping(self) -> None:
        """Raises `Unavailable` when the store cannot answer."""
        try:
            await self.db.command("ping")
        except PyMongoError as error:
            raise unavailable(error) from error

    async def close(self) -> None:
        """Closes all connections."""
        self._client.close()


def unavailable(error: PyMongoError) -> Exception:
    """`Unavailable` for a store out of reach, `Misconfigured` when the URL is why; a wrong command's error as it is."""
    busy = Unavailable("CONTENT_UNAVAILABLE", "The shop is busy; try again in a moment.")
    if rule := _refused_rule(error):
        return Misconfigured(busy, "STOREFRONT_MONGO_URL", f"MongoDB: {rule}")
    return busy if isinstance(error, ConnectionFailure) or error.timeout else error


def _refused_rule(error: PyMongoError) -> str | None:
    if isinstance(error, OperationFailure) and error.code == _AUTHENTICATION_FAILED:
        return "the server refuses the user or the password."
    return broken_rule(error, spelling="`tls=true`") if isinstance(error, ConnectionFailure) else None
