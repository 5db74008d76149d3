"""What clients send about wishlists."""

import strawberry

from domain.kit.ids import key_of
from domain.wishlist import NewWishlistItem, WishlistItemChange
from resolvers.wishlist.changes import item_key

Field = strawberry.field
_NOTE = "At most 1,000 characters."
_PRIVATE = "Whether the note is left out for those who see the list by its token."
_NOTIFY = "Whether to keep the wish to hear when it is in stock again or cheaper."


@strawberry.input(description="Something to add to a wishlist.")
class WishlistItemInput:
    """Becomes `domain.wishlist.NewWishlistItem`."""

    product_id: strawberry.ID = Field(description="The product.")
    variant_id: strawberry.ID | None = Field(
        default=None, description="The variant of the product; without one, any variant is meant."
    )
    quantity: int | None = Field(
        default=1, description="Units. If the list has the item already, the larger number stays."
    )
    note: str | None = Field(default=None, description=_NOTE)
    note_is_private: bool | None = Field(default=None, description=_PRIVATE)
    notify: bool | None = Field(default=None, description=_NOTIFY)

    def command(self) -> NewWishlistItem:
        """The item as the domain knows it; an id of another kind names nothing."""
        variant_id = None if self.variant_id is None else key_of(self.variant_id, "ProductVariant") or 0
        return NewWishlistItem(
            key_of(self.product_id, "Product") or 0,
            variant_id,
            1 if self.quantity is None else self.quantity,
            self.note,
            self.note_is_private,
            self.notify,
        )


@strawberry.input(description="A change of an item of a wishlist. What is left out stays as it is.")
class WishlistItemUpdateInput:
    """Becomes `domain.wishlist.WishlistItemChange`."""

    id: strawberry.ID = Field(description="The item.")
    quantity: int | None = Field(default=None, description="Units, at least 1.")
    note: str | None = Field(default=None, description=_NOTE)
    note_is_private: bool | None = Field(default=None, description=_PRIVATE)
    notify: bool | None = Field(default=None, description=_NOTIFY)

    def command(self) -> WishlistItemChange:
        """The change as the domain knows it."""
        return WishlistItemChange(item_key(self.id), self.quantity, self.note, self.note_is_private, self.notify)
