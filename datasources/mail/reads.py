"""Mails as staff see them."""

import sqlalchemy as sa

from datasources.kit.database import Database
from datasources.kit.keyset import keyset
from datasources.kit.rows import DatabaseClock
from datasources.mail.queue import mail_of
from datasources.tables import mails
from domain.kit.paging import Page, PageRequest, page_of
from domain.mail import Mail, MailState

_ROWS = mails.c


class Mails:
    """Reads of mails in any state."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def mail(self, mail_id: int) -> Mail | None:
        """One mail."""
        row = await self._database.one(sa.select(mails).where(_ROWS.id == mail_id))
        return None if row is None else mail_of(row, row.attempts)

    async def page(
        self, asked: PageRequest, reverse: bool, state: MailState | None, order_id: int | None
    ) -> Page[Mail]:
        """One page of all mails, or of those in a state or about an order, oldest first unless reversed."""
        query = sa.select(mails)
        if state is not None:
            query = query.where(_ROWS.state == state.value)
        if order_id is not None:
            query = query.where(_ROWS.order_id == order_id)
        rows = await self._database.all(keyset(query, _ROWS.created_at, _ROWS.id, asked, reverse))
        found = [mail_of(row, row.attempts) for row in rows]
        return page_of(found, asked, lambda each: (each.created_at.isoformat(), each.id))

    async def counts(self) -> dict[MailState, int]:
        """How many mails wait, and how many of the last 90 days no server took."""
        told = [state.value for state in (MailState.WAITING, MailState.REFUSED, MailState.FAILED)]
        query = sa.select(_ROWS.state, sa.func.count().label("every")).where(_ROWS.state.in_(told))
        rows = await self._database.all(query.group_by(_ROWS.state))
        return {MailState(row.state): int(row.every) for row in rows}

    async def oldest_waiting(self, at: DatabaseClock) -> float:
        """For how many seconds the oldest mail has waited; 0 when none does."""
        oldest = sa.select(sa.func.min(_ROWS.queued_at)).where(_ROWS.state == MailState.WAITING.value)
        now = sa.type_coerce(at(self._database.dialect, 0), _ROWS.queued_at.type).label("now")
        row = await self._database.one(sa.select(oldest.scalar_subquery().label("oldest"), now))
        if row is None or row.oldest is None:
            return 0.0
        return max(0.0, float((row.now - row.oldest).total_seconds()))
