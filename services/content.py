"""Menus changed by staff."""

from collections.abc import Sequence

from datasources.content.menus import MenuStore
from datasources.content.reads import MAX_MENU_DEPTH
from datasources.kit import outbox
from datasources.kit.database import Database, Tx
from domain.accounts import Permission, Viewer
from domain.content import Menu, MenuItem
from domain.events import MenuChanged
from domain.kit.refusals import INPUT, RefusalCode, each, refuse
from services.accounts.authority import require
from services.homepage.checks import MAX_TEXT, is_url

MAX_ITEMS = 250


class MenuService:
    """Replaces whole menus; pages that show them are built again."""

    def __init__(self, database: Database, store: MenuStore) -> None:
        self._database = database
        self._store = store

    async def update(self, viewer: Viewer, handle: str | None, title: str, items: Sequence[MenuItem]) -> Menu:
        """Replaces title and entries of a menu. Refused: NOT_FOUND, BLANK, TOO_LONG, INVALID.

        The document is written last inside the transaction, once however often that has to run.
        """
        done: list[Menu] = []

        async def update(tx: Tx) -> Menu:
            actor = await require(tx, viewer, Permission.HOMEPAGE)
            if handle is None:
                raise refuse(RefusalCode.NOT_FOUND, "There is no such menu.", "menu")
            menu = _checked(Menu(handle, handle, title.strip(), tuple(items)))
            await outbox.add(tx, MenuChanged(handle))
            if not done:
                if not await self._store.update(menu, actor):
                    raise refuse(RefusalCode.NOT_FOUND, "There is no such menu.", "menu")
                done.append(menu)
            return done[0]

        return await self._database.transact(update)


def _checked(menu: Menu) -> Menu:
    if not menu.title:
        raise refuse(RefusalCode.BLANK, "Title can't be blank.", "title")
    if len(menu.title) > MAX_TEXT:
        raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_TEXT} characters.", "title")
    if _check_items(menu.items, MAX_MENU_DEPTH) > MAX_ITEMS:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be at most {MAX_ITEMS} entries on all levels.", "items")
    return menu


def _check_items(items: Sequence[MenuItem], depth: int) -> int:
    """How many entries there are on all levels."""
    if items and depth == 0:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must have at most {MAX_MENU_DEPTH} levels.", "items")
    return len(items) + sum(each("items", items, lambda item: _check_item(item, depth)))


def _check_item(item: MenuItem, depth: int) -> int:
    """How many entries there are below it."""
    if not item.id:
        raise refuse(RefusalCode.NOT_FOUND, "There is no such entry.", "id")
    if not item.title.strip():
        raise refuse(RefusalCode.BLANK, "Title can't be blank.", "title")
    if len(item.title) > MAX_TEXT:
        raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_TEXT} characters.", "title")
    if len(item.id) > MAX_TEXT:
        raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_TEXT} characters.", "id")
    if any(len(tag) > MAX_TEXT for tag in item.tags):
        raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_TEXT} characters.", "tags")
    if not is_url(item.url):
        raise refuse(RefusalCode.INVALID, "A URL is a path of this shop, http or https.", "url")
    return _check_items(item.items, depth - 1)
