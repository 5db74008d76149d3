"""Documents as MongoDB's extended JSON, which keeps the types that JSON does not have."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Any

from bson import json_util
from pymongo.errors import PyMongoError

from datasources.kit.backup.parts import in_batches
from datasources.kit.documents import Document, Documents, unavailable

# Documents in one command: about a second of work for the slowest store that the shop runs on.
_AT_ONCE = 200
_OPTIONS = json_util.RELAXED_JSON_OPTIONS.with_options(tz_aware=True)
Kept = Callable[[Sequence[Any]], Awaitable[set[Any]]]


async def collections(documents: Documents) -> list[str]:
    """Names of the collections that hold something. Raises `Unavailable`."""
    try:
        names = sorted(await documents.db.list_collection_names())
        return [name for name in names if await documents.db[name].find_one({}, {"_id": 1}) is not None]
    except PyMongoError as error:
        raise unavailable(error) from error


async def lines(documents: Documents, collection: str, kept: Kept | None = None) -> AsyncIterator[str]:
    """The documents of a collection by their ids, or those of them whose ids `kept` answers. Raises `Unavailable`."""
    after: dict[str, Any] = {}
    while batch := await _batch(documents, collection, after):
        ids = [document["_id"] for document in batch]
        wanted = set(ids) if kept is None else await kept(ids)
        for document in batch:
            if document["_id"] in wanted:
                yield json_util.dumps(document, json_options=_OPTIONS)
        after = {"_id": {"$gt": ids[-1]}}


async def _batch(documents: Documents, collection: str, after: dict[str, Any]) -> list[Document]:
    try:
        return await documents.db[collection].find(after).sort("_id", 1).to_list(length=_AT_ONCE)
    except PyMongoError as error:
        raise unavailable(error) from error


async def replace_documents(documents: Documents, parts: Iterable[tuple[str, Iterator[str]]]) -> None:
    """Drops every collection and fills those that are named. Raises `Unavailable`."""
    try:
        for name in await documents.db.list_collection_names():
            await documents.db.drop_collection(name)
        for name, written in parts:
            for batch in in_batches(written, _AT_ONCE):
                await documents.db[name].insert_many([json_util.loads(line, json_options=_OPTIONS) for line in batch])
        await documents.create_indexes()
    except PyMongoError as error:
        raise unavailable(error) from error
