"""Records what endpoints answered: many answers at once, each for the attempt that it is about."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import sqlalchemy as sa

from datasources.kit.database import Database, Tx
from datasources.kit.rows import DatabaseClock
from datasources.tables import webhook_deliveries
from datasources.webhooks import subscriptions
from domain.webhooks.records import GIVE_UP_AFTER, DeliveryState, WebhookAnswer, WebhookDelivery
from domain.webhooks.tags import merged

_ROWS = webhook_deliveries.c
_SHOWN = 255
_TRIES = 3


class Fate(Enum):
    """What becomes of a claimed delivery. PUT_OFF: the shop could not send it, which is no fault of the endpoint."""

    DONE = "DONE"
    RETRY = "RETRY"
    PUT_OFF = "PUT_OFF"


@dataclass(frozen=True, slots=True)
class Answered:
    """The end of one attempt. `origin` names the endpoint; a retry comes after `wait` seconds."""

    delivery: WebhookDelivery
    origin: str
    answer: WebhookAnswer
    fate: Fate
    wait: int = 0

    @property
    def values(self) -> tuple[Fate, bool, int, WebhookAnswer]:
        """What the row gets: equal ones share a statement."""
        return self.fate, self.delivery.topic.tells_state, self.wait, self.answer


async def record(database: Database, answers: Sequence[Answered], at: DatabaseClock) -> None:
    """Records answers in one transaction, which runs again when a change of the same state gets between."""
    for tries in range(_TRIES):
        try:
            await database.transact(lambda tx: _record(tx, answers, at))
            return
        except sa.exc.IntegrityError:
            if tries + 1 == _TRIES:
                raise


async def _record(tx: Tx, given: Sequence[Answered], at: DatabaseClock) -> None:
    answers = await _in_force(tx, given)
    back = [each for each in answers if each.fate is not Fate.DONE]
    await _absorb(tx, [each.delivery for each in back if each.delivery.topic.tells_state])
    for values in dict.fromkeys(each.values for each in answers):
        alike = [each.delivery.id for each in answers if each.values == values]
        changed = _values(values, tx.dialect, at)
        await tx.run(sa.update(webhook_deliveries).where(_ROWS.id.in_(alike)).values(changed))
    await _give_up(tx, [each.delivery.id for each in back if each.fate is Fate.RETRY], at)
    await _count(tx, given, at)


async def _in_force(tx: Tx, given: Sequence[Answered]) -> list[Answered]:
    """The answers about the newest attempt of their delivery, with its row locked: after a claim has ended, another
    worker may have made a later attempt, whose answer counts.
    """
    attempts = sa.tuple_(_ROWS.id, _ROWS.attempts).in_([(each.delivery.id, each.delivery.attempts) for each in given])
    waits = _ROWS.state == DeliveryState.WAITING.value
    rows = await tx.all(sa.select(_ROWS.id).where(attempts, waits).order_by(_ROWS.id).with_for_update())
    held = {row.id for row in rows}
    return [each for each in given if each.delivery.id in held]


def _values(values: tuple[Fate, bool, int, WebhookAnswer], dialect: str, at: DatabaseClock) -> dict[str, Any]:
    fate, tells_state, wait, answer = values
    shown = {"last_status": answer.status, "last_error": None if answer.error is None else answer.error[:_SHOWN]}
    if fate is Fate.DONE:
        return {"state": DeliveryState.DONE.value, "finished_at": at(dialect, 0), **shown}
    return {"due_at": at(dialect, wait), "waiting": _ROWS.object_key if tells_state else None, **shown}


async def _give_up(tx: Tx, failed: Sequence[int], at: DatabaseClock) -> None:
    if failed:
        age = int(GIVE_UP_AFTER.total_seconds())
        too_old = _ROWS.id.in_(failed) & (_ROWS.queued_at <= at(tx.dialect, -age))
        ended = {"state": DeliveryState.FAILED.value, "waiting": None, "finished_at": at(tx.dialect, 0)}
        await tx.run(sa.update(webhook_deliveries).where(too_old).values(ended))


async def _count(tx: Tx, answers: Sequence[Answered], at: DatabaseClock) -> None:
    """One success of an endpoint makes up for its failures."""
    good = {each.origin for each in answers if each.answer.is_success}
    failures = Counter(each.origin for each in answers if each.fate is Fate.RETRY and each.origin not in good)
    for origin in sorted(good):
        await subscriptions.answered(tx, origin)
    for origin, count in sorted(failures.items()):
        await subscriptions.failed(tx, origin, count, at)


async def _absorb(tx: Tx, older: Sequence[WebhookDelivery]) -> None:
    """Deletes newer waiting deliveries of the same states, and keeps their tags."""
    by_object = {(each.subscription_id, each.object_key): each for each in older}
    if not by_object:
        return
    same = sa.tuple_(_ROWS.subscription_id, _ROWS.waiting).in_(sorted(by_object))
    query = sa.select(_ROWS.id, _ROWS.subscription_id, _ROWS.waiting, _ROWS.tags).where(same)
    newer = await tx.all(query.order_by(_ROWS.id).with_for_update())
    for row in newer:
        mine = by_object[row.subscription_id, row.waiting]
        if row.tags:
            every = list(merged((*mine.tags, *row.tags)))
            await tx.run(sa.update(webhook_deliveries).where(_ROWS.id == mine.id).values(tags=every))
    if newer:
        await tx.run(sa.delete(webhook_deliveries).where(_ROWS.id.in_([row.id for row in newer])))
