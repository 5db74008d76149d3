"""Units that move between a wishlist and a cart, in one transaction with both locked: the cart first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from datasources import cart as carts
from datasources import wishlist as wishlists
from datasources.kit.database import Tx
from domain.accounts import Viewer
from domain.cart import MAX_LINES, MAX_QUANTITY, AddLine, Cart, CartLine, units_by_variant
from domain.catalog.records import Variant
from domain.checkout.offers import Offer
from domain.kit.refusals import RefusalCode, refuse
from domain.territories.markets import Territory
from domain.wishlist import (
    MAX_ITEMS,
    TOO_MANY_LINES,
    VARIANT_REQUIRED,
    Wishlist,
    WishlistItem,
    movable,
)
from services.cart.checks import too_many_lines
from services.cart.lines import CartService
from services.kit.clock import utc_now
from services.wishlist import checks
from services.wishlist.items import held_items, item_at, keep, locked


@dataclass(frozen=True, slots=True)
class Moved:
    """Cart and list after a move. `left` says of items whose units stayed, or of which some did, why."""

    offer: Offer
    wishlist: Wishlist
    left: tuple[tuple[WishlistItem, str], ...] = ()


class WishlistMoveService:
    """Moves units as far as the other side can take them."""

    def __init__(self, carts: CartService) -> None:
        self._carts = carts

    async def to_cart(
        self, viewer: Viewer, territory: Territory, wishlist_id: str, item_ids: Sequence[int], cart_id: str
    ) -> Moved:
        """Moves the units that are for sale. The others stay in the list.

        Refused: NOT_FOUND, TOO_MANY_WISHES, INVALID and CART_COMPLETED for the cart.
        """
        if len(item_ids) > MAX_ITEMS:
            raise checks.too_many_items()
        seen: list[tuple[Wishlist, tuple[tuple[WishlistItem, str], ...]]] = []

        async def move(tx: Tx, cart: Cart) -> None:
            wishlist = await locked(tx, viewer, wishlist_id)
            held = await held_items(tx, wishlist_id)
            asked = [item_at(held, item_id, position) for position, item_id in enumerate(item_ids)]
            seen.append((wishlist, await self._move(tx, cart, wishlist, list(dict.fromkeys(asked)), territory)))

        offer = await self._carts.quoted.change(viewer, territory, cart_id, move)
        return Moved(offer, *seen[-1])

    async def _move(
        self, tx: Tx, cart: Cart, wishlist: Wishlist, asked: Sequence[WishlistItem], territory: Territory
    ) -> tuple[tuple[WishlistItem, str], ...]:
        single = await wishlists.only_variants(tx, [item.product_id for item in asked if item.variant_id is None])
        chosen = {item: item.variant_id or single.get(item.product_id) for item in asked}
        wanted = [variant_id for variant_id in chosen.values() if variant_id is not None]
        parts = split(cart, chosen, await self._carts.quoted.variants(tx, cart, wanted, territory))
        await self._carts.add_within(
            tx, cart, [AddLine(chosen[item] or 0, units) for item, units, _ in parts if units], territory
        )
        await wishlists.remove_items(tx, wishlist.id, [item.id for item, units, _ in parts if units == item.quantity])
        rest = [replace(item, quantity=item.quantity - units) for item, units, _ in parts if 0 < units < item.quantity]
        await wishlists.change_items(tx, rest)
        return tuple((item, reason) for item, _, reason in parts if reason is not None)

    async def save_for_later(
        self, viewer: Viewer, territory: Territory, cart_id: str, line_ids: Sequence[int], wishlist_id: str
    ) -> Moved:
        """Moves lines of a cart to a list, where units of the same variant add up.

        Refused: INVALID and CART_COMPLETED for the cart, LINE_NOT_FOUND, NOT_FOUND, TOO_MANY_LINES, TOO_MANY_WISHES.
        """
        if len(line_ids) > MAX_LINES:
            raise too_many_lines()
        seen: list[Wishlist] = []

        async def save(tx: Tx, cart: Cart) -> None:
            lines = {line.id: line for line in cart.lines}
            for position, line_id in enumerate(line_ids):
                if line_id not in lines:
                    message = "The cart has no such line."
                    raise refuse(RefusalCode.LINE_NOT_FOUND, message, "lines", position, "line_id")
            seen.append(await locked(tx, viewer, wishlist_id))
            await _save(tx, wishlist_id, [line for line in cart.lines if line.id in set(line_ids)])
            await carts.remove_lines(tx, cart.id, line_ids)

        return Moved(await self._carts.quoted.change(viewer, territory, cart_id, save), seen[-1])


async def _save(tx: Tx, wishlist_id: str, lines: Sequence[CartLine]) -> None:
    units = units_by_variant(lines)
    products = await wishlists.products_of(tx, list(units))
    held = await held_items(tx, wishlist_id)
    known = {item.wished: item for item in held.values()}
    new = partial(WishlistItem, 0, quantity=0, note="", note_is_private=False, notify=False, created_at=utc_now())
    kept = []
    for variant_id, more in units.items():
        wished = products[variant_id], variant_id
        item = known.get(wished) or new(*wished)
        kept.append(replace(item, quantity=min(item.quantity + more, MAX_QUANTITY)))
    await keep(tx, wishlist_id, held, kept)


def split(
    cart: Cart, chosen: Mapping[WishlistItem, int | None], variants: Mapping[int, Variant]
) -> list[tuple[WishlistItem, int, str | None]]:
    """How many units of each item the cart can take, and why not all. Items are served in their order."""
    in_cart = units_by_variant(cart.lines)
    plain = {line.variant_id for line in cart.lines if not line.attributes}
    lines = len(cart.lines)
    parts: list[tuple[WishlistItem, int, str | None]] = []
    for item, variant_id in chosen.items():
        if variant_id is None:
            parts.append((item, 0, VARIANT_REQUIRED))
            continue
        has = in_cart.get(variant_id, 0)
        units, reason = movable(variants.get(variant_id), item.quantity, has)
        if units and variant_id not in plain:
            if lines == MAX_LINES:
                parts.append((item, 0, TOO_MANY_LINES))
                continue
            lines, plain = lines + 1, plain | {variant_id}
        in_cart[variant_id] = has + units
        parts.append((item, units, reason))
    return parts
