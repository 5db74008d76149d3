"""The only writer of `orders.status`. A change of state is one UPDATE, guarded by the states that allow it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from datasources.kit.database import Tx
from datasources.kit.rows import by_primary_key, seconds_from_now
from datasources.tables import orders
from domain.orders.life import OrderStatus, may_become

# By target state: the states that may change to it.
_SOURCES = {target: [source.value for source in OrderStatus if may_become(source, target)] for target in OrderStatus}


@dataclass(frozen=True, slots=True)
class PastTransition:
    """A step of an imported order; `at` is the time of a cancellation."""

    order_id: int
    source: OrderStatus
    target: OrderStatus
    cancelled_at: datetime | None


async def place(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts orders, which wait for their payment; `rows` hold all other columns."""
    await _insert(tx, [(OrderStatus.PENDING_PAYMENT, row) for row in rows])


async def place_past(tx: Tx, rows: Sequence[tuple[OrderStatus, Mapping[str, Any]]]) -> None:
    """Inserts imported orders in any state: they began their life elsewhere."""
    await _insert(tx, rows)


async def _insert(tx: Tx, rows: Sequence[tuple[OrderStatus, Mapping[str, Any]]]) -> None:
    await tx.run(sa.insert(orders), [{"status": status.value, **row} for status, row in rows])


async def become(tx: Tx, order_id: int, target: OrderStatus, now: datetime, only_expired: bool = False) -> bool:
    """Moves an order to a state if its current state allows it. The loser of a race changes nothing."""
    return await become_all(tx, [order_id], target, now, only_expired) == 1


async def become_all(
    tx: Tx, order_ids: Collection[int], target: OrderStatus, now: datetime, only_expired: bool = False
) -> int:
    """Moves the orders whose state, and with `only_expired` whose ended hold, allows it; returns their number."""
    guard: list[sa.ColumnElement[bool]] = [orders.c.id.in_(order_ids), orders.c.status.in_(_SOURCES[target])]
    if only_expired:
        guard.append(orders.c.hold_expires_at <= seconds_from_now(tx.dialect, 0))
    changed: dict[str, object] = {"status": target.value, "updated_at": now}
    if target is OrderStatus.CANCELLED:
        changed["cancelled_at"] = now
    return (await tx.run(by_primary_key(sa.update(orders).where(*guard).values(changed)))).rowcount


async def shorten_hold(tx: Tx, order_id: int, seconds: int) -> None:
    """Lets the hold of an order end that many seconds from now by the database's clock, unless it ends sooner."""
    end = seconds_from_now(tx.dialect, seconds)
    guard = (orders.c.id == order_id) & (orders.c.status == OrderStatus.PENDING_PAYMENT.value)
    later = orders.c.hold_expires_at > end
    await tx.run(by_primary_key(sa.update(orders).where(guard, later).values(hold_expires_at=end)))


async def catch_up(tx: Tx, steps: Sequence[PastTransition], now: datetime) -> None:
    """Moves imported orders, in key order, except those that have left the state in which they were read.

    Raises `ValueError` for an illegal step.
    """
    for step in steps:
        if not may_become(step.source, step.target):
            raise ValueError(f"An order that is {step.source} may not become {step.target}.")
    as_read = (orders.c.id == sa.bindparam("key")) & (orders.c.status == sa.bindparam("was"))
    rows = [
        {"key": step.order_id, "was": step.source.value, "status": step.target.value, "updated_at": now}
        | {"cancelled_at": step.cancelled_at}
        for step in sorted(steps, key=lambda step: step.order_id)
    ]
    await tx.run(by_primary_key(sa.update(orders).where(as_read)), rows)


async def describe_past(tx: Tx, order_id: int, columns: Mapping[str, Any], now: datetime) -> None:
    """Sets columns of an imported order that its earlier file did not have; never its state."""
    described = sa.update(orders).where(orders.c.id == order_id).values({**columns, "updated_at": now})
    await tx.run(by_primary_key(described))
