"""Menus as editors see them: numbered versions, and a menu of its own for each platform that has one.

Each change is one update that is guarded by the version. A platform's menu is a document of its own; deleting it keeps
the document, so that its versions go on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from datasources.content.edits import MENUS, Edit, marked
from datasources.content.reads import menu_of
from datasources.content.writes import menu_document
from datasources.kit.documents import Document, Documents
from domain.content import Menu, MenuVersion, menu_key
from domain.homepage.keys import Platform

KEPT_VERSIONS = 50
_OF_NOBODY = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class StoredMenu:
    """A menu as it is stored, also while it does not exist: `menu` is then None, and its next version follows."""

    handle: str
    platform: Platform | None
    version: int
    menu: Menu | None
    has_history: bool
    is_stored: bool


class Menus:
    """Menus for editors, with their history."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def stored(self, handle: str, platform: Platform | None) -> StoredMenu:
        """The menu for everybody, or that of a platform."""
        document = await self._documents.one(MENUS, menu_key(handle, platform))
        if document is None:
            return StoredMenu(handle, platform, 0, None, has_history=False, is_stored=False)
        version = document.get("version", 0)
        menu = None if document.get("deleted") else menu_of(document)
        kept = any(each.get("version") == version for each in document.get("history", ()))
        return StoredMenu(handle, platform, version, menu, kept, is_stored=True)

    async def replace(self, stored: StoredMenu, menu: Menu, actor: str) -> tuple[Menu, Edit] | None:
        """Writes the next version; None if another one came in between."""
        new = replace(menu, version=stored.version + 1, platform=stored.platform)
        history = [_entry(new, datetime.now(UTC), actor)]
        if stored.menu is not None and not stored.has_history:
            history.insert(0, _entry(stored.menu, _OF_NOBODY, ""))
        values = {**menu_document(new), "version": new.version, "deleted": False}
        edit = await self._change(stored, {"$set": values}, history)
        return None if edit is None else (new, edit)

    async def delete(self, stored: StoredMenu) -> Edit | None:
        """Deletes the menu of a platform; None if another version came in between."""
        return await self._change(stored, {"$set": {"version": stored.version + 1, "deleted": True}}, [])

    async def versions(self, handle: str, platform: Platform | None) -> Sequence[MenuVersion]:
        """The versions that are kept, the newest first."""
        document = await self._documents.one(MENUS, menu_key(handle, platform)) or {}
        numbered = [each for each in document.get("history", ()) if "version" in each]
        return [_version(each, handle, platform) for each in reversed(numbered)]

    async def _change(self, stored: StoredMenu, change: Document, history: Sequence[Document]) -> Edit | None:
        key = menu_key(stored.handle, stored.platform)
        edit, mark = marked(MENUS, key)
        kept = {"history": {"$each": list(history), "$slice": -KEPT_VERSIONS}} if history else {}
        guard = {"_id": key, "version": stored.version or {"$exists": False}}
        changes = {**change, "$push": kept | mark}
        changed = await self._documents.change(MENUS, guard, changes, upsert=not stored.is_stored)
        return edit if changed else None


def _entry(menu: Menu, at: datetime, actor: str) -> Document:
    return {"version": menu.version, "at": at, "actor": actor, **menu_document(menu)}


def _version(document: Document, handle: str, platform: Platform | None) -> MenuVersion:
    menu = replace(menu_of({"_id": handle, **document}), platform=platform)
    at = None if document["at"] == _OF_NOBODY else document["at"]
    return MenuVersion(menu, at, document["actor"] or None)
