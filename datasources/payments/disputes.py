"""Disputes of payments, as providers report them."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from datasources.kit.database import Database, Row, Tx
from datasources.kit.rows import by_primary_key, grouped
from datasources.tables import disputes, payments
from domain.kit.money import Money
from domain.payments.disputes import Dispute, DisputeReport, DisputeState

_FINAL = (DisputeState.WON.value, DisputeState.LOST.value)


async def by_order(database: Database, order_ids: Sequence[int]) -> list[tuple[Dispute, ...]]:
    """The disputes of each order, oldest first."""
    query = sa.select(disputes).where(disputes.c.order_id.in_(order_ids))
    rows = await database.all(query.order_by(disputes.c.order_id, disputes.c.created_at, disputes.c.dispute_id))
    return grouped(((row.order_id, _dispute(row)) for row in rows), order_ids)


async def order_of_reference(tx: Tx, provider: str, reference: str) -> int | None:
    """The order of the charge that has this reference at its provider."""
    mine = (payments.c.provider == provider, payments.c.reference == reference)
    row = await tx.one(sa.select(payments.c.order_id).where(*mine).limit(1))
    return None if row is None else int(row.order_id)


async def record(tx: Tx, provider: str, order_id: int, told: DisputeReport, now: datetime) -> bool:
    """Records a report of a dispute; False if it changes nothing. An end is final: older reports may come later.

    The caller has locked the order.
    """
    mine = (disputes.c.provider == provider) & (disputes.c.dispute_id == told.id)
    known = await tx.one(sa.select(disputes.c.state).where(mine))
    if known is None:
        row = {"provider": provider, "dispute_id": told.id, "order_id": order_id, "state": told.state.value}
        row |= {"reason": told.reason, "minor": told.amount.minor, "currency": told.amount.currency}
        await tx.run(sa.insert(disputes), row | {"created_at": now, "updated_at": now})
        return True
    if known.state in (*_FINAL, told.state.value):
        return False
    await tx.run(by_primary_key(sa.update(disputes).where(mine).values(state=told.state.value, updated_at=now)))
    return True


def _dispute(row: Row) -> Dispute:
    amount = Money(row.minor, row.currency)
    return Dispute(row.dispute_id, row.order_id, DisputeState(row.state), row.reason, amount, row.created_at)
