"""Records what shoppers do and hide, for their homepage. The data is in Redis alone: no transaction, no database."""

from collections.abc import Callable, Iterable, Sequence

from datasources.personal import Tastes
from domain.kit.refusals import INPUT, RefusalCode, each, refuse
from domain.personal import NO_PRODUCT, WEIGHTS, Person, ShopperEvent

MAX_EVENTS = 50
MAX_HANDLE = 255
CategoriesOf = Callable[[int], Iterable[str]]


class PersonalService:
    """Events affect only the shopper who sent them, so the shop accepts them unverified, up to a limit."""

    def __init__(self, tastes: Tastes) -> None:
        self._tastes = tastes

    async def track(
        self, person: Person, address: str, events: Sequence[ShopperEvent], categories_of: CategoriesOf
    ) -> None:
        """Adds up events by category: the categories of their product and the category that they name.

        Refused: INVALID, RATE_LIMITED. Raises `Unavailable`.
        """
        if not 0 < len(events) <= MAX_EVENTS:
            raise refuse(RefusalCode.INVALID, f"{INPUT} must be 1 to {MAX_EVENTS} events.", "events")
        weights: dict[str, float] = {}
        named = each("events", events, _named)
        for event, categories in zip(events, named, strict=True):
            found = () if event.product_id is None else categories_of(event.product_id)
            for category in {*categories, *found}:
                weights[category] = weights.get(category, 0.0) + WEIGHTS[event.type]
        if not await self._tastes.track(person, address, weights, len(events)):
            raise refuse(RefusalCode.RATE_LIMITED, "Too many events; try again in a minute.", "events")

    async def hide_product(self, person: Person, product_id: int, *, hidden: bool) -> None:
        """Hides a product from a shopper or shows it again. Refused: INVALID. Raises `Unavailable`."""
        _check_product(product_id)
        change = self._tastes.hide if hidden else self._tastes.unhide
        await change(person, product_id=product_id)

    async def hide_category(self, person: Person, category: str, *, hidden: bool) -> None:
        """Hides a category from a shopper or shows it again. Refused: INVALID. Raises `Unavailable`."""
        change = self._tastes.hide if hidden else self._tastes.unhide
        await change(person, category=_handle(category))


def _named(event: ShopperEvent) -> tuple[str, ...]:
    """The category that an event names, if any. Refused: INVALID."""
    if event.product_id is None and event.category is None:
        raise refuse(RefusalCode.INVALID, "An event must name a product or a category.")
    if event.product_id is not None:
        _check_product(event.product_id)
    return () if event.category is None else (_handle(event.category),)


def _check_product(product_id: int) -> None:
    if product_id == NO_PRODUCT:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be the id of a product.", "product_id")


def _handle(category: str) -> str:
    handle = category.strip()
    if not handle or len(handle) > MAX_HANDLE or not handle.isprintable():
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be the handle of a category.", "category")
    return handle
