"""Wishlists. The Storefront API has none; names follow its style."""

from datetime import datetime

import strawberry

from domain import wishlist as records
from domain.kit.ids import global_id
from resolvers.wishlist import changes as resolve_changes
from resolvers.wishlist import reads as resolve
from schema.catalog.products import Product, ProductVariant
from schema.enums import enum_of
from schema.kit.common import Connection, Node, id_field, is_record

Field = strawberry.field
_QUANTITY = "The number of units that are wished for."
_PRODUCT = "The product; null while shoppers do not see it."
_VARIANT = "The variant; null for any variant of the product, and while it is not sold."

WishlistWarningCode = enum_of(
    "WishlistWarningCode",
    "Why units stayed in a wishlist.",
    {
        records.MAXIMUM_EXCEEDED: "An order may not have so many units of the variant.",
        records.NOT_AVAILABLE: "The product is no longer for sale.",
        records.NOT_ENOUGH_STOCK: "Not all of the units are in stock.",
        records.OUT_OF_STOCK: "The product is sold out.",
        records.TOO_MANY_LINES: "The cart has no room for another line.",
        records.VARIANT_REQUIRED: "The item names no variant, and the product has several.",
    },
)


@strawberry.type(description="Something in a wishlist: a product or one of its variants.")
class WishlistItem:
    """A view over `domain.wishlist.WishlistItem`."""

    id = id_field("WishlistItem")
    product = Field(resolver=resolve.item_product, description=_PRODUCT, graphql_type=Product | None)
    product_id = Field(
        resolver=lambda root: global_id("Product", root.product_id),
        description="The id of the product, also while shoppers do not see it.",
        graphql_type=strawberry.ID,
    )
    variant = Field(resolver=resolve.item_variant, description=_VARIANT, graphql_type=ProductVariant | None)
    variant_id = Field(
        resolver=lambda root: root.variant_id and global_id("ProductVariant", root.variant_id),
        description="The id of the variant, also while it is not sold.",
        graphql_type=strawberry.ID | None,
    )
    quantity: int = Field(description=_QUANTITY)
    note: str = Field(description="A note of the owner.")
    note_is_private: bool = Field(description="Whether the note is left out for those who see the list by its token.")
    notify: bool = Field(
        description="Whether the owner wants to hear when it is in stock again or cheaper. The shop keeps this wish "
        "and sends nothing itself."
    )
    created_at: datetime = Field(description="When it was added.")


@strawberry.type(description="A page of items of a wishlist.")
class WishlistItemConnection(Connection[WishlistItem]):
    """Items."""


@strawberry.type(
    description="What somebody would like to have. The list of a guest is for anyone with its id, that of an account "
    "for the account alone."
)
class Wishlist(Node):
    """A view over `domain.wishlist.Wishlist`."""

    is_type_of = is_record(records.Wishlist)

    id = id_field("Wishlist")
    name: str = Field(description="Its name.")
    created_at: datetime = Field(description="When it was created.")
    updated_at: datetime = Field(description="When it last changed.")
    items = Field(
        resolver=resolve.items,
        description="The items in the order in which they were added.",
        graphql_type=WishlistItemConnection,
    )
    items_count = Field(resolver=resolve.items_count, description="The number of items.", graphql_type=int)
    is_claimed = Field(
        resolver=lambda root: root.customer_id is not None,
        description="Whether it belongs to an account.",
        graphql_type=bool,
    )
    share_token: str | None = Field(
        description="The token by which `sharedWishlist` shows the list to others; null while it is not shared."
    )


@strawberry.type(description="A page of wishlists.")
class WishlistConnection(Connection[Wishlist]):
    """Lists."""


@strawberry.type(description="Something in a wishlist that its owner shares.")
class SharedWishlistItem:
    """A view over `domain.wishlist.WishlistItem`, without what only the owner may see."""

    product = Field(resolver=resolve.item_product, description=_PRODUCT, graphql_type=Product | None)
    variant = Field(resolver=resolve.item_variant, description=_VARIANT, graphql_type=ProductVariant | None)
    quantity: int = Field(description=_QUANTITY)
    note = Field(
        resolver=resolve.public_note, description="A note of the owner; empty if it is private.", graphql_type=str
    )


@strawberry.type(description="A page of items of a shared wishlist.")
class SharedWishlistItemConnection(Connection[SharedWishlistItem]):
    """Items."""


@strawberry.type(description="A wishlist as its owner shares it. It says nothing of the owner, and cannot be changed.")
class SharedWishlist:
    """A view over `domain.wishlist.Wishlist`."""

    name: str = Field(description="Its name.")
    items = Field(
        resolver=resolve.items,
        description="The items in the order in which they were added.",
        graphql_type=SharedWishlistItemConnection,
    )


@strawberry.type(description="Why units of an item stayed in a wishlist.")
class WishlistWarning:
    """A view over `resolvers.wishlist.changes.WishlistWarning`."""

    code = Field(
        resolver=lambda root: root.code, description="The reason, for programs.", graphql_type=WishlistWarningCode
    )
    message: str = Field(description="The reason, for people.")
    target: strawberry.ID = Field(description="The item.")


WARNINGS = Field(
    resolver=resolve_changes.warnings,
    description="Items of which units stayed in the list, and why.",
    graphql_type=list[WishlistWarning],
)
