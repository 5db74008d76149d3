"""Changes of menus by staff."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from datasources.content.edits import MENUS, ContentEdits, Edit
from datasources.content.reads import MAX_MENU_DEPTH
from datasources.kit import outbox
from datasources.kit.database import Database
from domain.accounts import Permission, Viewer
from domain.content import Menu, MenuItem
from domain.events import MenuChanged
from domain.kit.refusals import INPUT, RefusalCode, Refused, Unavailable, each, refuse
from services.accounts.authority import require
from services.homepage.checks import MAX_TEXT
from services.kit.texts import is_url

logger = structlog.get_logger(__name__)

MAX_ITEMS = 250
MAX_EDITS = 100


class MenuService:
    """Replaces whole menus; workers rebuild the pages that show them."""

    def __init__(self, database: Database, edits: ContentEdits) -> None:
        self._database = database
        self._edits = edits

    async def update(self, viewer: Viewer, handle: str | None, title: str, items: Sequence[MenuItem]) -> Menu:
        """Replaces the title and the entries of a menu. Refused: NOT_FOUND, BLANK, TOO_LONG, INVALID.

        If the event fails, the update still succeeds, because the menu is written; `announce_edits` writes it later.
        """
        actor = await require(self._database, viewer, Permission.HOMEPAGE)
        if handle is None:
            raise _missing()
        menu = _checked(Menu(handle, handle, title.strip(), tuple(items)))
        edit = await self._edits.replace_menu(menu, actor)
        if edit is None:
            raise _missing()
        try:
            await self._announce([edit])
        except Unavailable as error:
            logger.warning("menu_not_announced", handle=handle, error=error.code)
        return menu

    async def announce_edits(self, before: datetime) -> int:
        """Writes the missing events of edits made before a time whose process ended; returns their number."""
        edits = await self._edits.unannounced(MENUS, before, MAX_EDITS)
        await self._announce(edits)
        return len(edits)

    async def _announce(self, edits: Sequence[Edit]) -> None:
        events = [MenuChanged(handle) for handle in dict.fromkeys(edit.key for edit in edits)]
        if events:
            await self._database.transact(lambda tx: outbox.add(tx, *events))
        for edit in edits:
            await self._edits.announced(edit)


def _missing() -> Refused:
    return refuse(RefusalCode.NOT_FOUND, "The menu does not exist.", "menu")


def _checked(menu: Menu) -> Menu:
    if not menu.title:
        raise refuse(RefusalCode.BLANK, "Title can't be blank.", "title")
    if len(menu.title) > MAX_TEXT:
        raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_TEXT} characters.", "title")
    if _check_items(menu.items, MAX_MENU_DEPTH) > MAX_ITEMS:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be at most {MAX_ITEMS} entries on all levels.", "items")
    return menu


def _check_items(items: Sequence[MenuItem], depth: int) -> int:
    """The number of entries on all levels."""
    if items and depth == 0:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must have at most {MAX_MENU_DEPTH} levels.", "items")
    return len(items) + sum(each("items", items, lambda item: _check_item(item, depth)))


def _check_item(item: MenuItem, depth: int) -> int:
    """The number of entries below it."""
    if not item.id:
        raise refuse(RefusalCode.NOT_FOUND, "The menu has no entry with that id.", "id")
    if not item.title.strip():
        raise refuse(RefusalCode.BLANK, "Title can't be blank.", "title")
    if len(item.title) > MAX_TEXT:
        raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_TEXT} characters.", "title")
    if len(item.id) > MAX_TEXT:
        raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_TEXT} characters.", "id")
    if any(len(tag) > MAX_TEXT for tag in item.tags):
        raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_TEXT} characters.", "tags")
    if not is_url(item.url):
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be a path of this shop or an http or https URL.", "url")
    return _check_items(item.items, depth - 1)
