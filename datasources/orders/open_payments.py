"""Payments of orders that wait for them: actions of the buyer, declined charges, and charges that replace others.

A writer locks the order first. So the current charge of an order changes for one writer at a time.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from datasources.kit.database import Database, Row, Tx
from datasources.kit.rows import aligned, by_primary_key, seconds_from_now
from datasources.tables import orders, payments, replaced_charges
from domain.kit.money import Money
from domain.orders.life import OrderStatus
from domain.payments.records import OpenPayment, PaymentAction, PaymentState, ReplacedCharge


class OpenPayments:
    """Reads without locks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_order(self, order_ids: Sequence[int]) -> list[OpenPayment | None]:
        """The payments of orders that wait for them, in the order of the ids; None for any other order."""
        rows = await self._database.all(_open().where(orders.c.id.in_(order_ids)))
        return aligned({row.order_id: _payment(row) for row in rows}, order_ids)

    async def paid_twice(self, limit: int) -> list[ReplacedCharge]:
        """Replaced charges that took money nevertheless, and have not paid it back."""
        twice = replaced_charges.c.state == PaymentState.CAPTURED.value
        rows = await self._database.all(sa.select(replaced_charges).where(twice).limit(limit))
        return [ReplacedCharge(row.charge_key, row.order_id, Money(row.minor, row.currency)) for row in rows]


def _open() -> sa.Select[Any]:
    waits = orders.c.status == OrderStatus.PENDING_PAYMENT.value
    return (
        sa.select(payments, orders.c.hold_expires_at, orders.c.territory)
        .join_from(orders, payments, payments.c.order_id == orders.c.id)
        .where(waits)
    )


def _payment(row: Row) -> OpenPayment:
    return OpenPayment(
        order_id=row.order_id,
        provider=row.provider,
        charge_key=row.charge_key,
        number=row.number,
        state=PaymentState(row.state),
        amount=Money(row.minor, row.currency),
        expires_at=row.hold_expires_at,
        territory=row.territory or "",
        action=None if row.action is None else PaymentAction(**row.action),
    )


async def lock(tx: Tx, order_id: int) -> OpenPayment | None:
    """Locks an order that waits for its payment, within its hold; None when it does not, or no longer."""
    held = orders.c.hold_expires_at > seconds_from_now(tx.dialect, 0)
    row = await tx.one(_open().where(orders.c.id == order_id, held).with_for_update())
    return None if row is None else _payment(row)


async def is_current(tx: Tx, order_id: int, charge_key: str | None) -> bool:
    """Locks an order; whether this is its current charge, as None is."""
    query = sa.select(orders.c.id, payments.c.charge_key).join_from(
        orders, payments, payments.c.order_id == orders.c.id
    )
    row = await tx.one(query.where(orders.c.id == order_id).with_for_update())
    return charge_key is None or row is None or row.charge_key == charge_key


async def require_action(tx: Tx, payment: OpenPayment, action: PaymentAction, reference: str | None) -> None:
    """Records what the current charge of a locked order requires."""
    changed: dict[str, Any] = {"action": asdict(action), "state": PaymentState.PENDING.value}
    if reference is not None:
        changed["reference"] = reference
    await tx.run(sa.update(payments).where(payments.c.order_id == payment.order_id).values(changed))


async def begin_ending(tx: Tx, order_id: int, charge_key: str, seconds: int) -> bool:
    """Marks the current charge of a locked order as ending for some seconds; False if it is by another process."""
    now = seconds_from_now(tx.dialect, 0)
    is_free = payments.c.ending_until.is_(None) | (payments.c.ending_until <= now)
    mine = (payments.c.order_id == order_id) & (payments.c.charge_key == charge_key)
    until = {"ending_until": seconds_from_now(tx.dialect, seconds)}
    return bool((await tx.run(by_primary_key(sa.update(payments).where(mine, is_free).values(until)))).rowcount)


async def end_ending(tx: Tx, order_id: int, charge_key: str) -> None:
    """Lets the charge of an order pay it again."""
    mine = (payments.c.order_id == order_id) & (payments.c.charge_key == charge_key)
    await tx.run(by_primary_key(sa.update(payments).where(mine).values(ending_until=None)))


async def replace_charge(
    tx: Tx, old: OpenPayment, charge_key: str, provider: str, attempt: str, fingerprint: str, now: datetime
) -> None:
    """Puts a new charge in the place of one that the provider has ended, on a locked order."""
    kept = ("charge_key", "order_id", "provider", "reference", "attempt", "minor", "currency")
    before = await tx.one(sa.select(*(payments.c[name] for name in kept)).where(payments.c.order_id == old.order_id))
    assert before is not None
    ended = {"state": PaymentState.DECLINED.value, "created_at": now, "updated_at": now}
    await tx.run(sa.insert(replaced_charges), dict(before._mapping) | ended)
    changed = {
        "charge_key": charge_key,
        "provider": provider,
        "number": old.number + 1,
        "state": PaymentState.PENDING.value,
        "attempt": attempt,
        "fingerprint": fingerprint,
        "updated_at": now,
    } | dict.fromkeys(("action", "reference", "reason", "ending_until"))
    await tx.run(sa.update(payments).where(payments.c.order_id == old.order_id).values(changed))


async def attempt_of(source: Database | Tx, order_id: int) -> tuple[str | None, str | None]:
    """The digests of the attempt that began the current charge of an order; None for the first one."""
    row = await source.one(sa.select(payments.c.attempt, payments.c.fingerprint).where(payments.c.order_id == order_id))
    return (None, None) if row is None else (row.attempt, row.fingerprint)


async def was_replaced(source: Database | Tx, order_id: int, attempt: str) -> bool:
    """Whether an attempt began a charge of the order that another one has replaced."""
    mine = (replaced_charges.c.order_id == order_id) & (replaced_charges.c.attempt == attempt)
    return await source.one(sa.select(replaced_charges.c.charge_key).where(mine).limit(1)) is not None


async def order_of_replaced(tx: Tx, provider: str, charge_key: str) -> int | None:
    """The order whose charge was replaced; None if there is no such charge."""
    mine = (replaced_charges.c.provider == provider, replaced_charges.c.charge_key == charge_key)
    row = await tx.one(sa.select(replaced_charges.c.order_id).where(*mine))
    return None if row is None else int(row.order_id)


async def replaced_becomes(
    tx: Tx, charge_key: str, before: PaymentState, after: PaymentState, reference: str | None, now: datetime
) -> bool:
    """Moves a replaced charge from one state to another; False if it was in a different one."""
    guard = (replaced_charges.c.charge_key == charge_key) & (replaced_charges.c.state == before.value)
    changed = {"state": after.value, "updated_at": now} | ({} if reference is None else {"reference": reference})
    return bool((await tx.run(by_primary_key(sa.update(replaced_charges).where(guard).values(changed)))).rowcount)
