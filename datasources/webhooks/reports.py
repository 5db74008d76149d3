"""Events that only webhooks need: without a subscription nobody writes them.

So a shop without webhooks pays nothing for them, and workers of a version that does not know these kinds meet none.
"""

import time
from collections.abc import Callable

import sqlalchemy as sa

from datasources.kit import outbox
from datasources.kit.database import Tx
from datasources.tables import webhook_subscriptions
from datasources.webhooks.subscriptions import ACTIVE
from domain.events import CartChanged, Event
from domain.webhooks.topics import WebhookTopic

CART_TOPICS = (WebhookTopic.CARTS_CREATE.value, WebhookTopic.CARTS_UPDATE.value)
# How long a process relies on whether anybody has subscribed to carts.
KNOWN_SECONDS = 5.0


async def report(tx: Tx, *events: Event) -> None:
    """Adds events to the outbox, if anybody has subscribed to webhooks."""
    rows = webhook_subscriptions.c
    if events and await tx.one(sa.select(rows.id).where(rows.state == ACTIVE).limit(1)) is not None:
        await outbox.add(tx, *events)


class CartReports:
    """Reports changes of carts while somebody has subscribed to those.

    Carts change often, so that a process looks for subscriptions at most every `KNOWN_SECONDS`.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._read_at = float("-inf")
        self._wanted = False

    async def report(self, tx: Tx, cart_id: str, *, is_new: bool = False) -> None:
        """Adds the change to the outbox, if anybody has subscribed."""
        if self._clock() - self._read_at >= KNOWN_SECONDS:
            rows = webhook_subscriptions.c
            mine = sa.select(rows.id).where(rows.state == ACTIVE, rows.topic.in_(CART_TOPICS)).limit(1)
            self._wanted, self._read_at = await tx.one(mine) is not None, self._clock()
        if self._wanted:
            await outbox.add(tx, CartChanged(cart_id, is_new))
