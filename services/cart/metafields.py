"""Metafields of carts: what other applications keep with a cart."""

from collections.abc import Sequence

from datasources import cart as carts
from datasources.kit.database import Tx
from domain.accounts import Viewer
from domain.cart import Cart, NewMetafield
from domain.checkout.offers import Offer
from domain.kit.metafields import AttachedMetafield
from domain.kit.refusals import RefusalCode, refuse
from domain.territories.markets import Territory
from services.cart.checks import MAX_METAFIELDS, metafield_texts
from services.cart.quotes import QuotedCarts
from services.kit.clock import utc_now


class CartMetafieldService:
    """Changes of carts like all others: locked, then quoted."""

    def __init__(self, carts: QuotedCarts) -> None:
        self._carts = carts

    async def put(self, viewer: Viewer, territory: Territory, cart_id: str, new: Sequence[NewMetafield]) -> Offer:
        """Sets metafields and leaves the others as they are. Refused: TOO_LONG, INVALID, BLANK."""
        checked = metafield_texts(new)

        async def put(tx: Tx, cart: Cart) -> None:
            await carts.set_metafields(tx, cart.id, with_new(cart.metafields, checked))

        return await self._carts.change(viewer, territory, cart_id, put)

    async def delete(self, viewer: Viewer, territory: Territory, cart_id: str, namespace: str, key: str) -> Offer:
        """Removes a metafield. Refused: NOT_FOUND."""

        async def delete(tx: Tx, cart: Cart) -> None:
            kept = [one for one in cart.metafields if (one.namespace, one.key) != (namespace, key)]
            if len(kept) == len(cart.metafields):
                raise refuse(RefusalCode.NOT_FOUND, "The cart has no such metafield.", "key")
            await carts.set_metafields(tx, cart.id, kept)

        return await self._carts.change(viewer, territory, cart_id, delete)


def with_new(kept: Sequence[AttachedMetafield], new: Sequence[NewMetafield]) -> tuple[AttachedMetafield, ...]:
    """The metafields with new ones, the last of several equal names. Refused: TOO_LONG."""
    now, found = utc_now(), {(one.namespace, one.key): one for one in kept}
    for one in new:
        old = found.get((one.namespace, one.key))
        created_at = now if old is None else old.created_at
        found[one.namespace, one.key] = AttachedMetafield(one.namespace, one.key, one.type, one.value, created_at, now)
    if len(found) > MAX_METAFIELDS:
        message = f"A cart must have at most {MAX_METAFIELDS} metafields."
        raise refuse(RefusalCode.TOO_LONG, message, "metafields")
    return tuple(found.values())
