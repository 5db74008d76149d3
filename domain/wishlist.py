"""Wishlists: what people would like to have, several lists per person.

A guest's list is known by a secret id, as a cart is. The list of an account is for that account alone.
"""

from dataclasses import dataclass
from datetime import datetime

from domain.accounts import Viewer
from domain.cart import MAX_QUANTITY
from domain.catalog.records import Variant

MAX_WISHLISTS = 50
MAX_ITEMS = 250
# The staff's count of a product's lists ends here.
MAX_COUNTED = 10_000

# Why units stayed in a list when the others went to a cart.
NOT_AVAILABLE, OUT_OF_STOCK = "MERCHANDISE_NOT_AVAILABLE", "MERCHANDISE_OUT_OF_STOCK"
NOT_ENOUGH_STOCK, MAXIMUM_EXCEEDED = "MERCHANDISE_NOT_ENOUGH_STOCK", "MAXIMUM_EXCEEDED"
VARIANT_REQUIRED, TOO_MANY_LINES = "VARIANT_REQUIRED", "TOO_MANY_LINES"


@dataclass(frozen=True, slots=True)
class Wishlist:
    """A list without its items. `share_token` shows the list to whoever knows it; None while it is not shared."""

    id: str
    customer_id: int | None
    name: str
    share_token: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class WishlistItem:
    """Wished units of a product, or of one of its variants. A list has one item for each of them."""

    id: int
    product_id: int
    variant_id: int | None
    quantity: int
    note: str
    note_is_private: bool
    notify: bool
    created_at: datetime

    @property
    def wished(self) -> tuple[int, int | None]:
        """What a list holds once."""
        return self.product_id, self.variant_id


@dataclass(frozen=True, slots=True)
class NewWishlistItem:
    """What a client adds to a list. None leaves what an item has, or has the default for a new one."""

    product_id: int
    variant_id: int | None = None
    quantity: int = 1
    note: str | None = None
    note_is_private: bool | None = None
    notify: bool | None = None

    @property
    def wished(self) -> tuple[int, int | None]:
        """What a list holds once."""
        return self.product_id, self.variant_id


@dataclass(frozen=True, slots=True)
class WishlistItemChange:
    """New values of an item. None leaves a field as it is."""

    item_id: int
    quantity: int | None = None
    note: str | None = None
    note_is_private: bool | None = None
    notify: bool | None = None


@dataclass(frozen=True, slots=True)
class Awaited:
    """An item whose owner, an account, wants to hear when it is in stock again or cheaper."""

    item_id: int
    customer_id: int
    product_id: int
    variant_id: int | None


def may_use(viewer: Viewer, wishlist: Wishlist) -> bool:
    """Whether the viewer may read and change the list, given that they know its id."""
    return wishlist.customer_id in (None, viewer.customer_id)


def movable(variant: Variant | None, wished: int, in_cart: int) -> tuple[int, str | None]:
    """How many of the wished units a cart can take that has `in_cart` of them, and why not all."""
    if variant is None:
        return 0, NOT_AVAILABLE
    if not variant.available_for_sale:
        return 0, OUT_OF_STOCK
    allowed = MAX_QUANTITY if variant.max_per_order is None else min(variant.max_per_order, MAX_QUANTITY)
    units, reason = wished, None
    if allowed - in_cart < units:
        units, reason = allowed - in_cart, MAXIMUM_EXCEEDED
    if variant.sells_out and variant.available - in_cart < units:
        units, reason = variant.available - in_cart, NOT_ENOUGH_STOCK
    return max(units, 0), reason
