"""Checks of what shoppers name."""

from domain.catalog.handles import MAX_HANDLE, normal_handle
from domain.kit.refusals import INPUT, RefusalCode, refuse
from domain.personal.records import NO_PRODUCT, Thing


def checked(thing: Thing) -> Thing:
    """The thing as it is stored. Refused: INVALID, at `product_id` or `category`."""
    if thing.product_id is not None:
        if thing.product_id == NO_PRODUCT:
            raise refuse(RefusalCode.INVALID, f"{INPUT} must be the id of a product.", "product_id")
        return Thing(product_id=thing.product_id)
    return Thing(category=handle(thing.category or ""))


def handle(category: str) -> str:
    """The handle of a category. Refused: INVALID."""
    named = normal_handle(category.strip())
    if not named or len(named) > MAX_HANDLE or not named.isprintable():
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be the handle of a category.", "category")
    return named
