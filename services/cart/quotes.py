"""Every change of a cart locks its row and stores the total in the answer as the quote.

A change returns the offer behind the quote, so that showing the cart does not price it again.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from datasources import cart as carts
from datasources.catalog.reads import Catalog
from datasources.checkout.gate import StockGate
from datasources.kit.database import Database, Tx
from datasources.webhooks.reports import CartReports
from domain.accounts import Viewer
from domain.cart import Cart, may_use, territory_of
from domain.catalog.records import Variant
from domain.checkout.offers import Offer
from domain.kit.money import Money
from domain.kit.refusals import RefusalCode, refuse
from domain.territories.markets import Territories, Territory
from services.checkout.offers import Offers
from services.kit.clock import utc_now

# The largest number that a database stores. Orders have a far lower limit.
MAX_QUOTE = 2**63 - 1


class QuotedCarts:
    """Runs each change of a cart in one transaction, then quotes the changed cart."""

    def __init__(self, database: Database, catalog: Catalog, territories: Territories, gate: StockGate | None) -> None:
        self._database = database
        self.offers = Offers(catalog, territories)
        self._territories = territories
        self._gate = gate
        self._reports = CartReports()

    async def create(
        self, viewer: Viewer, territory: Territory, cart_id: str, fill: Callable[[Tx], Awaitable[None]]
    ) -> Offer:
        """A new cart, made by `fill`. Refused: TOTAL_TOO_HIGH and what `fill` refuses."""

        async def create(tx: Tx) -> Offer:
            await fill(tx)
            await self._reports.report(tx, cart_id, is_new=True)
            return await self._quoted(tx, viewer, cart_id, territory)

        return await self._database.transact(create)

    async def change(
        self,
        viewer: Viewer,
        territory: Territory,
        cart_id: str,
        change: Callable[[Tx, Cart], Awaitable[None]] | None,
    ) -> Offer:
        """Changes a cart, its row locked, and quotes it; without a change only the latter.

        Refused: INVALID, CART_COMPLETED and what `change` refuses.
        """

        async def locked(tx: Tx) -> Offer:
            cart = await carts.lock(tx, cart_id, utc_now())
            if cart is None or not may_use(viewer, cart):
                raise refuse(RefusalCode.INVALID, "The specified cart does not exist.", "cart")
            if cart.order_id is not None:
                raise refuse(RefusalCode.CART_COMPLETED, "This cart has already become an order.", "cart")
            if change is not None:
                await change(tx, cart)
                await self._reports.report(tx, cart_id)
            return await self._quoted(tx, viewer, cart_id, territory)

        changed = await self._database.transact(locked)
        if self._gate is not None:
            await self._gate.changed(cart_id)
        return changed

    async def _quoted(self, tx: Tx, viewer: Viewer, cart_id: str, territory: Territory) -> Offer:
        """The offer. Its total is stored as the quote, so that a submit charges no other total.

        Lines of products that the shop has taken off sale leave the cart. The offer names them.
        """
        cart = await read(tx, cart_id)
        offer = await self.offers.of_cart(tx, viewer, cart, territory)
        if unsold := [line for line in cart.lines if line.variant_id not in offer.known.variants]:
            kept = await self.offers.visible(tx, [line.variant_id for line in unsold])
            dropped = tuple(line for line in unsold if line.variant_id not in kept)
            await carts.remove_lines(tx, cart_id, [line.id for line in dropped])
            cart = replace(cart, lines=tuple(line for line in cart.lines if line not in dropped))
            offer = replace(offer, dropped=dropped)
        total = offer.price.total
        if total.minor > MAX_QUOTE:
            most = Money(MAX_QUOTE, total.currency)
            message = f"The total of a cart must be at most {most.decimal} {most.currency}."
            raise refuse(RefusalCode.TOTAL_TOO_HIGH, message, "cart")
        if total != cart.quote:
            await carts.set_quote(tx, cart_id, total)
        return replace(offer, cart=replace(cart, quote=total))

    async def variants(
        self, tx: Tx, cart: Cart, variant_ids: Sequence[int], territory: Territory
    ) -> dict[int, Variant]:
        """The variants that are for sale in the territory of the cart's buyer."""
        return await self.offers.variants(tx, variant_ids, territory_of(cart, self._territories, territory))


async def read(tx: Tx, cart_id: str) -> Cart:
    """An existing cart, as this transaction sees it."""
    cart = (await carts.carts_by_id(tx, [cart_id]))[0]
    assert cart is not None
    return cart
