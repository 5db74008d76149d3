"""Refunds with their lines. The provider pays each refund once, under its own key, outside every transaction."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from datasources.kit.database import Database, Row, Tx
from datasources.kit.rows import by_primary_key, grouped, inserted_key, seconds_from_now
from datasources.orders.lives import PRICED_UNITS, PROMISED
from datasources.tables import TAKEN, order_lines, payments, refund_lines, refunds
from domain.kit.money import Money
from domain.orders.after_payment import Refund, RefundedLine, RefundParts, RefundState, RestockType


class Refunds:
    """Reads of refunds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def refund(self, refund_id: int) -> Refund | None:
        """One refund."""
        return await refund(self._database, refunds.c.id == refund_id)

    async def by_order(self, ids: Sequence[int]) -> list[tuple[tuple[Refund, tuple[RefundedLine, ...]], ...]]:
        """Refunds of each order with their lines, oldest first."""
        query = (
            sa.select(refunds, payments.c.charge_key)
            .outerjoin(payments, payments.c.order_id == refunds.c.order_id)
            .where(refunds.c.order_id.in_(ids))
        )
        rows = await self._database.all(query.order_by(refunds.c.id))
        keys = [row.id for row in rows]
        taken = refund_lines.c
        lines = sa.select(refund_lines, PRICED_UNITS.label("units")).where(taken.refund_id.in_(keys))
        found = await self._database.all(lines.order_by(taken.refund_id, taken.position)) if keys else ()
        by_refund = dict(zip(keys, grouped(((row.refund_id, _line(row)) for row in found), keys), strict=True))
        return grouped(((row.order_id, (_refund(row), by_refund[row.id])) for row in rows), ids)

    async def unsettled(self, older_than_seconds: int, limit: int) -> list[int]:
        """Pending refunds not sent to the provider for some seconds; longest first."""
        past = refunds.c.updated_at < seconds_from_now(self._database.dialect, -older_than_seconds)
        waiting = refunds.c.state == RefundState.PENDING.value
        query = sa.select(refunds.c.id).where(waiting, past).order_by(refunds.c.updated_at, refunds.c.id).limit(limit)
        return [row.id for row in await self._database.all(query)]


async def refund(source: Database | Tx, which: sa.ColumnElement[bool]) -> Refund | None:
    """The refund that matches the condition, or None."""
    query = (
        sa.select(refunds, payments.c.charge_key)
        .outerjoin(payments, payments.c.order_id == refunds.c.order_id)
        .where(which)
    )
    row = await source.one(query)
    return None if row is None else _refund(row)


async def by_key(tx: Tx, key: str) -> Refund | None:
    """The refund with an idempotency key, or None."""
    return await refund(tx, refunds.c.key == key)


async def lines(tx: Tx, refund_id: int) -> tuple[RefundedLine, ...]:
    """Lines of a refund by position."""
    query = sa.select(refund_lines, PRICED_UNITS.label("units")).where(refund_lines.c.refund_id == refund_id)
    return tuple(_line(row) for row in await tx.all(query.order_by(refund_lines.c.position)))


def _line(row: Row) -> RefundedLine:
    return RefundedLine(
        *(row.position, row.quantity, RestockType(row.restock_type), row.minor, row.returned),
        priced=row.units if row.priced else 0,
        released=row.released,
    )


async def restocked(tx: Tx, order_id: int, but: int) -> dict[int, int]:
    """Units per variant that refunds of an order put back for sale, except refund `but`."""
    taken, line = refund_lines.c, order_lines.c
    same_line = (line.order_id == refunds.c.order_id) & (line.position == taken.position)
    query = (
        sa.select(line.variant_id, sa.func.sum(taken.quantity).label("units"))
        .join_from(refunds, refund_lines, taken.refund_id == refunds.c.id)
        .join(order_lines, same_line)
        .where(refunds.c.order_id == order_id, refunds.c.id != but, line.variant_id.is_not(None))
        .where(taken.restock_type != RestockType.NO_RESTOCK.value)
        .group_by(line.variant_id)
    )
    return {row.variant_id: int(row.units) for row in await tx.all(query)}


async def insert(
    tx: Tx, order_id: int, key: str, currency: str, parts: RefundParts, reason: str, actor: str, now: datetime
) -> int:
    """Inserts a refund: PENDING, or DONE if it has no money. The caller has locked the row of the order."""
    row = {
        "order_id": order_id,
        "key": key,
        "minor": parts.minor,
        "shipping_minor": parts.shipping_minor,
        "extra_minor": parts.extra_minor,
        "currency": currency,
        "state": (RefundState.PENDING if parts.minor else RefundState.DONE).value,
        "reason": reason,
        "actor": actor,
        "restock": any(line.restock is not RestockType.NO_RESTOCK for line in parts.lines),
        "created_at": now,
        "updated_at": now,
    }
    refund_id = inserted_key(await tx.run(sa.insert(refunds).values(row)))
    if parts.lines:
        await tx.run(sa.insert(refund_lines), [_line_row(refund_id, line) for line in parts.lines])
    return refund_id


async def insert_rest(tx: Tx, order_id: int, key: str, reason: str, actor: str, now: datetime) -> int | None:
    """Inserts a refund of the captured amount that no other refund covers; None if nothing is left."""
    mine = (refunds.c.order_id == order_id) & refunds.c.state.in_(PROMISED)
    promised = sa.select(sa.func.coalesce(sa.func.sum(refunds.c.minor), 0)).where(mine).scalar_subquery()
    row = await tx.one(
        sa.select(TAKEN.label("taken"), payments.c.currency, promised.label("promised")).where(
            payments.c.order_id == order_id
        )
    )
    if row is None or int(row.taken) <= int(row.promised):
        return None
    rest = RefundParts(extra_minor=int(row.taken) - int(row.promised))
    return await insert(tx, order_id, key, row.currency, rest, reason, actor, now)


async def settle(tx: Tx, refund_id: int, state: RefundState, now: datetime) -> bool:
    """Records the provider's answer; False if one was recorded before."""
    waiting = (refunds.c.id == refund_id) & (refunds.c.state == RefundState.PENDING.value)
    settled = by_primary_key(sa.update(refunds).where(waiting).values(state=state.value, updated_at=now))
    return bool((await tx.run(settled)).rowcount)


async def settle_all(tx: Tx, order_id: int, now: datetime) -> None:
    """Records that the money of all pending refunds of an order is back."""
    waiting = (refunds.c.order_id == order_id) & (refunds.c.state == RefundState.PENDING.value)
    await tx.run(sa.update(refunds).where(waiting).values(state=RefundState.DONE.value, updated_at=now))


async def asked(tx: Tx, refund_id: int, now: datetime) -> None:
    """Records the time of a request to the provider, so that other refunds get their turn."""
    await tx.run(sa.update(refunds).where(refunds.c.id == refund_id).values(updated_at=now))


def _refund(row: Row) -> Refund:
    return Refund(
        id=row.id,
        order_id=row.order_id,
        key=row.key,
        amount=Money(row.minor, row.currency),
        state=RefundState(row.state),
        reason=row.reason,
        actor=row.actor,
        created_at=row.created_at,
        charge_key=row.charge_key,
        shipping_minor=row.shipping_minor,
    )


def _line_row(refund_id: int, line: RefundedLine) -> dict[str, object]:
    return {
        "refund_id": refund_id,
        "position": line.position,
        "quantity": line.quantity,
        "restock_type": line.restock.value,
        "returned": line.returned,
        "priced": line.priced > 0,
        "priced_units": line.priced,
        "minor": line.minor,
        "released": line.released,
    }
