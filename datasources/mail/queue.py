"""The queue of mails. Workers claim some for a short time by the database's clock, send them, record the outcomes.

A claim moves `due_at` to its end: a worker that dies gives its claims up by doing nothing. The number of attempts is
the fence: an outcome counts only for the attempt that it is about.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from datasources.kit.database import Database, Row, Tx
from datasources.kit.rows import DatabaseClock, insert_new, seconds_from_now
from datasources.tables import mails
from domain.mail import (
    GIVE_UP_AFTER,
    OF_ACCOUNTS,
    UNSENT,
    AccountMail,
    Mail,
    MailKind,
    MailPlace,
    MailState,
    NewMail,
    SendOutcome,
)

# Longer than reading the orders and sending the mails takes.
CLAIM_SECONDS = 60
_ROWS = mails.c
_WAITS = _ROWS.state == MailState.WAITING.value
_NEW = {"state": MailState.WAITING.value, "attempts": 0}
_AT_ONCE = 500
_DAY = 86_400
TOO_LATE = "The server did not take it within two days."


async def add(tx: Tx, *new: NewMail) -> None:
    """Stores mails about orders in the transaction of their cause; a cause that has its mail gets no second one."""
    if not new:
        return
    rows = [
        {
            "cause": f"{each.kind}:{each.order_id}" + ("" if each.part_id is None else f":{each.part_id}"),
            "kind": each.kind.value,
            "order_id": each.order_id,
            "part_id": each.part_id,
        }
        for each in new
    ]
    now = seconds_from_now(tx.dialect, 0)
    await tx.run(insert_new(mails, tx.dialect).values(**_NEW, due_at=now, created_at=now, queued_at=now), rows)


async def add_of_account(tx: Tx, new: AccountMail) -> None:
    """Stores a mail about an account in the transaction of its cause; a cause that has its mail gets no second one."""
    row = {
        "cause": f"{new.kind}:{new.occasion}",
        "kind": new.kind.value,
        "customer_id": new.customer_id,
        "address": new.address,
        "territory": new.place.territory or None,
        "language": new.place.language or None,
    }
    now = seconds_from_now(tx.dialect, 0)
    await tx.run(insert_new(mails, tx.dialect).values(**_NEW, due_at=now, created_at=now, queued_at=now), [row])


class MailQueue:
    """Mails that wait. `at` reads the clock."""

    def __init__(self, database: Database, at: DatabaseClock = seconds_from_now) -> None:
        self._database = database
        self._at = at

    async def claim(self, limit: int) -> list[Mail]:
        """Mails that nobody else sends now, those first that have been due the longest."""
        now = self._at(self._database.dialect, 0)
        is_due = sa.select(_ROWS.id).where(_WAITS, _ROWS.due_at <= now)
        if not await self._database.all(is_due.limit(1)):  # an idle worker locks nothing
            return []

        async def claim(tx: Tx) -> list[Mail]:
            due = sa.select(mails).where(_WAITS, _ROWS.due_at <= self._at(tx.dialect, 0))
            due = due.order_by(_ROWS.due_at, _ROWS.id).limit(limit).with_for_update(skip_locked=True)
            rows = await tx.all(due)
            if rows:
                taken = {"due_at": self._at(tx.dialect, CLAIM_SECONDS), "attempts": _ROWS.attempts + 1}
                await tx.run(sa.update(mails).where(_ROWS.id.in_([row.id for row in rows])).values(taken))
            return [mail_of(row, row.attempts + 1) for row in rows]

        return await self._database.transact(claim)

    async def record(self, outcomes: Mapping[Mail, tuple[SendOutcome, int]]) -> None:
        """Records outcomes in one transaction; a mail that still waits is due again after its seconds."""

        async def record(tx: Tx) -> None:
            for mail, (outcome, wait) in sorted(outcomes.items(), key=lambda pair: pair[0].id):
                same = (_ROWS.id == mail.id) & (_ROWS.attempts == mail.attempts) & _WAITS
                await tx.run(sa.update(mails).where(same).values(self._values(tx.dialect, outcome, wait)))

        if outcomes:
            await self._database.transact(record)

    def _values(self, dialect: str, outcome: SendOutcome, wait: int) -> dict[str, Any]:
        values: dict[str, Any] = {"recipient": outcome.recipient, "last_error": outcome.error}
        if outcome.state is MailState.WAITING:
            return {"due_at": self._at(dialect, wait), **values}
        return {"state": outcome.state.value, "finished_at": self._at(dialect, 0), "address": None, **values}

    async def sent_today(self, kind: MailKind, recipients: Sequence[str]) -> dict[str, int]:
        """How many mails of a kind each address got in the last 24 hours; addresses that got none are left out."""
        since = self._at(self._database.dialect, -_DAY)
        sent = (_ROWS.recipient.in_(recipients), _ROWS.kind == kind.value, _ROWS.finished_at > since)
        query = sa.select(_ROWS.recipient, sa.func.count().label("mails"))
        query = query.where(*sent, _ROWS.state == MailState.SENT.value).group_by(_ROWS.recipient)
        return {row.recipient: row.mails for row in await self._database.all(query)}

    async def give_up_old(self) -> int:
        """Ends mails that could not be sent for two days; returns how many."""
        age = int(GIVE_UP_AFTER.total_seconds())

        async def give_up(tx: Tx) -> int:
            now = self._at(tx.dialect, 0)
            too_old = _WAITS & (_ROWS.queued_at <= self._at(tx.dialect, -age)) & (_ROWS.due_at <= now)
            query = sa.select(_ROWS.id).where(too_old).order_by(_ROWS.due_at).limit(_AT_ONCE)
            ids = [row.id for row in await tx.all(query)]
            if ids:
                values = {"state": MailState.FAILED.value, "finished_at": now, "address": None}
                values["last_error"] = sa.func.coalesce(_ROWS.last_error, TOO_LATE)
                await tx.run(sa.update(mails).where(_ROWS.id.in_(ids), too_old).values(values))
            return len(ids)

        return await self._database.in_batches(give_up, _AT_ONCE)

    async def forget_done(self, days: int) -> int:
        """Removes mails that ended some days ago; returns how many."""

        async def forget(tx: Tx) -> int:
            old = (_ROWS.state != MailState.WAITING.value) & (_ROWS.finished_at <= self._at(tx.dialect, -days * _DAY))
            ids = [row.id for row in await tx.all(sa.select(_ROWS.id).where(old).limit(_AT_ONCE))]
            if ids:
                await tx.run(sa.delete(mails).where(_ROWS.id.in_(ids)))
            return len(ids)

        return await self._database.in_batches(forget, _AT_ONCE)


async def send_again(tx: Tx, mail_id: int) -> bool:
    """Lets a mail about an order that was refused, given up or withheld wait again; False if there is none.

    It keeps the number of attempts, which fences off outcomes of earlier ones; two days begin again. A mail about an
    account is no longer wanted when staff find it: its address is gone, and its owner can cause another one.
    """
    now = seconds_from_now(tx.dialect, 0)
    of_order = _ROWS.kind.not_in([kind.value for kind in OF_ACCOUNTS])
    ended = (_ROWS.id == mail_id) & of_order & _ROWS.state.in_([state.value for state in UNSENT])
    values = {"state": MailState.WAITING.value, "due_at": now, "queued_at": now, "finished_at": None}
    return (await tx.run(sa.update(mails).where(ended).values(values))).rowcount == 1


def mail_of(row: Row, attempts: int) -> Mail:
    """A mail from its row."""
    return Mail(
        id=row.id,
        kind=MailKind(row.kind),
        order_id=row.order_id,
        part_id=row.part_id,
        cause=row.cause,
        attempts=attempts,
        created_at=row.created_at,
        state=MailState(row.state),
        finished_at=row.finished_at,
        last_error=row.last_error,
        customer_id=row.customer_id,
        address=row.address,
        place=MailPlace(row.territory or "", row.language or ""),
    )
