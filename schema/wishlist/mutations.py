"""Reading and changing wishlists."""

from typing import Annotated

import strawberry

from resolvers.context import Info
from resolvers.kit.arguments import Arg, GlobalId
from resolvers.wishlist import changes as resolve
from resolvers.wishlist.reads import shared_wishlist, wishlist
from schema.wishlist.inputs import WishlistItemInput, WishlistItemUpdateInput
from schema.wishlist.payloads import (
    CartLinesSaveForLaterPayload,
    WishlistClaimPayload,
    WishlistCreatePayload,
    WishlistDeletePayload,
    WishlistItemsAddPayload,
    WishlistItemsMoveToCartPayload,
    WishlistItemsRemovePayload,
    WishlistItemsUpdatePayload,
    WishlistSharePayload,
    WishlistUnsharePayload,
    WishlistUpdatePayload,
)
from schema.wishlist.types import SharedWishlist, Wishlist

WishlistId = Annotated[strawberry.ID, Arg(description="The wishlist.")]
CartId = Annotated[strawberry.ID, Arg(description="The cart.")]
Name = Annotated[str, Arg(description="The name, at most 255 characters.")]
ItemIds = Annotated[list[strawberry.ID], Arg(description="The items, at most 250.")]


@strawberry.type
class WishlistQuery:
    """Reading wishlists."""

    wishlist = strawberry.field(
        resolver=wishlist, description="A wishlist by its secret id.", graphql_type=Wishlist | None
    )
    shared_wishlist = strawberry.field(
        resolver=shared_wishlist, description="A wishlist that its owner shares.", graphql_type=SharedWishlist | None
    )


@strawberry.type
class WishlistMutation:
    """Changing wishlists."""

    @strawberry.mutation(
        description="Creates a wishlist: of the signed-in account, else of a guest, who keeps its id.",
        graphql_type=WishlistCreatePayload | None,
    )
    async def wishlist_create(
        self,
        info: Info,
        name: Name,
        items: Annotated[list[WishlistItemInput] | None, Arg(description="The first items, at most 250.")] = None,
    ) -> resolve.WishlistOutcome:
        """Anyone with the id can use a guest's list."""
        return await resolve.create(info.context, name, [item.command() for item in items or ()])

    @strawberry.mutation(description="Renames a wishlist.", graphql_type=WishlistUpdatePayload | None)
    async def wishlist_update(self, info: Info, id: GlobalId, name: Name) -> resolve.WishlistOutcome:
        """Replaces the name."""
        service = info.context.services.wishlists
        return await resolve.change(info.context, id, lambda viewer, key: service.rename(viewer, key, name))

    @strawberry.mutation(description="Deletes a wishlist with its items.", graphql_type=WishlistDeletePayload | None)
    async def wishlist_delete(self, info: Info, id: GlobalId) -> resolve.WishlistOutcome:
        """There is no way back."""
        return await resolve.delete(info.context, id)

    @strawberry.mutation(
        description="Gives the wishlist of a guest to the signed-in account, as after a login. From then on the list "
        "is for that account alone.",
        graphql_type=WishlistClaimPayload | None,
    )
    async def wishlist_claim(
        self,
        info: Info,
        id: GlobalId,
        into: Annotated[
            strawberry.ID | None,
            Arg(
                description="A list of the account that gets the items instead. The claimed list ends; what both have "
                "keeps the larger quantity."
            ),
        ] = None,
    ) -> resolve.WishlistOutcome:
        """A list never moves from one account to another."""
        return await resolve.claim(info.context, id, into)

    @strawberry.mutation(
        description="Shares a wishlist: `shareToken` shows it to others.", graphql_type=WishlistSharePayload | None
    )
    async def wishlist_share(self, info: Info, id: GlobalId) -> resolve.WishlistOutcome:
        """A shared list keeps its token."""
        return await resolve.change(info.context, id, info.context.services.wishlists.share)

    @strawberry.mutation(
        description="Stops sharing a wishlist: its token no longer works.", graphql_type=WishlistUnsharePayload | None
    )
    async def wishlist_unshare(self, info: Info, id: GlobalId) -> resolve.WishlistOutcome:
        """Sharing again makes another token."""
        return await resolve.change(info.context, id, info.context.services.wishlists.unshare)

    @strawberry.mutation(
        description="Adds items to a wishlist. To repeat it changes nothing.",
        graphql_type=WishlistItemsAddPayload | None,
    )
    async def wishlist_items_add(
        self,
        info: Info,
        wishlist_id: WishlistId,
        items: Annotated[list[WishlistItemInput], Arg(description="The items, at most 250.")],
    ) -> resolve.WishlistOutcome:
        """A list has each product or variant once."""
        service, given = info.context.services.wishlists, [item.command() for item in items]
        return await resolve.change(
            info.context, wishlist_id, lambda viewer, key: service.add_items(viewer, key, given)
        )

    @strawberry.mutation(description="Changes items of a wishlist.", graphql_type=WishlistItemsUpdatePayload | None)
    async def wishlist_items_update(
        self,
        info: Info,
        wishlist_id: WishlistId,
        items: Annotated[list[WishlistItemUpdateInput], Arg(description="The changes, at most 250.")],
    ) -> resolve.WishlistOutcome:
        """Applies all changes or none."""
        service, given = info.context.services.wishlists, [item.command() for item in items]
        return await resolve.change(
            info.context, wishlist_id, lambda viewer, key: service.update_items(viewer, key, given)
        )

    @strawberry.mutation(description="Removes items from a wishlist.", graphql_type=WishlistItemsRemovePayload | None)
    async def wishlist_items_remove(
        self, info: Info, wishlist_id: WishlistId, item_ids: ItemIds
    ) -> resolve.WishlistOutcome:
        """Removes all or none."""
        service, keys = info.context.services.wishlists, list(map(resolve.item_key, item_ids))
        return await resolve.change(
            info.context, wishlist_id, lambda viewer, key: service.remove_items(viewer, key, keys)
        )

    @strawberry.mutation(
        description="Moves items to a cart, as many units as are for sale. The others stay, and `warnings` names them.",
        graphql_type=WishlistItemsMoveToCartPayload | None,
    )
    async def wishlist_items_move_to_cart(
        self, info: Info, wishlist_id: WishlistId, item_ids: ItemIds, cart_id: CartId
    ) -> resolve.MoveOutcome:
        """Cart and list change together or not at all."""
        return await resolve.move_to_cart(info.context, wishlist_id, item_ids, cart_id)

    @strawberry.mutation(
        description="Moves lines of a cart to a wishlist. Custom attributes of the lines are not kept.",
        graphql_type=CartLinesSaveForLaterPayload | None,
    )
    async def cart_lines_save_for_later(
        self,
        info: Info,
        cart_id: CartId,
        line_ids: Annotated[list[strawberry.ID], Arg(description="The lines, at most 100.")],
        wishlist_id: WishlistId,
    ) -> resolve.MoveOutcome:
        """Cart and list change together or not at all."""
        return await resolve.save_for_later(info.context, cart_id, line_ids, wishlist_id)
