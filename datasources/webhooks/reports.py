"""Events that only webhooks need: without a subscription nobody writes them.

So a shop without webhooks pays nothing for them, and workers of a version that does not know these kinds meet none.
"""

import sqlalchemy as sa

from datasources.kit import outbox
from datasources.kit.database import Tx
from datasources.tables import webhook_subscriptions
from datasources.webhooks.subscriptions import ACTIVE
from domain.events import Event


async def report(tx: Tx, *events: Event) -> None:
    """Adds events to the outbox, if anybody has subscribed to webhooks."""
    rows = webhook_subscriptions.c
    if events and await tx.one(sa.select(rows.id).where(rows.state == ACTIVE).limit(1)) is not None:
        await outbox.add(tx, *events)
