"""Compares a page with the catalog and finds what it names but the shop does not have."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from datasources.catalog.reads import Catalog
from datasources.content.reads import Content
from domain.homepage.kinds import needs_of
from domain.homepage.sources import SectionSource, Timed, kind_of, plain
from domain.kit.refusals import Path, Refusal, RefusalCode, each

K = TypeVar("K", int, str)


class PageReferences:
    """Reads the objects that pages name."""

    def __init__(self, catalog: Catalog, content: Content) -> None:
        self._catalog = catalog
        self._content = content

    async def resolved(self, sections: Sequence[SectionSource]) -> tuple[SectionSource, ...]:
        """The sections with product keys in place of handles. Refused: NOT_FOUND for an unknown handle."""
        handles = sorted(set(needs_of(map(plain, sections)).product_handles))
        if not handles:
            return tuple(sections)
        found = await self._catalog.products.by_handle(handles)
        keys = {product.handle: product.id for product in found if product is not None}
        return each("sections", sections, lambda section: _with_keys(section, keys))

    async def warnings(self, menu: str, sections: Sequence[SectionSource]) -> tuple[Refusal, ...]:
        """One warning for each object that the page names but the shop does not have now; the page would omit it."""
        menus: list[tuple[str, Path]] = [(menu, ("menu",))]
        shelves: list[tuple[str, Path]] = []
        products: list[tuple[int, Path]] = []
        for position, source in enumerate(map(plain, sections)):
            needs, kind = source.needs, kind_of(source)
            menus += [(name, ("sections", position, *kind.path("menu"))) for name in needs.menus]
            shelves += [(name, ("sections", position, *kind.path("collection"))) for name in needs.collections]
            products += [(key, ("sections", position, *kind.path("products"))) for key in needs.products]
        known_menus = await self._content.menus(_distinct(name for name, _ in menus))
        known_collections = await self._catalog.collections.by_handle(_distinct(name for name, _ in shelves))
        known_products = await self._catalog.products.by_id(_distinct(key for key, _ in products))
        has_menu = {one.handle for one in known_menus if one is not None}
        has_collection = {one.handle for one in known_collections if one is not None}
        has_product = {one.id for one in known_products if one is not None and one.is_listed}
        return (
            *(_missing("menu", name, at) for name, at in menus if name not in has_menu),
            *(_missing("collection", name, at) for name, at in shelves if name not in has_collection),
            *(_missing("product for sale with the id", key, at) for key, at in products if key not in has_product),
        )


def _with_keys(section: SectionSource, keys: dict[str, int]) -> SectionSource:
    if isinstance(section, Timed):
        return replace(section, section=section.section.with_keys(keys))
    return section.with_keys(keys)


def _distinct(names: Iterable[K]) -> list[K]:
    return list(dict.fromkeys(names))


def _missing(kind: str, name: object, path: Path) -> Refusal:
    return Refusal(RefusalCode.NOT_FOUND, f"There is no {kind} {name}; it will be left out.", path)
