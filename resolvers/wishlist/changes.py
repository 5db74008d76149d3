"""Changes of wishlists, and moves between them and carts."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from strawberry import Parent

from domain import wishlist as records
from domain.accounts import Viewer
from domain.cart import Cart
from domain.kit.ids import global_id, key_of
from domain.kit.limits import WISHLISTS_OF_NETWORK
from domain.kit.refusals import Refusal, Refused
from domain.wishlist import NewWishlistItem, Wishlist, WishlistItem
from resolvers.cart.access import cart_key, visible_cart
from resolvers.cart.lines import line_key
from resolvers.context import Context
from resolvers.wishlist.reads import visible_wishlist, wishlist_key
from services.wishlist.moves import Moved

_MESSAGES = {
    records.NOT_AVAILABLE: "This product is no longer for sale.",
    records.OUT_OF_STOCK: "This product is sold out.",
    records.NOT_ENOUGH_STOCK: "Not all of the units are in stock.",
    records.MAXIMUM_EXCEEDED: "An order may not have so many units of this variant.",
    records.VARIANT_REQUIRED: "Choose one of the variants of this product.",
    records.TOO_MANY_LINES: "The cart has no room for another line.",
}


@dataclass(frozen=True, slots=True)
class WishlistOutcome:
    """The list as it is now, and the reasons if nothing changed. `deleted_id` is the global id of a deleted list."""

    wishlist: Wishlist | None = None
    user_errors: tuple[Refusal, ...] = ()
    deleted_id: str | None = None


@dataclass(frozen=True, slots=True)
class MoveOutcome:
    """List and cart as they are now, the reasons if nothing changed, and the items that stayed with the reason."""

    wishlist: Wishlist | None = None
    cart: Cart | None = None
    user_errors: tuple[Refusal, ...] = ()
    left: tuple[tuple[WishlistItem, str], ...] = ()


@dataclass(frozen=True, slots=True)
class WishlistWarning:
    """Why units of an item, whose global id is `target`, stayed in the list."""

    code: str
    message: str
    target: str


def item_key(gid: str) -> int:
    """The key of an item; 0, which no item has, for an id of another kind."""
    return key_of(gid, "WishlistItem") or 0


async def create(context: Context, name: str, items: Sequence[NewWishlistItem]) -> WishlistOutcome:
    """A new list. Whoever makes many has to wait."""
    await context.spend(WISHLISTS_OF_NETWORK)
    return await change(context, None, lambda viewer, _key: context.services.wishlists.create(viewer, name, items))


async def change(
    context: Context, gid: str | None, work: Callable[[Viewer, str], Awaitable[Wishlist]]
) -> WishlistOutcome:
    """Runs a change of a list for the viewer. A refusal becomes data, next to the unchanged list."""
    viewer = await context.signed_in()
    try:
        return WishlistOutcome(await work(viewer, wishlist_key(gid or "")))
    except Refused as refused:
        refusals = refused.refusals
    finally:
        context.written()
    return WishlistOutcome(None if gid is None else await visible_wishlist(context, gid), refusals)


async def claim(context: Context, gid: str, into: str | None) -> WishlistOutcome:
    """Gives a list to the viewer's account, or its items to a list of that."""
    target = None if into is None else wishlist_key(into)
    return await change(context, gid, lambda viewer, key: context.services.wishlists.claim(viewer, key, target))


async def delete(context: Context, gid: str) -> WishlistOutcome:
    """Deletes a list."""
    made = await change(context, gid, context.services.wishlists.delete)
    if made.user_errors or made.wishlist is None:
        return made
    return WishlistOutcome(deleted_id=global_id("Wishlist", made.wishlist.id))


async def move_to_cart(context: Context, gid: str, item_ids: Sequence[str], cart_gid: str) -> MoveOutcome:
    """Moves items to a cart."""
    keys = list(map(item_key, item_ids))
    return await _move(
        context,
        gid,
        cart_gid,
        lambda viewer: context.services.wishlists.moves.to_cart(
            viewer, context.territory, wishlist_key(gid), keys, cart_key(cart_gid)
        ),
    )


async def save_for_later(context: Context, cart_gid: str, line_ids: Sequence[str], gid: str) -> MoveOutcome:
    """Moves lines of a cart to a list."""
    keys = list(map(line_key, line_ids))
    return await _move(
        context,
        gid,
        cart_gid,
        lambda viewer: context.services.wishlists.moves.save_for_later(
            viewer, context.territory, cart_key(cart_gid), keys, wishlist_key(gid)
        ),
    )


async def _move(context: Context, gid: str, cart_gid: str, work: Callable[[Viewer], Awaitable[Moved]]) -> MoveOutcome:
    viewer = await context.signed_in()
    try:
        made = await work(viewer)
    except Refused as refused:
        refusals = refused.refusals
    else:
        refusals = ()
    finally:
        context.written()
    if refusals:
        return MoveOutcome(await visible_wishlist(context, gid), await visible_cart(context, cart_gid), refusals)
    context.keep_offer(made.offer)
    return MoveOutcome(made.wishlist, made.offer.cart, (), made.left)


def warnings(root: Parent[MoveOutcome]) -> Sequence[WishlistWarning]:
    """What stayed in the list."""
    return [
        WishlistWarning(reason, _MESSAGES[reason], global_id("WishlistItem", item.id)) for item, reason in root.left
    ]
