"""Writes content into the document store. Each method replaces whole documents, so repeating it changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from datasources.content.reads import Content
from datasources.kit.documents import Document, Documents
from domain.catalog.records import CollectionContent, Image, ProductContent, Seo
from domain.content import ContentPage, Menu, MenuItem, Shop
from domain.kit.ids import new_secret


class ContentStore:
    """Writes what `datasources.content.reads` reads; each command ends within the deadline of `documents`."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def products(self, ids: Sequence[int]) -> list[ProductContent]:
        """Stored contents in the order of `ids`. Raises `Unavailable`."""
        return await Content(self._documents).products(ids)

    async def put_products(self, contents: Mapping[int, ProductContent]) -> None:
        """Writes product contents by product id. Raises `Unavailable`; documents written before the failure stay."""
        await self._documents.put("products", {key: product_document(content) for key, content in contents.items()})

    async def put_collections(self, contents: Mapping[int, CollectionContent]) -> None:
        """Writes collection contents by collection id. Raises `Unavailable`."""
        await self._documents.put("collections", {key: _collection(content) for key, content in contents.items()})

    async def put_menu(self, menu: Menu) -> None:
        """Writes a menu under its handle. Raises `Unavailable`."""
        await self._documents.put("menus", {menu.handle: menu_document(menu)})

    async def put_page(self, page: ContentPage) -> None:
        """Writes a page under its handle. Raises `Unavailable`."""
        await self._documents.put("pages", {page.handle: _page(page)})

    async def put_shop(self, shop: Shop) -> None:
        """Writes the single document that describes the shop. Raises `Unavailable`."""
        await self._documents.put("shop", {"shop": _shop(shop)})


def image_document(image: Image | None) -> Document | None:
    """The stored form of an image; None where there is none."""
    return None if image is None else asdict(image)


def _seo(seo: Seo) -> Document:
    return asdict(seo)


def product_document(content: ProductContent) -> Document:
    """The stored form of the content of a product. `revision` changes with each write."""
    return {
        "revision": new_secret(),
        "html": content.html,
        "description": content.description,
        "tags": list(content.tags),
        "images": [image_document(image) for image in content.images],
        "seo": _seo(content.seo),
        "only_of_variants": list(content.only_of_variants),
    }


def _collection(content: CollectionContent) -> Document:
    return {
        "html": content.html,
        "description": content.description,
        "image": image_document(content.image),
        "seo": _seo(content.seo),
        "metafields": [asdict(one) for one in content.metafields],
    }


def menu_document(menu: Menu) -> Document:
    """The stored form of a menu."""
    return {"title": menu.title, "items": [_item(item) for item in menu.items]}


def _item(item: MenuItem) -> Document:
    return {
        "id": item.id,
        "title": item.title,
        "url": item.url,
        "kind": item.kind,
        "resource": item.resource,
        "tags": list(item.tags),
        "items": [_item(inner) for inner in item.items],
    }


def _page(page: ContentPage) -> Document:
    return {
        "title": page.title,
        "html": page.html,
        "summary": page.summary,
        "created_at": page.created_at,
        "updated_at": page.updated_at,
        "seo": _seo(page.seo),
        "metafields": [asdict(one) for one in page.metafields],
    }


def _shop(shop: Shop) -> Document:
    return {
        "name": shop.name,
        "description": shop.description,
        "url": shop.url,
        "currency": shop.currency,
        "logo": image_document(shop.logo),
        "policies": [asdict(policy) for policy in shop.policies],
        "brand": asdict(shop.brand),
        "metafields": [asdict(one) for one in shop.metafields],
    }
