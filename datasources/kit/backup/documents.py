"""Documents as lines of text."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Any

from datasources.kit.backup.parts import in_batches
from datasources.kit.documents import Document, Documents, from_json, to_json

# Documents in one command: about one second of work for the slowest supported store.
_AT_ONCE = 200
Kept = Callable[[Sequence[Any]], Awaitable[set[Any]]]


async def collections(documents: Documents) -> list[str]:
    """Names of the collections that are not empty. Raises `Unavailable`."""
    async with documents.asking():
        names = sorted(await documents.db.list_collection_names())
        return [name for name in names if await documents.db[name].find_one({}, {"_id": 1}) is not None]


async def lines(documents: Documents, collection: str, kept: Kept | None = None) -> AsyncIterator[str]:
    """The documents of a collection by their ids, or only those whose ids `kept` returns. Raises `Unavailable`."""
    after: dict[str, Any] = {}
    while batch := await _batch(documents, collection, after):
        ids = [document["_id"] for document in batch]
        wanted = set(ids) if kept is None else await kept(ids)
        for document in batch:
            if document["_id"] in wanted:
                yield to_json(document)
        after = {"_id": {"$gt": ids[-1]}}


async def _batch(documents: Documents, collection: str, after: dict[str, Any]) -> list[Document]:
    async with documents.asking():
        return await documents.db[collection].find(after).sort("_id", 1).to_list(length=_AT_ONCE)


async def replace_documents(documents: Documents, parts: Iterable[tuple[str, Iterator[str]]]) -> None:
    """Drops every collection and fills the given ones. Raises `Unavailable`."""
    async with documents.asking():
        for name in await documents.db.list_collection_names():
            await documents.db.drop_collection(name)
        for name, written in parts:
            for batch in in_batches(written, _AT_ONCE):
                await documents.db[name].insert_many([from_json(line) for line in batch])
        await documents.create_indexes()
