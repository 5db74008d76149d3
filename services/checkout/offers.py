"""Reads the data for the offer of one cart inside a transaction."""

from collections.abc import Mapping, Sequence

from datasources.catalog.reads import Catalog
from datasources.discounts import codes as discounts
from datasources.discounts import usages
from datasources.kit.database import Tx
from domain.accounts import Viewer
from domain.cart import Cart, territory_of
from domain.catalog.records import Variant
from domain.checkout.offers import Knowledge, Offer, offer_of, usage_keys
from domain.discounts.rules import Discount
from domain.discounts.usages import UsageKey, buyer_key
from domain.territories.markets import Territories, Territory
from services.territories import rules_for


class Offers:
    """Offers of carts as a transaction sees them."""

    def __init__(self, catalog: Catalog, territories: Territories) -> None:
        self._catalog = catalog
        self._territories = territories

    async def of_cart(self, tx: Tx, viewer: Viewer, cart: Cart, territory: Territory) -> Offer:
        """The offer of the cart; `territory` is where the viewer is, see `territory_of`."""
        market = territory_of(cart, self._territories, territory)
        variants = await self.variants(tx, [line.variant_id for line in cart.lines], market)
        named = await discounts.by_codes(tx, cart.discount_codes) if cart.discount_codes else {}
        buyer = buyer_of(viewer, cart)
        keys = sorted(usage_keys(cart, buyer, variants, named))
        used = await usages.used(tx, keys) if keys else {}
        return offer_of(cart, market, self._territories.default, buyer, knowledge(cart, variants, named, used))

    async def variants(self, tx: Tx, variant_ids: Sequence[int], territory: Territory) -> dict[int, Variant]:
        """The variants that are for sale in a territory."""
        wanted = sorted(set(variant_ids))
        found = await self._catalog.variants.for_sale(tx, wanted, territory) if wanted else []
        return {variant.id: variant for variant in found if variant is not None}

    async def visible(self, tx: Tx, variant_ids: Sequence[int]) -> set[int]:
        """The variants of products that shoppers see in any territory."""
        return await self._catalog.variants.of_visible(tx, sorted(set(variant_ids)))


def knowledge(
    cart: Cart, variants: Mapping[int, Variant], named: Mapping[str, Discount], used: Mapping[UsageKey, int]
) -> Knowledge:
    """What an offer of the cart is made from."""
    destination = cart.destination
    return Knowledge(variants, named, used, rules_for(None if destination is None else destination.address))


def customer_of(viewer: Viewer, cart: Cart) -> int | None:
    """The account of the buyer; None for a guest."""
    return cart.customer_id if viewer.customer_id is None else viewer.customer_id


def buyer_of(viewer: Viewer, cart: Cart) -> str | None:
    """The buyer for whom uses are counted."""
    return buyer_key(customer_of(viewer, cart), cart.email)
