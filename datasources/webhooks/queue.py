"""The queue of deliveries. Workers claim some for a short time by the database's clock, send them, record the answers.

A claim moves `due_at` to its end: a worker that dies gives its claims up by doing nothing. The number of attempts
is the fence: an answer counts only for the attempt that it is about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from datasources.kit.database import Database, Row, Tx
from datasources.kit.rows import DatabaseClock, seconds_from_now
from datasources.tables import webhook_deliveries, webhook_subscriptions
from datasources.webhooks import subscriptions
from datasources.webhooks.subscriptions import ACTIVE, subscription_of
from domain.webhooks.records import GIVE_UP_AFTER, DeliveryState, WebhookDelivery, WebhookSubscription
from domain.webhooks.topics import WebhookTopic

# Longer than reading the bodies and sending them takes.
CLAIM_SECONDS = 60
_ROWS = webhook_deliveries.c
_WAITS = _ROWS.state == DeliveryState.WAITING.value
_AT_ONCE = 500
TOO_LATE = "The endpoint did not take it within two days."


@dataclass(frozen=True, slots=True)
class Claim:
    """How many deliveries of a subscription a worker wants; one at most of a failing endpoint."""

    subscription: WebhookSubscription
    limit: int


class DeliveryQueue:
    """Deliveries of all subscriptions. `at` reads the clock."""

    def __init__(self, database: Database, at: DatabaseClock = seconds_from_now) -> None:
        self._database = database
        self.at = at

    async def due(self) -> list[WebhookSubscription]:
        """Subscriptions with deliveries to send now, without those of paused endpoints."""
        rows, now = webhook_subscriptions.c, self.at(self._database.dialect, 0)
        is_due = sa.exists().where(_ROWS.subscription_id == rows.id, _WAITS, _ROWS.due_at <= now)
        query = sa.select(webhook_subscriptions).where(
            rows.state == ACTIVE,
            rows.paused_until.is_(None) | (rows.paused_until <= now),
            rows.topic.in_([topic.value for topic in WebhookTopic]),
            is_due.correlate(webhook_subscriptions),
        )
        return [subscription_of(row) for row in await self._database.all(query)]

    async def claim(self, claims: Sequence[Claim]) -> list[WebhookDelivery]:
        """Deliveries that nobody else sends now: of each object the earliest one, and no more than each claim says."""
        return await self._database.transact(lambda tx: self._claim(tx, claims)) if claims else []

    async def _claim(self, tx: Tx, claims: Sequence[Claim]) -> list[WebhookDelivery]:
        rows: list[Row] = []
        probed: dict[str, bool] = {}
        for claim in claims:
            origin = claim.subscription.origin
            if claim.subscription.is_failing:
                if origin in probed:
                    continue
                probed[origin] = await subscriptions.probe(tx, origin, CLAIM_SECONDS, self.at)
                if not probed[origin]:
                    continue
            rows += await tx.all(self._first(tx.dialect, claim.subscription.id, claim.limit))
        if not rows:
            return []
        taken = {"due_at": self.at(tx.dialect, CLAIM_SECONDS), "attempts": _ROWS.attempts + 1, "waiting": None}
        mine = _ROWS.id.in_([row.id for row in rows])
        await tx.run(sa.update(webhook_deliveries).where(mine).values(taken))
        return [delivery_of(row, row.attempts + 1) for row in rows]

    def _first(self, dialect: str, subscription_id: int, limit: int) -> sa.Select[Any]:
        """Due deliveries of a subscription, locked; a later one of the same object waits for the earlier one."""
        earlier = webhook_deliveries.alias("earlier")
        before = sa.exists().where(
            earlier.c.subscription_id == subscription_id,
            earlier.c.object_key == _ROWS.object_key,
            earlier.c.state == DeliveryState.WAITING.value,
            earlier.c.id < _ROWS.id,
        )
        is_due = (_ROWS.subscription_id == subscription_id, _WAITS, _ROWS.due_at <= self.at(dialect, 0))
        query = sa.select(webhook_deliveries).where(*is_due, ~before.correlate(webhook_deliveries))
        query = query.order_by(_ROWS.due_at, _ROWS.id).limit(limit)
        return query.with_for_update(of=webhook_deliveries, skip_locked=True)

    async def give_up_old(self) -> int:
        """Ends deliveries that endpoints did not take for two days, those of paused ones too; returns how many."""
        age = int(GIVE_UP_AFTER.total_seconds())

        async def give_up(tx: Tx) -> int:
            now = self.at(tx.dialect, 0)
            too_old = _WAITS & (_ROWS.queued_at <= self.at(tx.dialect, -age)) & (_ROWS.due_at <= now)
            query = sa.select(_ROWS.id).where(too_old).order_by(_ROWS.id).limit(_AT_ONCE)
            ids = [row.id for row in await tx.all(query)]
            if ids:
                values = {"state": DeliveryState.FAILED.value, "waiting": None, "finished_at": now}
                values["last_error"] = sa.func.coalesce(_ROWS.last_error, TOO_LATE)
                await tx.run(sa.update(webhook_deliveries).where(_ROWS.id.in_(ids), too_old).values(values))
            return len(ids)

        return await self._database.in_batches(give_up, _AT_ONCE)

    async def forget_done(self, days: int, failed_days: int) -> int:
        """Removes deliveries that ended some days ago, and those of deleted subscriptions; returns how many."""

        async def forget(tx: Tx) -> int:
            ids: list[int] = []
            for state, kept in ((DeliveryState.DONE, days), (DeliveryState.FAILED, failed_days)):
                old = (_ROWS.state == state.value) & (_ROWS.finished_at <= self.at(tx.dialect, -kept * 86_400))
                query = sa.select(_ROWS.id).where(old).order_by(_ROWS.finished_at).limit(_AT_ONCE)
                ids += [row.id for row in await tx.all(query)]
            if ids:
                await tx.run(sa.delete(webhook_deliveries).where(_ROWS.id.in_(ids)))
            return max(len(ids), await subscriptions.forget_deleted(tx, _AT_ONCE))

        return await self._database.in_batches(forget, _AT_ONCE)


def delivery_of(row: Row, attempts: int) -> WebhookDelivery:
    """A delivery from its row."""
    return WebhookDelivery(
        id=row.id,
        subscription_id=row.subscription_id,
        topic=WebhookTopic(row.topic),
        object_key=row.object_key,
        event_id=row.event_id,
        webhook_id=row.webhook_id,
        state=DeliveryState(row.state),
        occurred_at=row.occurred_at,
        attempts=attempts,
        tags=tuple(row.tags),
        last_status=row.last_status,
        last_error=row.last_error,
    )
