"""A wishlist and its items inside a transaction that changes them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from datasources import wishlist as wishlists
from datasources.kit.database import Tx
from domain.accounts import Viewer
from domain.kit.refusals import INPUT, RefusalCode, refuse
from domain.wishlist import MAX_ITEMS, Wishlist, WishlistItem, may_use
from services.kit.clock import utc_now
from services.wishlist import checks


async def locked(tx: Tx, viewer: Viewer, wishlist_id: str, path: str = "wishlist") -> Wishlist:
    """The list, locked. A list of another account is treated as missing. Refused: NOT_FOUND."""
    wishlist = await wishlists.lock(tx, wishlist_id, utc_now())
    if wishlist is None or not may_use(viewer, wishlist):
        raise refuse(RefusalCode.NOT_FOUND, "The specified wishlist does not exist.", path)
    return wishlist


async def held_items(tx: Tx, wishlist_id: str) -> dict[int, WishlistItem]:
    """The items of a locked list by their keys."""
    return {item.id: item for item in (await wishlists.items_of(tx, [wishlist_id]))[0]}


def item_at(held: Mapping[int, WishlistItem], item_id: int, position: int) -> WishlistItem:
    """The item that the client names at a position. Refused: NOT_FOUND."""
    if item_id not in held:
        raise refuse(RefusalCode.NOT_FOUND, "The wishlist has no such item.", "items", position, "item_id")
    return held[item_id]


async def keep(tx: Tx, wishlist_id: str, held: Mapping[int, WishlistItem], wanted: Iterable[WishlistItem]) -> None:
    """Writes items of a locked list that has these items: those without a key are new. Refused: TOO_MANY_WISHES."""
    changed = [item for item in wanted if item != held.get(item.id)]
    new = [item for item in changed if item.id == 0]
    if len(held) + len(new) > MAX_ITEMS:
        raise checks.too_many_items()
    await wishlists.change_items(tx, [item for item in changed if item.id])
    await wishlists.add_items(tx, wishlist_id, new)


async def merge(tx: Tx, viewer: Viewer, wishlist_id: str, into: str) -> Wishlist:
    """Moves all items of a list to another one of the viewer's account, and deletes the emptied list.

    What both have keeps the larger quantity, and the note of the list that stays. Both are locked in the order of their
    ids, so that two merges in opposite directions wait for each other. Refused: NOT_FOUND, INVALID, TOO_MANY_WISHES.
    """
    if wishlist_id == into:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be another wishlist.", "into")
    paths = {wishlist_id: "wishlist", into: "into"}
    lists = {key: await locked(tx, viewer, key, paths[key]) for key in sorted(paths)}
    if lists[into].customer_id != viewer.customer_id:
        raise refuse(RefusalCode.NOT_FOUND, "The account has no such wishlist.", "into")
    held = await held_items(tx, into)
    known = {item.wished: item for item in held.values()}
    moved = (await held_items(tx, wishlist_id)).values()
    await keep(tx, into, held, [_joined(known.get(item.wished), item) for item in moved])
    await wishlists.delete(tx, [wishlist_id])
    return lists[into]


def _joined(kept: WishlistItem | None, item: WishlistItem) -> WishlistItem:
    if kept is None:
        return replace(item, id=0)
    private = kept.note_is_private if kept.note else item.note_is_private
    return replace(
        kept,
        quantity=max(kept.quantity, item.quantity),
        note=kept.note or item.note,
        note_is_private=private,
        notify=kept.notify or item.notify,
    )
