"""Holds a page against the catalog: what it names that the shop does not have."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from datasources.catalog.reads import Catalog
from datasources.content.reads import Content
from domain.homepage.sources import MenuSource, PlainSource, ProductsSource, SectionSource, ShelfSource, Timed
from domain.kit.refusals import Refusal, refuse

K = TypeVar("K", int, str)


class PageReferences:
    """Reads what pages name."""

    def __init__(self, catalog: Catalog, content: Content) -> None:
        self._catalog = catalog
        self._content = content

    async def resolved(self, sections: Sequence[SectionSource]) -> tuple[SectionSource, ...]:
        """The sections with keys for the handles of products. Refused: NOT_FOUND for a handle that is none."""
        named = [source for source in map(plain, sections) if isinstance(source, ProductsSource)]
        handles = sorted({one for source in named for one in source.products if isinstance(one, str)})
        if not handles:
            return tuple(sections)
        found = await self._catalog.products.by_handle(handles)
        keys = {product.handle: product.id for product in found if product is not None}
        for source in named:
            if missing := [one for one in source.products if isinstance(one, str) and one not in keys]:
                raise refuse("NOT_FOUND", f"There is no product {missing[0]}.", "sections", source.id)
        return tuple(_with_keys(section, keys) for section in sections)

    async def warnings(self, menu: str, sections: Sequence[SectionSource]) -> tuple[Refusal, ...]:
        """A reason for each thing that the page names and the shop does not have now: it would be left out."""
        sources = [plain(section) for section in sections]
        menus = [(menu, ("menu",)), *((s.menu, ("sections", s.id)) for s in sources if isinstance(s, MenuSource))]
        shelves = [(s.collection, ("sections", s.id)) for s in sources if isinstance(s, ShelfSource)]
        products = [(key, ("sections", s.id)) for s in sources if isinstance(s, ProductsSource) for key in s.keys]
        known_menus = await self._content.menus(_each(name for name, _ in menus))
        known_collections = await self._catalog.collections.by_handle(_each(name for name, _ in shelves))
        known_products = await self._catalog.products.by_id(_each(key for key, _ in products))
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
    products = tuple(dict.fromkeys(keys[one] if isinstance(one, str) else one for one in source.products))
    chosen = replace(source, products=products)
    return replace(section, section=chosen) if isinstance(section, Timed) else chosen


def _each(names: Iterable[K]) -> list[K]:
    return list(dict.fromkeys(names))


def _missing(kind: str, name: object, field: tuple[str, ...]) -> Refusal:
    return Refusal("NOT_FOUND", f"There is no {kind} {name}; it will be left out.", field)
