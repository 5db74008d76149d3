"""The delivery of a cart, and whether the cart can be bought as it is."""

from collections.abc import Callable, Sequence

from datasources import cart as carts
from datasources.kit.database import Tx
from domain.accounts import Viewer
from domain.cart import Cart
from domain.catalog.records import Variant
from domain.checkout.commands import CartNotReady, CartReady, Throttled
from domain.checkout.offers import ENDLESS, Offer, out_of_stock, reasons, short_of
from domain.kit.refusals import RefusalCode, refuse
from domain.territories.delivery import ChangeAddress, NewAddress
from domain.territories.markets import Territory
from services.cart import addresses as cart_addresses
from services.cart.copies import with_copies
from services.cart.quotes import QuotedCarts


class CartDeliveryService:
    """Changes of carts like all others: locked, then quoted. While no carts can be bought, `busy` gives the seconds."""

    def __init__(self, carts: QuotedCarts, busy: Callable[[], float | None]) -> None:
        self._carts = carts
        self._busy = busy

    async def add_addresses(
        self, viewer: Viewer, territory: Territory, cart_id: str, addresses: Sequence[NewAddress]
    ) -> Offer:
        """Adds addresses. The cart ships to the selected one and has the prices of its territory.

        Refused: TOO_MANY_ADDRESSES, TOO_LONG, DELIVERY_ADDRESS_INCOMPLETE.
        """
        cart_addresses.check(addresses)

        async def add(tx: Tx, cart: Cart) -> None:
            full = await with_copies(tx, addresses, viewer.customer_id)
            await carts.set_addresses(tx, cart.id, cart_addresses.added(cart.addresses, full))

        return await self._carts.change(viewer, territory, cart_id, add)

    async def replace_addresses(
        self, viewer: Viewer, territory: Territory, cart_id: str, addresses: Sequence[NewAddress]
    ) -> Offer:
        """Puts addresses in the place of all that the cart has. Refused: as for adding."""
        cart_addresses.check(addresses)

        async def put(tx: Tx, cart: Cart) -> None:
            full = await with_copies(tx, addresses, viewer.customer_id)
            await carts.set_addresses(tx, cart.id, cart_addresses.added((), full))

        return await self._carts.change(viewer, territory, cart_id, put)

    async def update_addresses(
        self, viewer: Viewer, territory: Territory, cart_id: str, changes: Sequence[ChangeAddress]
    ) -> Offer:
        """Changes addresses. Refused: ADDRESS_NOT_FOUND and as for adding."""
        cart_addresses.check(changes)

        async def update(tx: Tx, cart: Cart) -> None:
            full = await with_copies(tx, changes, viewer.customer_id)
            await carts.set_addresses(tx, cart.id, cart_addresses.changed(cart.addresses, full))

        return await self._carts.change(viewer, territory, cart_id, update)

    async def remove_addresses(self, viewer: Viewer, territory: Territory, cart_id: str, ids: Sequence[str]) -> Offer:
        """Removes addresses. Refused: TOO_MANY_ADDRESSES, ADDRESS_NOT_FOUND."""

        async def remove(tx: Tx, cart: Cart) -> None:
            await carts.set_addresses(tx, cart.id, cart_addresses.removed(cart.addresses, ids))

        return await self._carts.change(viewer, territory, cart_id, remove)

    async def choose(self, viewer: Viewer, territory: Territory, cart_id: str, handle: str) -> Offer:
        """Chooses one of the cart's delivery options. Refused: INVALID_DELIVERY_OPTION."""

        async def choose(tx: Tx, cart: Cart) -> None:
            offer = await self._carts.offers.of_cart(tx, viewer, cart, territory)
            if handle not in {each.option.handle for each in offer.price.options}:
                message = "This delivery option is not available for the cart."
                raise refuse(RefusalCode.INVALID_DELIVERY_OPTION, message, "handle")
            await carts.set_delivery(tx, cart.id, handle)

        return await self._carts.change(viewer, territory, cart_id, choose)

    async def prepare(self, viewer: Viewer, territory: Territory, cart_id: str) -> CartReady | CartNotReady | Throttled:
        """Whether the cart can be bought as it is. A submit will charge the total in this answer, or nothing.

        Refused: INVALID for a cart that does not exist, CART_COMPLETED.
        """
        if (poll_after := self._busy()) is not None:
            return Throttled(poll_after)
        offer = await self._carts.change(viewer, territory, cart_id, None)
        left = {key: _left(variant) for key, variant in offer.known.variants.items()}
        found = (*reasons(offer), *out_of_stock(offer.lines, short_of(offer.cart, left)))
        return CartNotReady(offer, found) if found else CartReady(offer)


def _left(variant: Variant) -> int:
    return variant.available if variant.sells_out else ENDLESS
