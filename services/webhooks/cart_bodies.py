"""Reads carts as others than their shoppers see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from datasources import cart as carts
from datasources.catalog.reads import Catalog
from datasources.kit.database import Database, Tx
from domain.accounts import Viewer
from domain.checkout.offers import Offer
from domain.territories.markets import Territories
from domain.webhooks.bodies import Body
from domain.webhooks.cart_bodies import cart_body
from services.checkout.offers import Offers


@dataclass(frozen=True, slots=True)
class CartBodies:
    """Carts at the prices of now. `territories` are those whose prices they have."""

    database: Database
    catalog: Catalog
    territories: Territories

    async def by_id(self, ids: Sequence[str]) -> dict[str, Body]:
        """The bodies of those that exist."""
        offers = await self.database.transact(lambda tx: self._offers(tx, ids))
        product_ids = sorted({each.item.variant.product_id for offer in offers for each in offer.price.items})
        found = await self.catalog.products.of_any_status(product_ids) if product_ids else []
        texts = {product.id: (product.title, product.vendor) for product in found if product is not None}
        return {offer.cart.id: cart_body(offer, texts) for offer in offers}

    async def _offers(self, tx: Tx, ids: Sequence[str]) -> list[Offer]:
        offers, default = Offers(self.catalog, self.territories), self.territories.default
        found = await carts.carts_by_id(tx, ids)
        return [await offers.of_cart(tx, Viewer(), cart, default) for cart in found if cart is not None]
