"""Changes of wishlists. The secret id gives access to a guest's list; an account's list is for the account alone."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from datasources import wishlist as wishlists
from datasources.accounts import customers as accounts
from datasources.catalog.reads import Catalog
from datasources.kit.database import Database, Tx
from domain.accounts import Viewer
from domain.kit.ids import new_secret
from domain.kit.refusals import AccessDenied, RefusalCode, Refused, refuse
from domain.wishlist import MAX_ITEMS, NewWishlistItem, Wishlist, WishlistItem, WishlistItemChange
from services.cart.lines import CartService
from services.kit.clock import utc_now
from services.wishlist import checks
from services.wishlist.items import held_items, item_at, keep, locked, merge
from services.wishlist.moves import WishlistMoveService

Change = Callable[[Tx, Wishlist], Awaitable[Wishlist]]


class WishlistService:
    """One transaction per change, with the row of the list locked. Each returns the list as it is then."""

    def __init__(self, database: Database, catalog: Catalog, carts: CartService) -> None:
        self._database = database
        self._catalog = catalog
        self.moves = WishlistMoveService(carts)

    async def create(self, viewer: Viewer, name: str, items: Sequence[NewWishlistItem] = ()) -> Wishlist:
        """A new list, of the viewer's account if there is one.

        Refused: BLANK, TOO_LONG, INVALID, TOO_MANY_WISHES and as for adding items.
        """
        name, given, wishlist_id = checks.list_name(name), checks.new_items(items), new_secret()
        await self._check_products(given)

        async def create(tx: Tx) -> Wishlist:
            if viewer.customer_id is not None and not await wishlists.has_room(tx, viewer.customer_id):
                raise checks.too_many_lists()
            made = await wishlists.insert(tx, wishlist_id, viewer.customer_id, name)
            await _add(tx, made, given)
            return made

        return await self._database.transact(create)

    async def rename(self, viewer: Viewer, wishlist_id: str, name: str) -> Wishlist:
        """Replaces the name. Refused: NOT_FOUND, BLANK, TOO_LONG, INVALID."""
        name = checks.list_name(name)
        return await self._change(viewer, wishlist_id, lambda tx, wishlist: wishlists.rename(tx, wishlist, name))

    async def delete(self, viewer: Viewer, wishlist_id: str) -> Wishlist:
        """Deletes the list with its items. Refused: NOT_FOUND."""

        async def delete(tx: Tx, wishlist: Wishlist) -> Wishlist:
            await wishlists.delete(tx, [wishlist.id])
            return wishlist

        return await self._change(viewer, wishlist_id, delete)

    async def claim(self, viewer: Viewer, wishlist_id: str, into: str | None = None) -> Wishlist:
        """Gives a guest's list to the viewer's account; nothing happens to a list that is theirs already.

        With `into`, a list of the account gets the items instead, and the claimed list ends.

        Raises `AccessDenied` for guests. Refused: NOT_FOUND, also for a list of another account; TOO_MANY_WISHES, and
        as for `merge`.
        """
        owner = viewer.customer_id
        if owner is None:
            raise AccessDenied("UNAUTHENTICATED")

        async def claim(tx: Tx) -> Wishlist:
            if not await accounts.is_current(tx, owner, viewer.token_version):
                raise AccessDenied("UNAUTHENTICATED")
            # The account before the list, as in `create`.
            has_room = await wishlists.has_room(tx, owner)
            if into is not None:
                return await merge(tx, viewer, wishlist_id, into)
            wishlist = await locked(tx, viewer, wishlist_id)
            if wishlist.customer_id == owner:
                return wishlist
            if not has_room:
                raise checks.too_many_lists()
            return await wishlists.set_owner(tx, wishlist, owner)

        return await self._database.transact(claim)

    async def share(self, viewer: Viewer, wishlist_id: str) -> Wishlist:
        """Gives the list a token that shows it to others; a shared list keeps its token. Refused: NOT_FOUND."""
        token = new_secret()

        async def share(tx: Tx, wishlist: Wishlist) -> Wishlist:
            if wishlist.share_token is not None:
                return wishlist
            return await wishlists.set_share_token(tx, wishlist, token)

        return await self._change(viewer, wishlist_id, share)

    async def unshare(self, viewer: Viewer, wishlist_id: str) -> Wishlist:
        """Ends the token. A later `share` makes another one. Refused: NOT_FOUND."""
        return await self._change(
            viewer, wishlist_id, lambda tx, wishlist: wishlists.set_share_token(tx, wishlist, None)
        )

    async def add_items(self, viewer: Viewer, wishlist_id: str, items: Sequence[NewWishlistItem]) -> Wishlist:
        """Adds items. What the list has already keeps the larger quantity, so that a repetition changes nothing.

        Refused: NOT_FOUND, MERCHANDISE_NOT_FOUND, INVALID_QUANTITY, TOO_LONG, INVALID, TOO_MANY_WISHES.
        """
        given = checks.new_items(items)
        await self._check_products(given)

        async def add(tx: Tx, wishlist: Wishlist) -> Wishlist:
            await _add(tx, wishlist, given)
            return wishlist

        return await self._change(viewer, wishlist_id, add)

    async def update_items(self, viewer: Viewer, wishlist_id: str, changes: Sequence[WishlistItemChange]) -> Wishlist:
        """Changes items, all or none. Refused: NOT_FOUND and as for adding."""
        given = checks.item_changes(changes)

        async def update(tx: Tx, wishlist: Wishlist) -> Wishlist:
            held = await held_items(tx, wishlist.id)
            for position, change in enumerate(given):
                held[change.item_id] = _changed(item_at(held, change.item_id, position), change)
            await wishlists.change_items(tx, [held[key] for key in {change.item_id: None for change in given}])
            return wishlist

        return await self._change(viewer, wishlist_id, update)

    async def remove_items(self, viewer: Viewer, wishlist_id: str, item_ids: Sequence[int]) -> Wishlist:
        """Removes items, all or none. Refused: NOT_FOUND, TOO_MANY_WISHES."""
        if len(item_ids) > MAX_ITEMS:
            raise checks.too_many_items()

        async def remove(tx: Tx, wishlist: Wishlist) -> Wishlist:
            held = await held_items(tx, wishlist.id)
            for position, item_id in enumerate(item_ids):
                item_at(held, item_id, position)
            await wishlists.remove_items(tx, wishlist.id, item_ids)
            return wishlist

        return await self._change(viewer, wishlist_id, remove)

    async def _change(self, viewer: Viewer, wishlist_id: str, change: Change) -> Wishlist:
        async def work(tx: Tx) -> Wishlist:
            return await change(tx, await locked(tx, viewer, wishlist_id))

        return await self._database.transact(work)

    async def _check_products(self, items: Sequence[NewWishlistItem]) -> None:
        """Refused: MERCHANDISE_NOT_FOUND for products that shoppers of no territory see."""
        if items:
            found = await self._catalog.products.by_id([item.product_id for item in items])
            for position, product in enumerate(found):
                if product is None:
                    raise _no_product(position)


async def _add(tx: Tx, wishlist: Wishlist, items: Sequence[NewWishlistItem]) -> None:
    products = await wishlists.products_of(tx, [item.variant_id for item in items if item.variant_id is not None])
    for position, item in enumerate(items):
        if item.variant_id is not None and products.get(item.variant_id) != item.product_id:
            raise _no_product(position)
    held = await held_items(tx, wishlist.id)
    wished = {item.wished: item for item in held.values()}
    for item in items:
        wished[item.wished] = _merged(wished.get(item.wished), item)
    await keep(tx, wishlist.id, held, wished.values())


def _merged(held: WishlistItem | None, item: NewWishlistItem) -> WishlistItem:
    before = held or WishlistItem(0, item.product_id, item.variant_id, 1, "", False, False, utc_now())
    return replace(
        before,
        quantity=max(before.quantity, item.quantity),
        note=before.note if item.note is None else item.note,
        note_is_private=before.note_is_private if item.note_is_private is None else item.note_is_private,
        notify=before.notify if item.notify is None else item.notify,
    )


def _changed(item: WishlistItem, change: WishlistItemChange) -> WishlistItem:
    return replace(
        item,
        quantity=item.quantity if change.quantity is None else change.quantity,
        note=item.note if change.note is None else change.note,
        note_is_private=item.note_is_private if change.note_is_private is None else change.note_is_private,
        notify=item.notify if change.notify is None else change.notify,
    )


def _no_product(position: int) -> Refused:
    message = "The merchandise does not exist."
    return refuse(RefusalCode.MERCHANDISE_NOT_FOUND, message, "items", position, "product_id")
