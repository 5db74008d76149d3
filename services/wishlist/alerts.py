"""Who may want to hear of an event: the owners of items with `notify`. Whoever sends something decides what is news."""

from collections.abc import AsyncIterator, Sequence

from datasources.wishlist import Wishlists
from domain.events import AvailabilityChanged, Event, ProductsChanged
from domain.wishlist import Awaited

ALERT_EVENTS = (AvailabilityChanged, ProductsChanged)
_BATCH = 500


async def awaited_by(events: Sequence[Event], wishlists: Wishlists) -> AsyncIterator[list[Awaited]]:
    """Items of the products of these events, in batches: however many people want a product, memory is bounded.

    A product that several events name is read once.
    """
    named = {key for event in events if isinstance(event, ALERT_EVENTS) for key in event.product_ids}
    for product_id in sorted(named):
        after = 0
        while batch := await wishlists.awaited(product_id, after, _BATCH):
            yield batch
            after = batch[-1].item_id
