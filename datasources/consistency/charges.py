"""Compares recorded payments and refunds with the charges that the provider reports, by state and by amount."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import sqlalchemy as sa

from datasources.consistency.stock import STOREFRONT
from datasources.kit.database import Database, Row, Rows
from datasources.kit.rows import seconds_from_now
from datasources.tables import TAKEN, orders, payments, refunds
from domain.consistency import NOTHING, Found, found, incomplete
from domain.kit.ids import MAX_KEY
from domain.kit.money import Money
from domain.orders.after_payment import RefundState
from domain.payments.records import Charge, ChargeState, PaymentProvider, PaymentState

BATCH = 200
AT_ONCE = 8
DAY_SECONDS = 86_400
# A younger charge may still be on its way.
SETTLED_SECONDS = 60
# The states that may be recorded, by the provider's state of the charge; None: it has never seen the charge.
_RECORDED = {
    None: {PaymentState.PENDING.value, PaymentState.DECLINED.value},
    ChargeState.DECLINED: {PaymentState.PENDING.value, PaymentState.DECLINED.value, PaymentState.VOIDED.value},
    ChargeState.AUTHORIZED: {PaymentState.AUTHORIZED.value},
    ChargeState.ACTION_REQUIRED: {PaymentState.PENDING.value, PaymentState.DECLINED.value},
    ChargeState.CAPTURED: {PaymentState.CAPTURED.value, PaymentState.REFUNDED.value},
}


async def told_otherwise(database: Database, provider: PaymentProvider, most: int | None = None) -> Found:
    """Payments of the last day, or with refunds of the last day, that differ at the provider: of all, or of the `most`
    newest.

    Stops when the provider answers none of a batch.
    """
    wrong: list[str] = []
    unanswered = 0
    async for rows in _recent(database, most):
        charges = await _ask(provider, rows)
        silent = sum(charge is not None and charge.state is ChargeState.UNKNOWN for charge in charges)
        unanswered += silent
        suspects = [pair for pair in zip(rows, charges, strict=True) if _difference(*pair) is not None]
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
        since = seconds_from_now(database.dialect, -DAY_SECONDS)
        refunded = sa.select(refunds.c.order_id).where(refunds.c.updated_at > since)
        query = (
            _recorded()
            .where(STOREFRONT, payments.c.order_id < below)
            .where(payments.c.minor > 0)  # the shop sends no charge of zero
            .where((payments.c.created_at > since) | payments.c.order_id.in_(refunded))
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


def _recorded() -> sa.Select[Any]:
    """Payments with their refunds: those that are done, and those that may be."""
    payment, mine = payments.c, refunds.c.order_id == payments.c.order_id

    def sum_of(*states: RefundState) -> sa.ScalarSelect[Any]:
        names = [state.value for state in states]
        total = sa.func.coalesce(sa.func.sum(refunds.c.minor), 0)
        return sa.select(total).where(mine, refunds.c.state.in_(names)).correlate(payments).scalar_subquery()

    done, promised = sum_of(RefundState.DONE), sum_of(RefundState.DONE, RefundState.PENDING)
    columns = (payment.order_id, payment.charge_key, payment.state, payment.minor, payment.currency)
    return sa.select(*columns, TAKEN.label("taken"), done.label("done"), promised.label("promised")).join_from(
        payments, orders, orders.c.id == payment.order_id
    )


async def _ask(provider: PaymentProvider, rows: Rows) -> list[Charge | None]:
    turns = asyncio.Semaphore(AT_ONCE)

    async def ask(key: str) -> Charge | None:
        async with turns:
            return await provider.status(key)

    return await asyncio.gather(*(ask(row.charge_key) for row in rows))


def _difference(row: Row, charge: Charge | None) -> str | None:
    """What the provider says that the records do not; None where both agree or the provider does not say."""
    state = None if charge is None else charge.state
    if state is ChargeState.UNKNOWN:
        return None
    if row.state not in _RECORDED[state]:
        told = "has never seen its charge" if charge is None else f"says {charge.state}"
        return f"Order {row.order_id} has a payment recorded as {row.state}, but the provider {told}."
    has_money = state in (ChargeState.CAPTURED, ChargeState.AUTHORIZED)
    return _difference_of_amounts(row, charge) if charge is not None and has_money else None


def _difference_of_amounts(row: Row, charge: Charge) -> str | None:
    """A pending refund may be done at the provider or not."""
    is_reserved = charge.state is ChargeState.AUTHORIZED
    amounts = [(Money(row.minor if is_reserved else int(row.taken), row.currency), charge.amount)]
    if is_reserved:
        amounts.append((Money(int(row.taken), row.currency), charge.captured))
    for recorded, told in amounts:
        if told is not None and told != recorded:
            return f"Order {row.order_id} has a payment of {_text(recorded)}, but the provider took {_text(told)}."
    back = charge.refunded
    if back is None or (back.currency == row.currency and row.done <= back.minor <= row.promised):
        return None
    done = Money(int(row.done), row.currency)
    return f"Order {row.order_id} has refunds of {_text(done)}, but the provider paid back {_text(back)}."


def _text(amount: Money) -> str:
    return f"{amount.decimal} {amount.currency}"


async def _still_wrong(database: Database, suspects: Sequence[tuple[Row, Charge | None]]) -> list[str]:
    """Reads again, and leaves out what was recorded during the comparison: the next one finds what is wrong with it."""
    if not suspects:
        return []
    ids = [row.order_id for row, _ in suspects]
    now = {row.order_id: row for row in await database.all(_recorded().where(payments.c.order_id.in_(ids)))}
    differences = [_difference(row, charge) for row, charge in suspects if _same(row, now.get(row.order_id))]
    return [difference for difference in differences if difference is not None]


def _same(row: Row, later: Row | None) -> bool:
    return later is not None and tuple(row) == tuple(later)
