"""Validates the input for a wishlist before anything is locked."""

from collections.abc import Sequence

from domain.cart import MAX_QUANTITY
from domain.kit.refusals import INPUT, RefusalCode, Refused, refuse
from domain.wishlist import MAX_ITEMS, MAX_WISHLISTS, NewWishlistItem, WishlistItemChange
from services.kit.texts import LINE_RULE, is_line, is_text

MAX_NAME = 255
MAX_NOTE = 1_000


def list_name(name: str) -> str:
    """A name, with surrounding spaces removed. Refused: BLANK, TOO_LONG, INVALID."""
    name = name.strip()
    if not name:
        raise refuse(RefusalCode.BLANK, f"{INPUT} must not be blank.", "name")
    if len(name) > MAX_NAME:
        raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_NAME} characters.", "name")
    if not is_line(name):
        raise refuse(RefusalCode.INVALID, LINE_RULE, "name")
    return name


def new_items(items: Sequence[NewWishlistItem]) -> tuple[NewWishlistItem, ...]:
    """New items. Refused: TOO_MANY_WISHES, INVALID_QUANTITY, TOO_LONG, INVALID."""
    if len(items) > MAX_ITEMS:
        raise too_many_items()
    for position, item in enumerate(items):
        _check(item.quantity, item.note, position)
    return tuple(items)


def item_changes(changes: Sequence[WishlistItemChange]) -> tuple[WishlistItemChange, ...]:
    """Changes of items. Refused: as for new items."""
    if len(changes) > MAX_ITEMS:
        raise too_many_items()
    for position, change in enumerate(changes):
        _check(change.quantity, change.note, position)
    return tuple(changes)


def too_many_items() -> Refused:
    """The refusal of a call that names more items than a list can hold."""
    return refuse(RefusalCode.TOO_MANY_WISHES, f"A wishlist must have at most {MAX_ITEMS} items.", "items")


def too_many_lists() -> Refused:
    """The refusal of one more list for an account."""
    message = f"An account must have at most {MAX_WISHLISTS} wishlists."
    return refuse(RefusalCode.TOO_MANY_WISHES, message, "wishlist")


def _check(quantity: int | None, note: str | None, position: int) -> None:
    if quantity is not None and not 1 <= quantity <= MAX_QUANTITY:
        message = f"{INPUT} must be 1 to {MAX_QUANTITY}."
        raise refuse(RefusalCode.INVALID_QUANTITY, message, "items", position, "quantity")
    if note is None:
        return
    if len(note) > MAX_NOTE:
        message = f"{INPUT} must have at most {MAX_NOTE} characters."
        raise refuse(RefusalCode.TOO_LONG, message, "items", position, "note")
    if not is_text(note):
        message = f"{INPUT} must not contain control characters."
        raise refuse(RefusalCode.INVALID, message, "items", position, "note")
