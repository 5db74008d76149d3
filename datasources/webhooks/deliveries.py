"""Deliveries as staff see them, and sending them again."""

from collections.abc import Sequence

import sqlalchemy as sa

from datasources.kit.database import Database, Tx
from datasources.kit.keyset import keyset
from datasources.kit.rows import DatabaseClock
from datasources.tables import webhook_deliveries, webhook_subscriptions
from datasources.webhooks.queue import delivery_of
from datasources.webhooks.subscriptions import ACTIVE
from domain.kit.paging import Page, PageRequest, page_of
from domain.webhooks.records import DeliveryState, Replay, WebhookDelivery
from domain.webhooks.topics import WebhookTopic

_ROWS = webhook_deliveries.c
ENDED = (DeliveryState.DONE.value, DeliveryState.FAILED.value)


class WebhookDeliveries:
    """Reads of deliveries of subscriptions that are not deleted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, asked: PageRequest, reverse: bool, state: DeliveryState | None, subscription_id: int | None
    ) -> Page[WebhookDelivery]:
        """One page of all deliveries, or of those in a state or to a subscription, oldest first unless reversed."""
        subscription = webhook_subscriptions.c
        query = sa.select(webhook_deliveries).join(
            webhook_subscriptions, (subscription.id == _ROWS.subscription_id) & (subscription.state == ACTIVE)
        )
        query = query.where(_ROWS.topic.in_([topic.value for topic in WebhookTopic]))
        if state is not None:
            query = query.where(_ROWS.state == state.value)
        if subscription_id is not None:
            query = query.where(_ROWS.subscription_id == subscription_id)
        rows = await self._database.all(keyset(query, _ROWS.occurred_at, _ROWS.id, asked, reverse))
        found = [delivery_of(row, row.attempts) for row in rows]
        return page_of(found, asked, lambda each: (each.occurred_at.isoformat(), each.id))

    async def counts(self) -> dict[DeliveryState, int]:
        """How many deliveries wait, and how many failed."""
        told = (DeliveryState.WAITING.value, DeliveryState.FAILED.value)
        query = sa.select(_ROWS.state, sa.func.count().label("every")).where(_ROWS.state.in_(told))
        rows = await self._database.all(query.group_by(_ROWS.state))
        return {DeliveryState(row.state): int(row.every) for row in rows}

    async def oldest_waiting(self, at: DatabaseClock) -> float:
        """For how many seconds the oldest delivery has waited; 0 when none does."""
        waits = _ROWS.state == DeliveryState.WAITING.value
        query = sa.select(sa.func.min(_ROWS.occurred_at).label("oldest")).where(waits)
        now = sa.type_coerce(at(self._database.dialect, 0), _ROWS.occurred_at.type).label("now")
        row = await self._database.one(sa.select(query.scalar_subquery().label("oldest"), now))
        if row is None or row.oldest is None:
            return 0.0
        return max(0.0, float((row.now - row.oldest).total_seconds()))


async def replay(tx: Tx, asked: Replay, limit: int, at: DatabaseClock) -> int:
    """Makes ended deliveries wait again, at most `limit`, the earliest first; returns how many. Their ids stay."""
    conditions: list[sa.ColumnElement[bool]] = [_ROWS.state.in_(ENDED)]
    if asked.event_id is not None:
        conditions.append(_ROWS.event_id == asked.event_id)
    if asked.subscription_id is not None:
        conditions.append(_ROWS.subscription_id == asked.subscription_id)
    if asked.since is not None:
        conditions.append(_ROWS.occurred_at >= asked.since)
    if asked.until is not None:
        conditions.append(_ROWS.occurred_at < asked.until)
    query = sa.select(_ROWS.id).where(*conditions).order_by(_ROWS.occurred_at, _ROWS.id).limit(limit)
    ids = [row.id for row in await tx.all(query.with_for_update())]
    await _wait_again(tx, ids, at)
    return len(ids)


async def _wait_again(tx: Tx, ids: Sequence[int], at: DatabaseClock) -> None:
    """They keep the number of attempts, which fences off answers of earlier ones; two days begin again."""
    now = at(tx.dialect, 0)
    values = {"state": DeliveryState.WAITING.value, "due_at": now, "queued_at": now, "finished_at": None}
    if ids:
        await tx.run(sa.update(webhook_deliveries).where(_ROWS.id.in_(ids)).values(values))
