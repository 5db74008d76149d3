"""Composes a homepage from its document: the same number of statements whatever the number of sections."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from datasources.catalog import Catalog, CollectionPage
from datasources.content import Content
from domain.catalog import Collection, Product, ProductContent, ProductSort, Variant
from domain.content import MenuItem
from domain.homepage import (
    HomepageDocument,
    HomepageKey,
    HomepageRecord,
    MenuEntry,
    ProductCard,
    Section,
    SectionSource,
    Shelf,
    ShelfSource,
    TopCategories,
    TopCategoriesSource,
)
from domain.ids import global_id
from domain.paging import PageRequest
from domain.territories import Territory


@dataclass(frozen=True, slots=True)
class _Found:
    """What the sections of one page need, read at once; `cards` are of best sellers, by the collection's handle."""

    by_handle: Mapping[str, Collection]
    best: Sequence[Collection]
    cards: Mapping[str, Sequence[ProductCard]]


class Composer:
    """Reads menus, collections and products of a page and puts them together."""

    def __init__(self, catalog: Catalog, content: Content) -> None:
        self._catalog = catalog
        self._content = content

    async def compose(
        self, key: HomepageKey, document: HomepageDocument, territory: Territory, built_at: datetime
    ) -> HomepageRecord:
        """The page with prices of the territory. What is missing is left out, and so are shelves without products."""
        (menu,) = await self._content.menus([document.menu])
        found = await self._found(document.sections, territory)
        sections = (_section(source, found) for source in document.sections)
        return HomepageRecord(
            territory=key.territory,
            platform=key.platform,
            version=document.version,
            built_at=built_at,
            menu=tuple(map(_entry, menu.items)) if menu else (),
            sections=tuple(section for section in sections if section is not None),
        )

    async def _found(self, sources: Sequence[SectionSource], territory: Territory) -> _Found:
        shelves = [source for source in sources if isinstance(source, ShelfSource)]
        tops = [source for source in sources if isinstance(source, TopCategoriesSource)]
        handles = sorted({shelf.collection for shelf in shelves})
        named, best = await asyncio.gather(
            self._catalog.collections_by_handle(handles),
            self._catalog.best_selling_collections(max((top.categories for top in tops), default=0)),
        )
        by_handle = {collection.handle: collection for collection in named if collection is not None}
        collections = {collection.id: collection for collection in (*by_handle.values(), *best)}
        # All ask for the largest size, so that one statement answers all.
        size = max((*(shelf.size for shelf in shelves), *(top.size for top in tops)), default=0)
        cards = await self._cards(list(collections.values()), size, territory)
        return _Found(by_handle, best, cards)

    async def _cards(
        self, collections: Sequence[Collection], size: int, territory: Territory
    ) -> dict[str, list[ProductCard]]:
        asked = PageRequest(size)
        pages = await self._catalog.products_in_collections(
            [CollectionPage(collection.id, asked, ProductSort.BEST_SELLING, True) for collection in collections]
        )
        products = {product.id: product for page in pages for product in page.items}
        ids = sorted(products)
        contents, variants, memberships = await asyncio.gather(
            self._content.products(ids),
            self._catalog.variants_by_product(ids, territory),
            self._catalog.collections_by_product(ids),
        )
        cards = {
            product_id: _card(products[product_id], content, own, categories)
            for product_id, content, own, categories in zip(ids, contents, variants, memberships, strict=True)
        }
        return {
            collection.handle: [card for product in page.items if (card := cards[product.id]) is not None]
            for collection, page in zip(collections, pages, strict=True)
        }


def _card(
    product: Product, content: ProductContent, variants: Sequence[Variant], categories: Sequence[Collection]
) -> ProductCard | None:
    """A product without any price is not shown."""
    if not variants:
        return None
    cheapest = min(variants, key=lambda variant: variant.price.minor)
    return ProductCard(
        id=global_id("Product", product.id),
        handle=product.handle,
        title=product.title,
        image=content.images[0] if content.images else None,
        price=cheapest.price,
        compare_at_price=cheapest.compare_at,
        available_for_sale=any(variant.available_for_sale for variant in variants),
        categories=tuple(category.handle for category in categories),
    )


def _section(source: SectionSource, found: _Found) -> Section | None:
    if isinstance(source, ShelfSource):
        collection = found.by_handle.get(source.collection)
        return None if collection is None else _shelf(source.id, source.title, collection, source.size, found)
    if isinstance(source, TopCategoriesSource):
        best = found.best[: source.categories]
        shelves = (_shelf(f"{source.id}-{c.handle}", c.title, c, source.size, found) for c in best)
        categories = tuple(shelf for shelf in shelves if shelf is not None)
        return TopCategories(source.id, source.title, categories) if categories else None
    return source


def _shelf(section_id: str, title: str, collection: Collection, size: int, found: _Found) -> Shelf | None:
    cards = tuple(found.cards[collection.handle][:size])
    return Shelf(section_id, title, collection.handle, cards) if cards else None


def _entry(item: MenuItem) -> MenuEntry:
    return MenuEntry(item.title, item.url, tuple(map(_entry, item.items)))
