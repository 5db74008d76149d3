"""Menus written by staff: each is one document, which keeps who wrote what before."""

from datetime import UTC, datetime

from pymongo.errors import PyMongoError

from datasources.content.writes import menu_document
from datasources.kit.documents import Documents, unavailable
from domain.content import Menu

KEPT = 50


class MenuStore:
    """Writes menus."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def update(self, menu: Menu, actor: str) -> bool:
        """Replaces a menu and keeps it with who wrote it, as the newest of fifty; False when there is no such menu."""
        document = menu_document(menu)
        kept = {"at": datetime.now(UTC), "actor": actor, **document}
        changes = {"$set": document, "$push": {"history": {"$each": [kept], "$slice": -KEPT}}}
        try:
            result = await self._documents.db["menus"].update_one({"_id": menu.handle}, changes)
        except PyMongoError as error:
            raise unavailable(error) from error
        return result.matched_count == 1
