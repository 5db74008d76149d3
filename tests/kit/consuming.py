"""A group of consumers that keeps what it was given."""

import asyncio
from collections.abc import Sequence

from datasources.kit.stream import EventStream
from domain.events import Event, OrderPaid
from workers.kit.consumers import Consumer, Limits, Subscription

GROUP = "cards"
AT_ONCE = Limits(batch=10, idle_seconds=0.2)


class Handled:
    """Keeps what it was given; fails whenever the order in `poison` is among it."""

    def __init__(self, poison: int | None = None) -> None:
        self.batches: list[list[Event]] = []
        self.poison = poison

    async def __call__(self, events: Sequence[Event]) -> None:
        """Raises for poison."""
        if OrderPaid(self.poison or 0) in events:
            raise ValueError("this order is poison")
        self.batches.append(list(events))

    @property
    def events(self) -> list[Event]:
        """All that was handled."""
        return [event for batch in self.batches for event in batch]


def consumer_of(stream: EventStream, handled: Handled, name: str = "one") -> Consumer:
    """One member of the group, which wants paid orders."""
    return Consumer(stream, Subscription(GROUP, (OrderPaid,), handled, limits=AT_ONCE), name)


async def until_finished(consumer: Consumer, stream: EventStream) -> None:
    """Takes turns until the group has finished every event."""
    async with asyncio.timeout(30):
        while await stream.lag(GROUP):
            await consumer.turn()
