"""Menus under the handles that well-known storefronts ask for; addresses are paths below the shop's own."""

from collections.abc import Mapping
from typing import Literal

from demo.catalog.collections import listings
from demo.content.pages import pages
from demo.content.shop import policies
from demo.kit.data import Data, read
from domain.content import Menu, MenuItem
from domain.kit.ids import global_id

_Kind = Literal["CATALOG", "COLLECTION", "PAGE", "SHOP_POLICY"]
# Well-known storefronts have this page, and it lists every product; not all of them have `/collections/all`.
CATALOG = "/search"
# The folder of their addresses, the type of their global ids, and what the keys of their items begin with.
_TARGETS = {
    "COLLECTION": ("collections", "Collection", ""),
    "PAGE": ("pages", "Page", "page-"),
    "SHOP_POLICY": ("policies", "ShopPolicy", "policy-"),
}


class _Entry(Data, frozen=True):
    """An item that leads to a thing by its handle, under its own title unless another is given.

    An item with `items` is a submenu.
    """

    kind: _Kind
    handle: str = ""
    title: str | None = None
    items: tuple["_Entry", ...] = ()


class _Menu(Data, frozen=True):
    """A menu."""

    handle: str
    title: str
    items: tuple[_Entry, ...]


def menus(collection_ids: Mapping[str, int]) -> tuple[Menu, ...]:
    """Every menu of the shop; `collection_ids` are keys of collections by handle."""
    makers = _Items(collection_ids)
    return tuple(
        Menu(menu.handle, menu.handle, menu.title, tuple(map(makers.item, menu.items)))
        for menu in read("menus.json", tuple[_Menu, ...])
    )


class _Items:
    """Makes menu items that lead to things of the shop."""

    def __init__(self, collection_ids: Mapping[str, int]) -> None:
        self._ids = collection_ids
        self._titles: dict[str, dict[str, str]] = {
            "CATALOG": {"": "All"},
            "COLLECTION": {one.handle: one.title for one in listings()},
            "PAGE": {one.handle: one.title for one in pages()},
            "SHOP_POLICY": {one.handle: one.title for one in policies()},
        }

    def item(self, entry: _Entry) -> MenuItem:
        """The item of an entry."""
        title = entry.title or self._titles[entry.kind][entry.handle]
        if entry.kind == "CATALOG":
            return MenuItem("catalog", title, CATALOG, entry.kind)
        folder, type_name, prefix = _TARGETS[entry.kind]
        key = self._ids[entry.handle] if entry.kind == "COLLECTION" else entry.handle
        return MenuItem(
            id=f"{'group-' if entry.items else prefix}{entry.handle}",
            title=title,
            url=f"/{folder}/{entry.handle}",
            kind=entry.kind,
            resource=global_id(type_name, key),
            items=tuple(map(self.item, entry.items)),
        )
