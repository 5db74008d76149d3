"""Which webhooks were handled, so that a repeated one is handled once."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from datasources.kit.database import Row, Tx
from datasources.kit.rows import seconds_from_now
from datasources.tables import payments, webhook_events
from domain.payments.records import PaymentEvent


async def remember(tx: Tx, provider: str, event: PaymentEvent, now: datetime) -> bool:
    """Records that this transaction handles the event; False when another one has handled it.

    Waits for a transaction that is handling it at this moment.
    """
    row = {"provider": provider, "event_id": event.id, "kind": event.kind, "received_at": now}
    try:
        await tx.run(sa.insert(webhook_events), row)
    except IntegrityError:
        return False
    return True


async def known(tx: Tx, provider: str, event_ids: Sequence[str]) -> set[str]:
    """Which of these events were handled before."""
    events = webhook_events.c
    mine = (events.provider == provider, events.event_id.in_(event_ids))
    return {row.event_id for row in await tx.all(sa.select(events.event_id).where(*mine))}


async def remember_all(tx: Tx, provider: str, events: Sequence[PaymentEvent], now: datetime) -> None:
    """Records that this transaction handles these. Raises IntegrityError when another one has handled any of them."""
    rows = [{"provider": provider, "event_id": e.id, "kind": e.kind, "received_at": now} for e in events]
    if rows:
        await tx.run(sa.insert(webhook_events), rows)


async def payments_of(tx: Tx, provider: str, charge_keys: Sequence[str]) -> dict[str, Row]:
    """The recorded payments of charges by their keys: `order_id` and `state`."""
    mine = (payments.c.provider == provider, payments.c.charge_key.in_(charge_keys))
    query = sa.select(payments.c.charge_key, payments.c.order_id, payments.c.state).where(*mine)
    return {row.charge_key: row for row in await tx.all(query)}


async def order_of(tx: Tx, provider: str, charge_key: str) -> int | None:
    """The order that a charge pays; None if it has no order yet."""
    mine = (payments.c.provider == provider, payments.c.charge_key == charge_key)
    row = await tx.one(sa.select(payments.c.order_id).where(*mine))
    return None if row is None else int(row.order_id)


async def forget(tx: Tx, older_than_seconds: int, limit: int) -> int:
    """Removes the oldest events received at least some seconds ago; returns how many."""
    past = webhook_events.c.received_at <= seconds_from_now(tx.dialect, -older_than_seconds)
    key = sa.tuple_(webhook_events.c.provider, webhook_events.c.event_id)
    query = sa.select(webhook_events.c.provider, webhook_events.c.event_id).where(past)
    rows = await tx.all(query.order_by(webhook_events.c.received_at).limit(limit))
    if rows:
        await tx.run(sa.delete(webhook_events).where(key.in_([tuple(row) for row in rows])))
    return len(rows)
