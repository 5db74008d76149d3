"""Wishlists as their owners, those with a share token and staff see them."""

from typing import Annotated

from strawberry import Parent

from domain.accounts import Customer, Permission
from domain.catalog.records import Product, Variant
from domain.kit.ids import split_global_id
from domain.kit.paging import Page, page_request, slice_of
from domain.wishlist import Wishlist, WishlistItem, may_use
from resolvers.context import Context, Info
from resolvers.kit.arguments import After, Arg, Before, First, GlobalId, Last, Reverse

# Characters of a text that may be a secret: no list has a longer one.
_SECRET = 64


def wishlist_key(gid: str) -> str:
    """The secret in a list's global id. An id of another kind names no list."""
    parts = split_global_id(gid)
    return parts[1][:_SECRET] if parts is not None and parts[0] == "Wishlist" else ""


async def visible_wishlist(context: Context, gid: str) -> Wishlist | None:
    """A list by its secret id, unless it belongs to another account."""
    viewer = await context.signed_in()
    found = await context.loaders.wishlists.by_id.load(wishlist_key(gid))
    return found if found is not None and may_use(viewer, found) else None


async def wishlist(info: Info, id: GlobalId) -> Wishlist | None:
    """A list by its secret id."""
    return await visible_wishlist(info.context, id)


async def shared_wishlist(
    info: Info, token: Annotated[str, Arg(description="The token that `wishlistShare` gave to the owner.")]
) -> Wishlist | None:
    """The list that a token shows, whoever has it."""
    return await info.context.loaders.wishlists.by_share_token.load(token[:_SECRET]) if token else None


async def wishlists_of(
    root: Parent[Customer],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    reverse: Reverse = False,
) -> Page[Wishlist]:
    """A page of the lists of an account, the oldest first."""
    asked = page_request(first, after, last, before)
    return slice_of(await info.context.loaders.wishlists.by_customer.load(root.id), asked, reverse)


async def items(
    root: Parent[Wishlist],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    reverse: Reverse = False,
) -> Page[WishlistItem]:
    """A page of the items in the order in which they were added."""
    asked = page_request(first, after, last, before)
    return slice_of(await info.context.loaders.wishlists.items.load(root.id), asked, reverse)


async def items_count(root: Parent[Wishlist], info: Info) -> int:
    """The number of items."""
    return len(await info.context.loaders.wishlists.items.load(root.id))


async def item_product(root: Parent[WishlistItem], info: Info) -> Product | None:
    """The product, if shoppers of the visitor's territory see it now."""
    return await info.context.loaders.product.load(root.product_id)


async def item_variant(root: Parent[WishlistItem], info: Info) -> Variant | None:
    """The variant, if there is one and it is sold in the visitor's territory now."""
    if root.variant_id is None or await info.context.loaders.product.load(root.product_id) is None:
        return None
    return await info.context.loaders.variant.load((root.variant_id, info.context.territory))


def public_note(root: Parent[WishlistItem]) -> str:
    """The note as others see it."""
    return "" if root.note_is_private else root.note


async def wishlists_count(root: Parent[Product], info: Info) -> int | None:
    """In how many lists a product is; for staff only."""
    if not await info.context.is_staff(Permission.PRODUCTS):
        return None
    return await info.context.loaders.wishlists.counts.load(root.id)
