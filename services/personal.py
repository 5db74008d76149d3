"""What shoppers do and hide, noted for their homepage. It is kept in Redis alone: no transaction, no database."""

from collections.abc import Callable, Iterable, Sequence

from datasources.personal import Tastes
from domain.kit.refusals import INPUT, RefusalCode, each, refuse
from domain.personal import NO_PRODUCT, WEIGHTS, Event, Person

MAX_EVENTS = 50
MAX_HANDLE = 255
CategoriesOf = Callable[[int], Iterable[str]]


class PersonalService:
    """Events are worth something only to who sent them, so that they are believed within bounds."""

    def __init__(self, tastes: Tastes) -> None:
        self._tastes = tastes

    async def track(self, person: Person, address: str, events: Sequence[Event], categories_of: CategoriesOf) -> None:
        """Adds events up by the categories they are about, those of the product and the one that is named.

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
        """Keeps a product from a shopper, or no longer. Refused: INVALID. Raises `Unavailable`."""
        _check_product(product_id)
        change = self._tastes.hide if hidden else self._tastes.unhide
        await change(person, product_id=product_id)

    async def hide_category(self, person: Person, category: str, *, hidden: bool) -> None:
        """Keeps a category from a shopper, or no longer. Refused: INVALID. Raises `Unavailable`."""
        change = self._tastes.hide if hidden else self._tastes.unhide
        await change(person, category=_handle(category))


def _named(event: Event) -> tuple[str, ...]:
    """The category that an event names, if it does. Refused: INVALID."""
    if event.product_id is None and event.category is None:
        raise refuse(RefusalCode.INVALID, "An event is about a product or a category.")
    if event.product_id is not None:
        _check_product(event.product_id)
    return () if event.category is None else (_handle(event.category),)


def _check_product(product_id: int) -> None:
    if product_id == NO_PRODUCT:
        raise refuse(RefusalCode.INVALID, "This is not the id of a product.", "product_id")


def _handle(category: str) -> str:
    handle = category.strip()
    if not handle or len(handle) > MAX_HANDLE or not handle.isprintable():
        raise refuse(RefusalCode.INVALID, "This is not the handle of a category.", "category")
    return handle
