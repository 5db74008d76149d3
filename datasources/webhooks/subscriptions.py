"""Who receives which topic, and how their endpoints have answered."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from datasources.kit.database import Database, Row, Tx
from datasources.kit.keyset import keyset
from datasources.kit.rows import DatabaseClock, aligned, inserted_key
from datasources.tables import webhook_deliveries, webhook_subscriptions
from domain.kit.paging import Page, PageRequest, page_of
from domain.webhooks.records import BREAKS_AT, WebhookSubscription, pause_seconds
from domain.webhooks.topics import WebhookTopic

# A time by the database's clock, some seconds from now: `datasources.kit.rows.seconds_from_now`.
ACTIVE, DELETED = "ACTIVE", "DELETED"
_ROWS = webhook_subscriptions.c
_IS_ACTIVE = _ROWS.state == ACTIVE


class WebhookSubscriptions:
    """Reads of subscriptions; deleted ones are left out."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def topics(self) -> dict[WebhookTopic, tuple[int, ...]]:
        """The keys of all subscriptions by topic."""
        found: dict[WebhookTopic, tuple[int, ...]] = {}
        known = set(WebhookTopic)
        query = sa.select(_ROWS.id, _ROWS.topic).where(_IS_ACTIVE).order_by(_ROWS.id)
        for row in await self._database.all(query):
            if row.topic in known:  # another version may know more
                topic = WebhookTopic(row.topic)
                found[topic] = (*found.get(topic, ()), row.id)
        return found

    async def by_id(self, ids: Sequence[int]) -> list[WebhookSubscription | None]:
        """Subscriptions in the order of `ids`."""
        rows = await self._database.all(_known().where(_ROWS.id.in_(ids)))
        return aligned({row.id: subscription_of(row) for row in rows}, ids)

    async def page(
        self, asked: PageRequest, reverse: bool, topics: Collection[WebhookTopic] = (), address: str | None = None
    ) -> Page[WebhookSubscription]:
        """One page of all subscriptions, or of those to some topics or to an address, oldest first unless reversed."""
        query = _known()
        if topics:
            query = query.where(_ROWS.topic.in_([topic.value for topic in topics]))
        if address is not None:
            query = query.where(_ROWS.address == address)
        rows = await self._database.all(keyset(query, _ROWS.created_at, _ROWS.id, asked, reverse))
        found = [subscription_of(row) for row in rows]
        return page_of(found, asked, lambda each: (each.created_at.isoformat(), each.id))


def _known() -> sa.Select[Any]:
    return sa.select(webhook_subscriptions).where(_IS_ACTIVE, _ROWS.topic.in_([topic.value for topic in WebhookTopic]))


def subscription_of(row: Row) -> WebhookSubscription:
    """A subscription from its row."""
    return WebhookSubscription(
        id=row.id,
        topic=WebhookTopic(row.topic),
        address=row.address,
        api_version=row.api_version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        origin=row.origin,
        name=row.name,
        include_fields=tuple(row.include_fields),
        failures=row.failures,
        paused_until=row.paused_until,
        tested_at=row.tested_at,
    )


async def lock(tx: Tx, subscription_id: int) -> WebhookSubscription | None:
    """A subscription with its row locked until the transaction ends."""
    row = await tx.one(_known().where(_ROWS.id == subscription_id).with_for_update())
    return None if row is None else subscription_of(row)


async def count(tx: Tx) -> int:
    """How many subscriptions there are."""
    row = await tx.one(sa.select(sa.func.count().label("every")).where(_IS_ACTIVE))
    return 0 if row is None else int(row.every)


async def insert(tx: Tx, new: WebhookSubscription) -> int:
    """Inserts a subscription. Raises IntegrityError when the address has the topic already."""
    row = {
        "topic": new.topic.value,
        "api_version": new.api_version,
        "state": ACTIVE,
        "failures": 0,
        "created_at": new.created_at,
    }
    return inserted_key(await tx.run(sa.insert(webhook_subscriptions).values(row | _changeable(new))))


async def change(tx: Tx, changed: WebhookSubscription) -> None:
    """Writes what staff may change; the endpoint gets requests again at once. Raises IntegrityError, as `insert`."""
    values = _changeable(changed) | {"failures": 0, "paused_until": None}
    await tx.run(sa.update(webhook_subscriptions).where(_ROWS.id == changed.id).values(values))


def _changeable(subscription: WebhookSubscription) -> dict[str, Any]:
    return {
        "address": subscription.address,
        "origin": subscription.origin,
        "taken": hashlib.sha256(f"{subscription.topic} {subscription.address}".encode()).hexdigest(),
        "name": subscription.name,
        "include_fields": list(subscription.include_fields),
        "updated_at": subscription.updated_at,
    }


async def delete(tx: Tx, subscription_id: int, now: datetime) -> bool:
    """Deletes a subscription for everybody; `forget_deleted` removes its rows. False when there is none."""
    mine = (_ROWS.id == subscription_id) & _IS_ACTIVE
    gone = {"state": DELETED, "taken": None, "updated_at": now}
    return bool((await tx.run(sa.update(webhook_subscriptions).where(mine).values(gone))).rowcount)


async def tested(tx: Tx, subscription_id: int, now: datetime) -> None:
    """Records the time of a dry run."""
    await tx.run(sa.update(webhook_subscriptions).where(_ROWS.id == subscription_id).values(tested_at=now))


async def forget_deleted(tx: Tx, limit: int) -> int:
    """Removes some deliveries of deleted subscriptions, then the subscriptions; returns how many deliveries."""
    delivery = webhook_deliveries.c
    gone = [row.id for row in await tx.all(sa.select(_ROWS.id).where(_ROWS.state == DELETED))]
    if not gone:
        return 0
    query = sa.select(delivery.id).where(delivery.subscription_id.in_(gone)).limit(limit)
    ids = [row.id for row in await tx.all(query)]
    if ids:
        await tx.run(sa.delete(webhook_deliveries).where(delivery.id.in_(ids)))
        return len(ids)
    await tx.run(sa.delete(webhook_subscriptions).where(_ROWS.id.in_(gone)))
    return 0


async def answered(tx: Tx, origin: str) -> None:
    """Records that an endpoint took a delivery: it gets as many requests as others."""
    failing = (_ROWS.origin == origin) & (_ROWS.failures > 0)
    await tx.run(sa.update(webhook_subscriptions).where(failing).values(failures=0, paused_until=None))


async def failed(tx: Tx, origin: str, failures: int, at: DatabaseClock) -> None:
    """Adds failures of an endpoint, and pauses it when there were too many in a row.

    Requests that were under way together count together up to the pause, so that they do not make it longer.
    """
    mine = _ROWS.origin == origin
    row = await tx.one(sa.select(sa.func.max(_ROWS.failures).label("most")).where(mine))
    before = row.most or 0 if row is not None else 0
    total = before + 1 if before >= BREAKS_AT else min(before + failures, BREAKS_AT)
    values: dict[str, Any] = {"failures": total}
    if seconds := pause_seconds(total):
        values["paused_until"] = at(tx.dialect, seconds)
    await tx.run(sa.update(webhook_subscriptions).where(mine).values(values))


async def probe(tx: Tx, origin: str, seconds: int, at: DatabaseClock) -> bool:
    """Whether the caller may send the one request that a failing endpoint gets now. Others wait for its outcome."""
    over = (_ROWS.origin == origin) & (_ROWS.paused_until <= at(tx.dialect, 0))
    result = await tx.run(sa.update(webhook_subscriptions).where(over).values(paused_until=at(tx.dialect, seconds)))
    return bool(result.rowcount)
