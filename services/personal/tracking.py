"""Records what shoppers do, for their homepage. What they dislike is hidden."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from datasources.kit.limits import Limits
from datasources.personal.fields import AFFINITY, LOOKS, PRODUCT_LOOKS
from datasources.personal.tastes import Tastes
from domain.accounts import Consent
from domain.kit.limits import EVENTS_OF_DEVICE, EVENTS_OF_NETWORK
from domain.kit.refusals import INPUT, RefusalCode, each, refuse
from domain.personal.records import EventType, Person, ShopperEvent, Thing
from domain.personal.tastes import CART_WEIGHT
from services.personal.checks import checked, handle
from services.personal.dislikes import DislikeService

MAX_EVENTS = 50
_TOO_MANY = f"{INPUT} must be fewer in a minute, from a shopper and from an address."
CategoriesOf = Callable[[int], Iterable[str]]


class TrackingService:
    """Events affect only the shopper who sent them, so the shop accepts them unverified, up to a limit."""

    def __init__(self, tastes: Tastes, dislikes: DislikeService, limits: Limits) -> None:
        self._limits = limits
        self._tastes = tastes
        self._dislikes = dislikes

    async def track(
        self,
        person: Person | None,
        address: str,
        events: Sequence[ShopperEvent],
        categories_of: CategoriesOf,
        consent: Consent,
    ) -> int:
        """Adds up events by category: the categories of their product and the category that they name.

        `NOT_INTERESTED` hides its product, or else its category. Returns how many events were recorded: what a shopper
        does is not recorded without consent to analytics and preferences, and nothing of a guest without the latter.

        Refused: INVALID, RATE_LIMITED. Raises `Unavailable`.
        """
        wanted = check_events(events)
        if person is None:
            return 0
        allowed = consent.analytics and consent.preferences
        kept = [event for event in wanted if allowed or event.type is EventType.NOT_INTERESTED]
        if not kept:
            return 0
        weights: dict[str, float] = {}
        for name, weight in (pair for event in kept for pair in _weights(event, categories_of)):
            weights[name] = weights.get(name, 0.0) + weight
        await self._admit(person, address, len(kept))
        await self._tastes.track(person, weights)
        hidden = [_thing(event) for event in kept if event.type is EventType.NOT_INTERESTED]
        if hidden:
            await self._dislikes.hide(person, hidden)
        return len(kept)

    async def _admit(self, person: Person, address: str, events: int) -> None:
        """Refused: RATE_LIMITED. Guests of one network share a budget: a client that invents names gains nothing."""
        guest_waits = person.customer_id is None and await self._limits.take(EVENTS_OF_NETWORK, address, events)
        if guest_waits or await self._limits.take(EVENTS_OF_DEVICE, person.key, events):
            raise refuse(RefusalCode.RATE_LIMITED, _TOO_MANY, "events")


def check_events(events: Sequence[ShopperEvent]) -> tuple[ShopperEvent, ...]:
    """The events as they are recorded. Refused: INVALID."""
    if not 0 < len(events) <= MAX_EVENTS:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be 1 to {MAX_EVENTS} events.", "events")
    return each("events", events, _checked)


def _checked(event: ShopperEvent) -> ShopperEvent:
    if event.product_id is None and event.category is None:
        raise refuse(RefusalCode.INVALID, "An event must have `productId` or `category`.")
    product_id = None if event.product_id is None else checked(Thing(product_id=event.product_id)).product_id
    return ShopperEvent(event.type, product_id, None if event.category is None else handle(event.category))


def _weights(event: ShopperEvent, categories_of: CategoriesOf) -> Iterator[tuple[str, float]]:
    """What an event adds to which fields."""
    if event.type is EventType.NOT_INTERESTED:
        return
    found = () if event.product_id is None else categories_of(event.product_id)
    categories = {*found, *(() if event.category is None else (event.category,))}
    if event.type is EventType.ADD_TO_CART:
        yield from ((f"{AFFINITY}{name}", CART_WEIGHT) for name in categories)
        return
    yield from ((f"{LOOKS}{name}", 1.0) for name in categories)
    if event.product_id is not None:
        yield f"{PRODUCT_LOOKS}{event.product_id}", 1.0


def _thing(event: ShopperEvent) -> Thing:
    return Thing(event.product_id, None if event.product_id is not None else event.category)
