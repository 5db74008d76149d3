"""Holds a page against the catalog: what it names that the shop does not have."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from datasources.catalog.reads import Catalog
from datasources.content.reads import Content
from domain.homepage.sources import MenuSource, PlainSource, ProductsSource, SectionSource, ShelfSource, Timed
from domain.kit.refusals import Path, Refusal, RefusalCode, each, refuse

K = TypeVar("K", int, str)


class PageReferences:
    """Reads what pages name."""

    def __init__(self, catalog: Catalog, content: Content) -> None:
        self._catalog = catalog
        self._content = content

    async def resolved(self, sections: Sequence[SectionSource]) -> tuple[SectionSource, ...]:
        """The sections with keys for the handles of products. Refused: NOT_FOUND for a handle that is none."""
        named = [source.products for source in map(plain, sections) if isinstance(source, ProductsSource)]
        handles = sorted({one for products in named for one in products if isinstance(one, str)})
        if not handles:
            return tuple(sections)
        found = await self._catalog.products.by_handle(handles)
        keys = {product.handle: product.id for product in found if product is not None}
        return each("sections", sections, lambda section: _with_keys(section, keys))

    async def warnings(self, menu: str, sections: Sequence[SectionSource]) -> tuple[Refusal, ...]:
        """A reason for each thing that the page names and the shop does not have now: it would be left out."""
        menus: list[tuple[str, Path]] = [(menu, ("menu",))]
        shelves: list[tuple[str, Path]] = []
        products: list[tuple[int, Path]] = []
        for position, source in enumerate(map(plain, sections)):
            match source:
                case MenuSource():
                    menus.append((source.menu, ("sections", position, "menu")))
                case ShelfSource():
                    shelves.append((source.collection, ("sections", position, "shelf", "collection")))
                case ProductsSource():
                    products += [(key, ("sections", position, "products", "products")) for key in source.keys]
        known_menus = await self._content.menus(_distinct(name for name, _ in menus))
        known_collections = await self._catalog.collections.by_handle(_distinct(name for name, _ in shelves))
        known_products = await self._catalog.products.by_id(_distinct(key for key, _ in products))
        has_menu = {one.handle for one in known_menus if one is not None}
        has_collection = {one.handle for one in known_collections if one is not None}
        has_product = {one.id for one in known_products if one is not None}
        return (
            *(_missing("menu", name, at) for name, at in menus if name not in has_menu),
            *(_missing("collection", name, at) for name, at in shelves if name not in has_collection),
            *(_missing("product for sale with the id", key, at) for key, at in products if key not in has_product),
        )


def plain(section: SectionSource) -> PlainSource:
    """The section without its times."""
    return section.section if isinstance(section, Timed) else section


def _with_keys(section: SectionSource, keys: dict[str, int]) -> SectionSource:
    source = plain(section)
    if not isinstance(source, ProductsSource):
        return section
    found = each(("products", "products"), source.products, lambda one: _key(one, keys))
    chosen = replace(source, products=tuple(dict.fromkeys(found)))
    return replace(section, section=chosen) if isinstance(section, Timed) else chosen


def _key(product: int | str, keys: dict[str, int]) -> int:
    if isinstance(product, str) and product not in keys:
        raise refuse(RefusalCode.NOT_FOUND, f"There is no product {product}.")
    return keys[product] if isinstance(product, str) else product


def _distinct(names: Iterable[K]) -> list[K]:
    return list(dict.fromkeys(names))


def _missing(kind: str, name: object, path: Path) -> Refusal:
    return Refusal(RefusalCode.NOT_FOUND, f"There is no {kind} {name}; it will be left out.", path)
