"""Guarded edits of single documents. Each leaves a mark in its document until the event of the edit is written.

The mark is how a sweep finds an edit whose process ended before it wrote the event.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from datasources.content.reads import product_of
from datasources.content.writes import product_document
from datasources.kit.documents import Document, Documents, Key
from domain.catalog.records import ProductContent
from domain.kit.ids import new_secret
from domain.kit.refusals import CONTENT_UNAVAILABLE, Unavailable

PRODUCTS, MENUS = "products", "menus"
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit of the document with that key; its event may not be written yet."""

    collection: str
    key: Any
    mark: str


class ContentEdits:
    """Edits by staff: unlike imports, they read a document and change part of it."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def product(self, product_id: int) -> ProductContent:
        """The newest content of a product. Raises `Unavailable`."""
        return product_of(await self._documents.one(PRODUCTS, product_id) or {"_id": product_id})

    async def change_product(self, product_id: int, change: Callable[[ProductContent], ProductContent]) -> Edit:
        """Applies `change` to the newest content of a product. Raises `Unavailable` if other writers keep winning."""
        for _ in range(_ATTEMPTS):
            stored = await self._documents.one(PRODUCTS, product_id) or {"_id": product_id}
            guard = {"_id": product_id, "revision": stored.get("revision", {"$exists": False})}
            edit, mark = marked(PRODUCTS, product_id)
            changes = {"$set": product_document(change(product_of(stored))), "$push": mark}
            if await self._documents.change(PRODUCTS, guard, changes, upsert="revision" not in stored):
                return edit
        raise Unavailable(CONTENT_UNAVAILABLE, "Other writers are changing this product. Try again in a moment.")

    async def announced(self, edit: Edit) -> bool:
        """Removes the mark of an edit whose event is written. False if an import has replaced the document."""
        guard = {"_id": edit.key, "unannounced.id": edit.mark}
        return await self._documents.change(edit.collection, guard, {"$pull": {"unannounced": {"id": edit.mark}}})

    async def unannounced(self, collection: str, before: datetime, limit: int) -> list[Edit]:
        """Edits made before a time that still have their mark."""
        found = await self._documents.find(
            collection, {"unannounced.at": {"$lte": before}}, ("unannounced",), limit=limit
        )
        return [Edit(collection, document["_id"], mark["id"]) for document in found for mark in _old(document, before)]


def marked(collection: str, key: Key) -> tuple[Edit, Document]:
    """An edit and the change that sets its mark."""
    edit = Edit(collection, key, new_secret())
    return edit, {"unannounced": {"id": edit.mark, "at": datetime.now(UTC)}}


def _old(document: Document, before: datetime) -> Sequence[Document]:
    return [mark for mark in document["unannounced"] if mark["at"] <= before]
