"""What parcels take of reserved money. The caller locks the order first: its captures have one writer at a time."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from datasources.kit.database import Database, Tx
from datasources.kit.rows import by_primary_key
from datasources.tables import captures, payments
from domain.payments.records import Capture, CaptureState


async def of_order(source: Database | Tx, order_id: int) -> tuple[Capture, ...]:
    """Captures of an order that are done or wanted, in the order in which the provider gets them."""
    failed = CaptureState.FAILED.value
    query = sa.select(captures).where(captures.c.order_id == order_id, captures.c.state != failed)
    rows = await source.all(query.order_by(captures.c.id))
    return tuple(Capture(row.id, row.key, row.minor, row.final, CaptureState(row.state)) for row in rows)


async def insert(
    tx: Tx, order_id: int, key: str, minor: int, now: datetime, *, is_final: bool, is_done: bool = False
) -> None:
    """Inserts a capture, which is WANTED unless it is done."""
    state = CaptureState.DONE if is_done else CaptureState.WANTED
    row = {"order_id": order_id, "key": key, "minor": minor, "final": is_final, "state": state.value}
    await tx.run(sa.insert(captures), row | {"created_at": now, "updated_at": now})


async def settle(tx: Tx, ids: Sequence[int], state: CaptureState, now: datetime) -> None:
    """Records what became of wanted captures."""
    if ids:
        which = (captures.c.id.in_(ids)) & (captures.c.state == CaptureState.WANTED.value)
        await tx.run(by_primary_key(sa.update(captures).where(which).values(state=state.value, updated_at=now)))


async def take_all(tx: Tx, first: Capture, others: Sequence[Capture], minor: int, now: datetime) -> None:
    """Lets the first of the wanted captures take an amount and be the final one, in place of the others."""
    changed = {"minor": minor, "final": True, "updated_at": now}
    await tx.run(by_primary_key(sa.update(captures).where(captures.c.id == first.id).values(changed)))
    await settle(tx, [other.id for other in others], CaptureState.FAILED, now)


async def record_total(tx: Tx, order_id: int, minor: int) -> None:
    """Records how much the provider has taken of an authorization so far."""
    await tx.run(sa.update(payments).where(payments.c.order_id == order_id).values(captured_minor=minor))
