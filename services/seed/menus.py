"""Menus under the handles that well-known storefronts ask for; addresses are paths below the shop's own."""

from collections.abc import Iterable, Mapping

from domain.content import Menu, MenuItem
from domain.kit.ids import global_id
from services.seed.catalogue.departments import DEPARTMENTS
from services.seed.lists import LISTS
from services.seed.pages import pages, policies

HEADER = "main-menu"
_HOME = ("kitchen", "tableware", "living", "lighting", "bed-and-bath")
_OUT = ("garden", "outdoor", "clothing")
_DESK = ("stationery", "toys")


def menus(collection_ids: Mapping[str, int]) -> tuple[Menu, ...]:
    """Every menu of the shop; `collection_ids` are keys of collections by handle."""
    makers = _Items(collection_ids)
    departments = [department.handle for department in DEPARTMENTS]
    short = [makers.everything(), *map(makers.collection, ("kitchen", "living", "clothing", "new-arrivals", "sale"))]
    legal = [makers.policy(policy.handle, policy.title) for policy in policies()]
    texts = [makers.page(page.handle, page.title) for page in pages()]
    grouped = (
        makers.group("Home", _HOME),
        makers.group("Out of doors", _OUT),
        makers.group("Desk and play", _DESK),
        *map(makers.collection, ("new-arrivals", "gifts", "summer", "sale")),
    )
    return (
        _menu(HEADER, "Main menu", grouped),
        _menu("footer", "Footer", [*texts, *legal]),
        _menu("next-js-frontend-header-menu", "Header menu", short),
        _menu("next-js-frontend-footer-menu", "Footer menu", [*texts, *legal]),
        _menu("departments", "Departments", map(makers.collection, departments)),
    )


def _menu(handle: str, title: str, items: Iterable[MenuItem]) -> Menu:
    return Menu(handle, handle, title, tuple(items))


class _Items:
    """Makes menu items that lead to things of the shop."""

    def __init__(self, collection_ids: Mapping[str, int]) -> None:
        self._ids = collection_ids
        self._titles = {listing.handle: listing.title for listing in LISTS.values()}
        self._titles |= {department.handle: department.title for department in DEPARTMENTS}

    def everything(self) -> MenuItem:
        return MenuItem("catalog", "All", "/collections/all", "CATALOG")

    def collection(self, handle: str) -> MenuItem:
        resource = global_id("Collection", self._ids[handle])
        return MenuItem(handle, self._titles[handle], f"/collections/{handle}", "COLLECTION", resource)

    def group(self, title: str, handles: tuple[str, ...]) -> MenuItem:
        """An item that leads to the first of several collections and opens to show them all."""
        first = self.collection(handles[0])
        items = tuple(map(self.collection, handles))
        return MenuItem(f"group-{handles[0]}", title, first.url, "COLLECTION", first.resource, items=items)

    def page(self, handle: str, title: str) -> MenuItem:
        return MenuItem(f"page-{handle}", title, f"/pages/{handle}", "PAGE", global_id("Page", handle))

    def policy(self, handle: str, title: str) -> MenuItem:
        return MenuItem(
            f"policy-{handle}", title, f"/policies/{handle}", "SHOP_POLICY", global_id("ShopPolicy", handle)
        )
