"""Menus changed by staff."""

from collections.abc import Callable, Sequence

from datasources.content.menus import MenuStore
from datasources.content.reads import MAX_MENU_DEPTH
from datasources.kit import outbox
from datasources.kit.database import Database, Tx
from domain.accounts import Permission, Viewer
from domain.content import Menu, MenuItem
from domain.events import MenuChanged
from domain.kit.refusals import refuse
from services.accounts.authority import require
from services.homepage.checks import MAX_TEXT, is_url

MAX_ITEMS = 250


class MenuService:
    """Replaces whole menus; pages that show them are built again."""

    def __init__(self, database: Database, store: MenuStore) -> None:
        self._database = database
        self._store = store

    async def update(
        self, viewer: Viewer, handle: str | None, title: str, items: Callable[[], Sequence[MenuItem]]
    ) -> Menu:
        """Replaces title and entries of a menu. Refused: NOT_FOUND, BLANK, TOO_LONG, INVALID.

        The document is written last inside the transaction, once however often that has to run.
        """
        done: list[Menu] = []

        async def update(tx: Tx) -> Menu:
            actor = await require(tx, viewer, Permission.HOMEPAGE)
            if handle is None:
                raise refuse("NOT_FOUND", "There is no such menu.", "id")
            menu = _checked(Menu(handle, handle, title.strip(), tuple(items())))
            await outbox.add(tx, MenuChanged(handle))
            if not done:
                if not await self._store.update(menu, actor):
                    raise refuse("NOT_FOUND", "There is no such menu.", "id")
                done.append(menu)
            return done[0]

        return await self._database.transact(update)


def _checked(menu: Menu) -> Menu:
    if not menu.title:
        raise refuse("BLANK", "Title can't be blank.", "title")
    if len(menu.title) > MAX_TEXT:
        raise refuse("TOO_LONG", f"At most {MAX_TEXT} characters are kept.", "title")
    if _check_items(menu.items, MAX_MENU_DEPTH) > MAX_ITEMS:
        raise refuse("INVALID", f"A menu has {MAX_ITEMS} entries at most.", "items")
    return menu


def _check_items(items: Sequence[MenuItem], depth: int) -> int:
    """How many entries there are on all levels."""
    if items and depth == 0:
        raise refuse("INVALID", f"A menu has {MAX_MENU_DEPTH} levels at most.", "items")
    for item in items:
        if not item.title.strip():
            raise refuse("BLANK", "Title can't be blank.", "items", "title")
        if any(len(text) > MAX_TEXT for text in (item.id, item.title, *item.tags)):
            raise refuse("TOO_LONG", f"At most {MAX_TEXT} characters are kept.", "items")
        if not is_url(item.url):
            raise refuse("INVALID", "A URL is a path of this shop, http or https.", "items", "url")
    return len(items) + sum(_check_items(item.items, depth - 1) for item in items)
