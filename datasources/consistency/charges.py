"""Compares recorded payments with the charges that the provider reports."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import sqlalchemy as sa

from datasources.consistency.stock import STOREFRONT
from datasources.kit.database import Database, Row, Rows
from datasources.kit.rows import seconds_from_now
from datasources.tables import orders, payments
from domain.consistency import NOTHING, Found, found, incomplete
from domain.kit.ids import MAX_KEY
from domain.payments import Charge, ChargeState, PaymentProvider, PaymentState

BATCH = 200
AT_ONCE = 8
DAY_SECONDS = 86_400
# A younger charge may still be on its way.
SETTLED_SECONDS = 60
# The states that may be recorded, by the provider's state of the charge; None: it has never seen the charge.
_RECORDED = {
    None: {PaymentState.PENDING.value, PaymentState.DECLINED.value},
    ChargeState.DECLINED: {PaymentState.PENDING.value, PaymentState.DECLINED.value},
    ChargeState.CAPTURED: {PaymentState.CAPTURED.value, PaymentState.REFUNDED.value},
}


async def told_otherwise(database: Database, provider: PaymentProvider, most: int | None = None) -> Found:
    """Payments of the last day whose state differs at the provider: of all, or of the `most` newest.

    Stops when the provider answers none of a batch.
    """
    wrong: list[str] = []
    unanswered = 0
    async for rows in _recent(database, most):
        charges = await _ask(provider, rows)
        silent = sum(charge is not None and charge.state is ChargeState.UNKNOWN for charge in charges)
        unanswered += silent
        suspects = [pair for pair in zip(rows, charges, strict=True) if _differs(*pair)]
        wrong += await _still_wrong(database, suspects)
        if silent == len(rows):
            return _found(wrong) + incomplete("The payment provider does not answer: not every payment was compared.")
    silence = f"The payment provider did not say what became of {unanswered} charges."
    return _found(wrong) + (incomplete(silence) if unanswered else NOTHING)


def _found(wrong: Sequence[str]) -> Found:
    return found(len(wrong), wrong, "payments that the provider tells otherwise")


async def _recent(database: Database, most: int | None) -> AsyncIterator[Rows]:
    """Batches of payments, the newest first: keys of orders grow with time."""
    below, left = MAX_KEY, most
    while left is None or left > 0:
        query = (
            sa.select(payments.c.order_id, payments.c.charge_key, payments.c.state)
            .join_from(payments, orders, orders.c.id == payments.c.order_id)
            .where(STOREFRONT, payments.c.order_id < below)
            .where(payments.c.minor > 0)  # the shop sends no charge of zero
            .where(payments.c.created_at > seconds_from_now(database.dialect, -DAY_SECONDS))
            .where(payments.c.updated_at < seconds_from_now(database.dialect, -SETTLED_SECONDS))
            .order_by(payments.c.order_id.desc())
            .limit(BATCH if left is None else min(BATCH, left))
        )
        rows = await database.all(query)
        if not rows:
            return
        yield rows
        below = rows[-1].order_id
        left = None if left is None else left - len(rows)


async def _ask(provider: PaymentProvider, rows: Rows) -> list[Charge | None]:
    turns = asyncio.Semaphore(AT_ONCE)

    async def ask(key: str) -> Charge | None:
        async with turns:
            return await provider.status(key)

    return await asyncio.gather(*(ask(row.charge_key) for row in rows))


def _differs(row: Row, charge: Charge | None) -> bool:
    state = None if charge is None else charge.state
    return state is not ChargeState.UNKNOWN and row.state not in _RECORDED[state]


async def _still_wrong(database: Database, suspects: Sequence[tuple[Row, Charge | None]]) -> list[str]:
    """Reads again: a payment may have been recorded during the comparison."""
    if not suspects:
        return []
    ids = [row.order_id for row, _ in suspects]
    query = sa.select(payments.c.order_id, payments.c.state).where(payments.c.order_id.in_(ids))
    now = {row.order_id: row for row in await database.all(query)}
    return [
        f"Order {row.order_id} has a payment recorded as {now[row.order_id].state}, but the provider "
        + ("has never seen its charge." if charge is None else f"says {charge.state}.")
        for row, charge in suspects
        if row.order_id in now and _differs(now[row.order_id], charge)
    ]
