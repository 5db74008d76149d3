"""Puts notices into the queue: one delivery for each subscription, and one for several changes of a state."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from datasources.kit.database import Database, Tx
from datasources.kit.rows import DatabaseClock, insert_new
from datasources.tables import webhook_deliveries
from domain.kit.ids import new_secret
from domain.webhooks.records import DeliveryState, Notice
from domain.webhooks.tags import merged
from domain.webhooks.topics import WebhookTopic

_ROWS = webhook_deliveries.c
_AT_ONCE = 500
_TRIES = 3


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A notice for a subscription, with the id of its event."""

    subscription_id: int
    notice: Notice
    event_id: str


@dataclass(slots=True)
class _Gathered:
    """Deliveries of one batch: each state once, and the tags of each subscription together."""

    rows: dict[object, NewDelivery] = field(default_factory=dict)
    tags: dict[int, list[str]] = field(default_factory=dict)

    def add(self, new: NewDelivery) -> None:
        notice = new.notice
        if notice.tags:
            self.tags.setdefault(new.subscription_id, []).extend(notice.tags)
        self.rows.setdefault((new.subscription_id, notice.cause or notice.object_key), new)


def deliveries_of(
    notices: Iterable[tuple[Notice, str]], topics: Mapping[WebhookTopic, Sequence[int]]
) -> list[NewDelivery]:
    """Notices, each with the id of its event, for every subscription to its topic."""
    return [NewDelivery(key, notice, event) for notice, event in notices for key in topics.get(notice.topic, ())]


async def add(database: Database, new: Sequence[NewDelivery], at: DatabaseClock) -> None:
    """Adds deliveries in one transaction, except those that are known by their cause, and whose object waits already.

    It runs again when tags begin to wait meanwhile, so that the new ones join them.
    """
    for tries in range(_TRIES):
        try:
            await database.transact(lambda tx: _add(tx, new, at))
            return
        except IntegrityError:
            if tries + 1 == _TRIES:
                raise


async def _add(tx: Tx, new: Sequence[NewDelivery], at: DatabaseClock) -> None:
    gathered = _Gathered()
    for each in new:
        gathered.add(each)
    waiting = await _join(tx, gathered.tags)
    rows = [
        _row(each, merged(gathered.tags.get(each.subscription_id, ())))
        for each in gathered.rows.values()
        if not (each.notice.tags and each.subscription_id in waiting)
    ]
    times = dict.fromkeys(("occurred_at", "queued_at", "due_at"), at(tx.dialect, 0))
    others = [row for row in rows if not row["tags"]]
    for start in range(0, len(others), _AT_ONCE):
        await tx.run(insert_new(webhook_deliveries, tx.dialect).values(times), others[start : start + _AT_ONCE])
    if tagged := [row for row in rows if row["tags"]]:
        # Unlike a state, tags that are left out are lost: a row that is there by now must not be taken for this one.
        await tx.run(sa.insert(webhook_deliveries).values(times), tagged)


async def _join(tx: Tx, tags: Mapping[int, Sequence[str]]) -> set[int]:
    """Adds tags to the deliveries that wait already; returns their subscriptions. The locks keep workers off them."""
    if not tags:
        return set()
    topic = WebhookTopic.CACHE_INVALIDATE.value
    mine = (_ROWS.subscription_id.in_(sorted(tags)), _ROWS.waiting.is_not(None), _ROWS.topic == topic)
    query = sa.select(_ROWS.id, _ROWS.subscription_id, _ROWS.tags).where(*mine).order_by(_ROWS.id).with_for_update()
    waiting: set[int] = set()
    for row in await tx.all(query):
        every = merged((*row.tags, *tags[row.subscription_id]))
        waiting.add(row.subscription_id)
        if list(every) != row.tags:
            await tx.run(sa.update(webhook_deliveries).where(_ROWS.id == row.id).values(tags=list(every)))
    return waiting


def _row(new: NewDelivery, tags: Sequence[str]) -> dict[str, Any]:
    notice = new.notice
    return {
        "subscription_id": new.subscription_id,
        "topic": notice.topic.value,
        "object_key": notice.object_key,
        "cause": notice.cause,
        "waiting": notice.object_key if notice.topic.tells_state else None,
        "tags": list(tags) if notice.tags else [],
        "event_id": new.event_id,
        "webhook_id": new_secret(),
        "state": DeliveryState.WAITING.value,
        "attempts": 0,
    }
