"""Where the goods of a cart go and how, and whether the cart can be bought as it is."""

from collections.abc import Callable, Sequence

from datasources import cart as carts
from datasources.kit.database import Tx
from domain.accounts import Viewer
from domain.cart import Cart
from domain.catalog.records import Variant
from domain.checkout.commands import NotReady, Ready, Throttled
from domain.checkout.offers import ENDLESS, out_of_stock, reasons, short_of
from domain.kit.refusals import Refusal, RefusalCode, refuse
from domain.territories.delivery import CartAddress, ChangeAddress, NewAddress
from domain.territories.markets import Territory
from services.cart import addresses as cart_addresses
from services.cart.quotes import QuotedCarts

Change = Callable[[Sequence[CartAddress]], tuple[CartAddress, ...]]


class CartDeliveryService:
    """Changes of carts like any other: locked, and quoted afterwards. `busy` says for how long no cart is bought."""

    def __init__(self, carts: QuotedCarts, busy: Callable[[], float | None]) -> None:
        self._carts = carts
        self._busy = busy

    async def add_addresses(
        self, viewer: Viewer, territory: Territory, cart_id: str, addresses: Sequence[NewAddress]
    ) -> Cart:
        """Adds addresses; the goods go to the selected one, prices are those there.

        Refused: TOO_MANY_ADDRESSES, TOO_LONG, DELIVERY_ADDRESS_INCOMPLETE.
        """
        cart_addresses.check(addresses)
        return await self._readdress(viewer, territory, cart_id, lambda kept: cart_addresses.added(kept, addresses))

    async def update_addresses(
        self, viewer: Viewer, territory: Territory, cart_id: str, changes: Sequence[ChangeAddress]
    ) -> Cart:
        """Changes addresses. Refused: ADDRESS_NOT_FOUND and as for adding."""
        cart_addresses.check(changes)
        return await self._readdress(viewer, territory, cart_id, lambda kept: cart_addresses.changed(kept, changes))

    async def remove_addresses(self, viewer: Viewer, territory: Territory, cart_id: str, ids: Sequence[str]) -> Cart:
        """Removes addresses. Refused: ADDRESS_NOT_FOUND."""
        return await self._readdress(viewer, territory, cart_id, lambda kept: cart_addresses.removed(kept, ids))

    async def _readdress(self, viewer: Viewer, territory: Territory, cart_id: str, change: Change) -> Cart:
        async def readdress(tx: Tx, cart: Cart) -> None:
            await carts.set_addresses(tx, cart.id, change(cart.addresses))

        return await self._carts.change(viewer, territory, cart_id, readdress)

    async def choose(self, viewer: Viewer, territory: Territory, cart_id: str, handle: str) -> Cart:
        """Chooses one of the ways of sending that are open to the cart. Refused: INVALID_DELIVERY_OPTION."""

        async def choose(tx: Tx, cart: Cart) -> None:
            offer = await self._carts.offers.of_cart(tx, viewer, cart, territory)
            if handle not in {each.option.handle for each in offer.price.options}:
                message = "These goods are not sent that way."
                raise refuse(RefusalCode.INVALID_DELIVERY_OPTION, message, "handle")
            await carts.set_delivery(tx, cart.id, handle)

        return await self._carts.change(viewer, territory, cart_id, choose)

    async def prepare(self, viewer: Viewer, territory: Territory, cart_id: str) -> Ready | NotReady | Throttled:
        """Whether the cart could be bought as it is; the total that it is answered with is what a submit will charge.

        Refused: INVALID for a cart that does not exist, CART_COMPLETED.
        """
        if (poll_after := self._busy()) is not None:
            return Throttled(poll_after)
        found: tuple[Refusal, ...] = ()

        async def look(tx: Tx, cart: Cart) -> None:
            nonlocal found
            offer = await self._carts.offers.of_cart(tx, viewer, cart, territory)
            left = {key: _left(variant) for key, variant in offer.known.variants.items()}
            found = (*reasons(offer), *out_of_stock(cart, short_of(cart, left)))

        cart = await self._carts.change(viewer, territory, cart_id, look)
        return NotReady(cart, found) if found else Ready(cart)


def _left(variant: Variant) -> int:
    return variant.available if variant.sells_out else ENDLESS
