"""Authorizations of orders. The caller locks the order first, so one writer at a time moves an authorization."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from datasources.kit.database import Database, Tx
from datasources.kit.rows import by_primary_key, seconds_from_now
from datasources.orders import captures
from datasources.tables import authorizations, payments
from domain.kit.money import Money
from domain.payments.records import AuthorizationState, Capture, CaptureState

# The shop asks the provider this often whether an authorization that it keeps still holds.
CHECK_SECONDS = 6 * 3_600
OPEN = (AuthorizationState.HELD, AuthorizationState.CAPTURING, AuthorizationState.VOIDING, AuthorizationState.FAILED)
_WANTED = (AuthorizationState.CAPTURING.value, AuthorizationState.VOIDING.value)


@dataclass(frozen=True, slots=True)
class Authorization:
    """Reserved money of an order, and its captures that are done or wanted."""

    order_id: int
    state: AuthorizationState
    charge_key: str
    amount: Money
    captures: tuple[Capture, ...] = ()

    @property
    def captured_minor(self) -> int:
        """What was taken."""
        return sum(capture.minor for capture in self.captures if capture.state is CaptureState.DONE)

    @property
    def wanted_minor(self) -> int:
        """What was taken or is to be."""
        return sum(capture.minor for capture in self.captures)

    @property
    def wanted(self) -> tuple[Capture, ...]:
        """The captures that wait for the provider, the next one first."""
        return tuple(capture for capture in self.captures if capture.state is CaptureState.WANTED)

    @property
    def is_ending(self) -> bool:
        """Whether the rest is set free, or will be with the final capture."""
        return any(capture.is_final for capture in self.captures)


class Authorizations:
    """Reads without locks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_order(self, order_id: int) -> Authorization | None:
        """The authorization of an order."""
        return await of_order(self._database, order_id)

    async def unsettled(self, older_than_seconds: int, limit: int) -> list[int]:
        """Orders whose authorization waits for an answer of the provider, or must be checked again; longest first."""
        table, dialect = authorizations.c, self._database.dialect
        waits = table.state.in_(_WANTED) & (table.updated_at < seconds_from_now(dialect, -older_than_seconds))
        kept = (table.state == AuthorizationState.HELD.value) & (
            table.updated_at < seconds_from_now(dialect, -CHECK_SECONDS)
        )
        found: list[int] = []
        for which in (waits, kept):
            query = sa.select(table.order_id).where(which).order_by(table.updated_at).limit(limit)
            found += [row.order_id for row in await self._database.all(query)]
        return found[:limit]


async def of_order(source: Database | Tx, order_id: int) -> Authorization | None:
    """The authorization of an order, or None."""
    query: sa.Select[Any] = sa.select(
        authorizations.c.state, payments.c.charge_key, payments.c.minor, payments.c.currency
    ).join_from(authorizations, payments, payments.c.order_id == authorizations.c.order_id)
    row = await source.one(query.where(authorizations.c.order_id == order_id))
    if row is None:
        return None
    parts = await captures.of_order(source, order_id)
    return Authorization(order_id, AuthorizationState(row.state), row.charge_key, Money(row.minor, row.currency), parts)


async def insert(tx: Tx, order_ids: Collection[int], now: datetime) -> None:
    """Inserts authorizations of locked orders, which are HELD."""
    row = {"state": AuthorizationState.HELD.value, "created_at": now, "updated_at": now}
    await tx.run(sa.insert(authorizations), [{"order_id": order_id} | row for order_id in sorted(order_ids)])


async def become(tx: Tx, order_id: int, state: AuthorizationState, now: datetime, *before: AuthorizationState) -> bool:
    """Moves an authorization to a state if it is in one of those `before`."""
    guard = (authorizations.c.order_id == order_id) & authorizations.c.state.in_([each.value for each in before])
    changed = by_primary_key(sa.update(authorizations).where(guard).values(state=state.value, updated_at=now))
    return bool((await tx.run(changed)).rowcount)


async def asked(tx: Tx, order_id: int, now: datetime) -> None:
    """Records the time of a request to the provider, so that other orders get their turn."""
    await tx.run(sa.update(authorizations).where(authorizations.c.order_id == order_id).values(updated_at=now))


async def doubt(tx: Tx, order_id: int) -> None:
    """Lets the provider be asked soon whether the authorization of an order still holds."""
    await asked(tx, order_id, datetime(2000, 1, 1, tzinfo=UTC))
