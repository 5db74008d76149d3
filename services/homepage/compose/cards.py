"""Product cards, and the choice of cards that a section shows."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from datasources.catalog.reads import Catalog
from datasources.content.reads import Content
from domain.catalog.records import Collection, Product, ProductContent, Variant
from domain.homepage.records import ProductCard
from domain.homepage.sources import SoldOut
from domain.kit.ids import global_id
from domain.territories.markets import Territory


class CardReader:
    """Reads cards with prices of a territory."""

    def __init__(self, catalog: Catalog, content: Content) -> None:
        self._catalog = catalog
        self._content = content

    async def read(self, product_ids: Iterable[int], territory: Territory) -> dict[int, ProductCard]:
        """Cards by product. A product that is not listed or has no price gets no card."""
        ids = sorted(product_ids)
        if not ids:
            return {}
        products, contents, variants, memberships = await asyncio.gather(
            self._catalog.products.by_id(ids),
            self._content.products(ids),
            self._catalog.variants.by_product(ids, territory),
            self._catalog.collections.by_product(ids),
        )
        return {
            product.id: _card(product, content, own, categories)
            for product, content, own, categories in zip(products, contents, variants, memberships, strict=True)
            if product is not None and product.is_listed and own
        }


def _card(
    product: Product, content: ProductContent, variants: Sequence[Variant], categories: Sequence[Collection]
) -> ProductCard:
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


class Picker:
    """Picks cards from lists. It records every product that it considers: a change of any may change the choice."""

    def __init__(self, cards: Mapping[int, ProductCard]) -> None:
        self._cards = cards
        self.considered: set[int] = set()

    def pick(self, product_ids: Iterable[int], size: int, sold_out: SoldOut) -> tuple[ProductCard, ...]:
        """The first `size` cards of a list that the section may show."""
        picked: list[ProductCard] = []
        for product_id in product_ids:
            if len(picked) == size:
                break
            self.considered.add(product_id)
            card = self._cards.get(product_id)
            if card is not None and (card.available_for_sale or sold_out is SoldOut.SHOW):
                picked.append(card)
        return tuple(picked)
