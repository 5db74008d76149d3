"""Content from the document store: product and collection texts, menus, pages, the shop itself."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from datasources.content.blogs import Blogs
from datasources.content.metaobjects import Metaobjects
from datasources.content.parts import image_of, metafields_of, seo_of
from datasources.kit.documents import Document, Documents
from datasources.kit.rows import aligned
from datasources.kit.turns import built
from domain.catalog.records import CollectionContent, ProductContent
from domain.content import Brand, ContentPage, Menu, MenuItem, Policy, Shop, menu_handle, menu_key
from domain.homepage.keys import Platform

MAX_PAGES = 500
MAX_MENU_DEPTH = 4


class Content:
    """Batch reads of documents as records, in the order of their keys."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self.blogs = Blogs(documents)
        self.metaobjects = Metaobjects(documents)

    async def products(self, ids: Sequence[int]) -> list[ProductContent]:
        """Content of each product; empty content where none is stored."""
        found = await self._documents.by_ids("products", ids)
        return await built(lambda product_id: product_of(found.get(product_id, {"_id": product_id})), ids)

    async def collections(self, ids: Sequence[int]) -> list[CollectionContent]:
        """Content of each collection; empty content where none is stored."""
        found = await self._documents.by_ids("collections", ids)
        return [_collection(found.get(collection_id, {"_id": collection_id})) for collection_id in ids]

    async def menus(self, handles: Sequence[str], platform: Platform | None = None) -> list[Menu | None]:
        """Menus by handle: those of the platform where it has its own, else those for everybody."""
        return await self.platform_menus([(handle, platform) for handle in handles])

    async def platform_menus(self, wanted: Sequence[tuple[str, Platform | None]]) -> list[Menu | None]:
        """Menus by handle and platform, with one command."""
        keys = {menu_key(handle, each) for handle, platform in wanted for each in (None, platform)}
        found = await self._documents.by_ids("menus", sorted(keys), ("title", "items", "version", "deleted"))
        menus = {key: menu_of(document) for key, document in found.items() if not document.get("deleted")}
        return [_menu_of_platform(menus, handle, platform) for handle, platform in wanted]

    async def pages(self, handles: Sequence[str]) -> list[ContentPage | None]:
        """Pages by handle."""
        found = await self._documents.by_ids("pages", handles)
        return aligned({handle: _page(document) for handle, document in found.items()}, handles)

    async def all_pages(self) -> list[ContentPage]:
        """Pages in the order of their handles, at most 500."""
        return [_page(document) for document in await self._documents.first("pages", MAX_PAGES)]

    async def tags(self) -> list[str]:
        """Every tag of a product, in the order of texts without case."""
        return sorted(await self._documents.distinct("products", "tags"), key=lambda tag: (tag.casefold(), tag))

    async def shop(self) -> Shop | None:
        """The shop as it presents itself; None before the first seed."""
        document = await self._documents.one("shop", "shop")
        return None if document is None else _shop(document)


def product_of(document: Document) -> ProductContent:
    """The content of a product from its stored form."""
    images = (image_of(image) for image in document.get("images", ()))
    return ProductContent(
        product_id=document["_id"],
        html=document.get("html", ""),
        description=document.get("description", ""),
        tags=tuple(document.get("tags", ())),
        images=tuple(image for image in images if image is not None),
        seo=seo_of(document.get("seo")),
        only_of_variants=tuple(document.get("only_of_variants", ())),
    )


def _collection(document: Document) -> CollectionContent:
    return CollectionContent(
        collection_id=document["_id"],
        html=document.get("html", ""),
        description=document.get("description", ""),
        image=image_of(document.get("image")),
        seo=seo_of(document.get("seo")),
        metafields=metafields_of(document),
    )


def menu_of(document: Document) -> Menu:
    """A menu from its stored form."""
    handle, items = menu_handle(document["_id"]), _items(document["items"], MAX_MENU_DEPTH)
    return Menu(handle, handle, document["title"], items, document.get("version", 0))


def _menu_of_platform(menus: Mapping[str, Menu], handle: str, platform: Platform | None) -> Menu | None:
    own = None if platform is None else menus.get(menu_key(handle, platform))
    return menus.get(handle) if own is None else replace(own, platform=platform)


def _items(documents: Sequence[Document], depth: int) -> tuple[MenuItem, ...]:
    if depth == 0:
        return ()
    return tuple(_item(document, depth) for document in documents)


def _item(document: Document, depth: int) -> MenuItem:
    return MenuItem(
        id=document["id"],
        title=document["title"],
        url=document["url"],
        kind=document.get("kind", "HTTP"),
        resource=document.get("resource"),
        tags=tuple(document.get("tags", ())),
        items=_items(document.get("items", ()), depth - 1),
    )


def _page(document: Document) -> ContentPage:
    return ContentPage(
        id=document["_id"],
        handle=document["_id"],
        title=document["title"],
        html=document["html"],
        summary=document["summary"],
        created_at=document["created_at"],
        updated_at=document["updated_at"],
        seo=seo_of(document.get("seo")),
        metafields=metafields_of(document),
    )


def _shop(document: Document) -> Shop:
    policies: list[Any] = document.get("policies", [])
    return Shop(
        name=document["name"],
        description=document["description"],
        url=document["url"],
        currency=document["currency"],
        logo=image_of(document.get("logo")),
        policies=tuple(Policy(p["id"], p["handle"], p["title"], p["html"], p["url"]) for p in policies),
        brand=_brand(document.get("brand") or {}),
        metafields=metafields_of(document),
    )


def _brand(document: Document) -> Brand:
    return Brand(
        document.get("slogan"),
        document.get("short_description"),
        image_of(document.get("cover")),
        image_of(document.get("square_logo")),
        tuple((back, front) for back, front in document.get("primary", ())),
        tuple((back, front) for back, front in document.get("secondary", ())),
    )
