"""The outcomes of changes of wishlists."""

from collections.abc import Mapping

import strawberry

from schema.cart.types import Cart
from schema.kit.paths import Arguments
from schema.kit.user_errors import user_errors
from schema.wishlist.types import WARNINGS, Wishlist

Field = strawberry.field
_NOW = "The wishlist as it is now."


def _payload(name: str, change: str, arguments: Mapping[str, str]) -> type:
    """A payload of the common shape; `arguments` are `names` of `Arguments`."""

    class Payload:
        """A view over `resolvers.wishlist.changes.WishlistOutcome`."""

        wishlist: Wishlist | None = Field(description=_NOW)
        user_errors = user_errors(Arguments(names=arguments))

    Payload.__name__ = name
    return strawberry.type(Payload, name=name, description=f"The outcome of {change}.")


_BY_ID = {"wishlist": "id"}
_BY_LIST = {"wishlist": "wishlistId"}

# No argument is the cause when an account has too many lists.
WishlistCreatePayload = _payload("WishlistCreatePayload", "creating a wishlist", {"wishlist": ""})
WishlistUpdatePayload = _payload("WishlistUpdatePayload", "renaming a wishlist", _BY_ID)
WishlistClaimPayload = _payload("WishlistClaimPayload", "giving a wishlist to an account", _BY_ID)
WishlistSharePayload = _payload("WishlistSharePayload", "sharing a wishlist", _BY_ID)
WishlistUnsharePayload = _payload("WishlistUnsharePayload", "no longer sharing a wishlist", _BY_ID)
WishlistItemsAddPayload = _payload("WishlistItemsAddPayload", "adding items", _BY_LIST)
WishlistItemsUpdatePayload = _payload(
    "WishlistItemsUpdatePayload", "changing items", _BY_LIST | {"items.*.item_id": "items.*.id"}
)
WishlistItemsRemovePayload = _payload(
    "WishlistItemsRemovePayload", "removing items", _BY_LIST | {"items": "itemIds", "items.*.item_id": "itemIds.*"}
)


@strawberry.type(description="The outcome of deleting a wishlist.")
class WishlistDeletePayload:
    """A view over `resolvers.wishlist.changes.WishlistOutcome`."""

    deleted_wishlist_id = Field(
        resolver=lambda root: root.deleted_id,
        description="The id that the wishlist had.",
        graphql_type=strawberry.ID | None,
    )
    user_errors = user_errors(Arguments(names=_BY_ID))


_MOVED = _BY_LIST | {"cart": "cartId"}


@strawberry.type(description="The outcome of moving items to a cart.")
class WishlistItemsMoveToCartPayload:
    """A view over `resolvers.wishlist.changes.MoveOutcome`."""

    wishlist: Wishlist | None = Field(description=_NOW)
    cart: Cart | None = Field(description="The cart as it is now.")
    warnings = WARNINGS
    user_errors = user_errors(Arguments(names=_MOVED | {"items": "itemIds", "items.*.item_id": "itemIds.*"}))


@strawberry.type(description="The outcome of moving lines of a cart to a wishlist.")
class CartLinesSaveForLaterPayload:
    """A view over `resolvers.wishlist.changes.MoveOutcome`."""

    cart: Cart | None = Field(description="The cart as it is now.")
    wishlist: Wishlist | None = Field(description=_NOW)
    user_errors = user_errors(
        Arguments(names=_MOVED | {"items": "lineIds", "lines": "lineIds", "lines.*.line_id": "lineIds.*"})
    )
