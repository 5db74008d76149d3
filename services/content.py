"""Changes of menus by staff."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from datasources.content.edits import MENUS, ContentEdits, Edit
from datasources.content.menus import KEPT_VERSIONS, Menus, StoredMenu
from datasources.content.reads import MAX_MENU_DEPTH
from datasources.kit import outbox
from datasources.kit.database import Database
from domain.accounts import Permission, Viewer
from domain.content import Menu, MenuItem, menu_handle
from domain.events import MenuChanged
from domain.homepage.keys import Platform
from domain.kit.refusals import CONTENT_UNAVAILABLE, INPUT, RefusalCode, Refused, Unavailable, each, refuse
from domain.kit.urls import is_url
from services.accounts.authority import require
from services.homepage.checks import MAX_TEXT

logger = structlog.get_logger(__name__)

MAX_ITEMS = 250
MAX_EDITS = 100
_ATTEMPTS = 5


class MenuService:
    """Replaces whole menus; workers rebuild the pages that show them."""

    def __init__(self, database: Database, edits: ContentEdits, menus: Menus) -> None:
        self._database = database
        self._edits = edits
        self._menus = menus

    async def update(
        self,
        viewer: Viewer,
        handle: str | None,
        title: str,
        items: Sequence[MenuItem],
        platform: Platform | None = None,
        version: int | None = None,
    ) -> Menu:
        """Replaces the title and the entries of a menu, or of a platform's own one, which it creates.

        Refused: NOT_FOUND, BLANK, TOO_LONG, INVALID, and VERSION_CONFLICT unless `version`, if given, is the newest. If
        the event fails, the update still succeeds, because the menu is written; `announce_edits` writes it later.
        """
        actor = await require(self._database, viewer, Permission.HOMEPAGE)
        known = await self._known(handle)
        menu = _checked(Menu(known, known, title.strip(), tuple(items)))
        return await self._replace(menu, platform, version, actor)

    async def roll_back(
        self, viewer: Viewer, handle: str | None, platform: Platform | None, version: int | None, to_version: int
    ) -> Menu:
        """Saves an earlier version again, as a new one. Refused: NOT_FOUND, VERSION_CONFLICT."""
        actor = await require(self._database, viewer, Permission.HOMEPAGE)
        versions = await self._menus.versions(await self._known(handle), platform)
        earlier = next((each.menu for each in versions if each.menu.version == to_version), None)
        if earlier is None:
            message = f"The menu has no version {to_version}; the shop keeps the last {KEPT_VERSIONS}."
            raise refuse(RefusalCode.NOT_FOUND, message, "to_version")
        return await self._replace(earlier, platform, version, actor)

    async def delete(self, viewer: Viewer, handle: str | None, platform: Platform, version: int | None) -> None:
        """Deletes the menu of a platform, which shows the common one again. Refused: NOT_FOUND, VERSION_CONFLICT."""
        await require(self._database, viewer, Permission.HOMEPAGE)
        known = await self._known(handle)
        for _ in range(_ATTEMPTS):
            stored = await self._stored(known, platform, version)
            if stored.menu is None:
                raise refuse(RefusalCode.NOT_FOUND, "The platform has no menu of its own.", "platform")
            if (edit := await self._menus.delete(stored)) is not None:
                return await self._tell(edit)
        raise _busy()

    async def announce_edits(self, before: datetime) -> int:
        """Writes the missing events of edits made before a time whose process ended; returns their number."""
        edits = await self._edits.unannounced(MENUS, before, MAX_EDITS)
        await self._announce(edits)
        return len(edits)

    async def _known(self, handle: str | None) -> str:
        if handle is None or (await self._menus.stored(handle, None)).menu is None:
            raise _missing()
        return handle

    async def _stored(self, handle: str, platform: Platform | None, version: int | None) -> StoredMenu:
        stored = await self._menus.stored(handle, platform)
        if version is not None and version != stored.version:
            message = f"The menu has version {stored.version}: another change was saved in between."
            raise refuse(RefusalCode.VERSION_CONFLICT, message, "version")
        return stored

    async def _replace(self, menu: Menu, platform: Platform | None, version: int | None, actor: str) -> Menu:
        for _ in range(_ATTEMPTS):
            stored = await self._stored(menu.handle, platform, version)
            if (replaced := await self._menus.replace(stored, menu, actor)) is not None:
                await self._tell(replaced[1])
                return replaced[0]
        raise _busy()

    async def _tell(self, edit: Edit) -> None:
        try:
            await self._announce([edit])
        except Unavailable as error:
            logger.warning("menu_not_announced", menu=edit.key, error=error.code)

    async def _announce(self, edits: Sequence[Edit]) -> None:
        events = [MenuChanged(handle) for handle in dict.fromkeys(menu_handle(edit.key) for edit in edits)]
        if events:
            await self._database.transact(lambda tx: outbox.add(tx, *events))
        for edit in edits:
            await self._edits.announced(edit)


def _busy() -> Unavailable:
    return Unavailable(CONTENT_UNAVAILABLE, "Other editors are changing this menu. Try again in a moment.")


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
