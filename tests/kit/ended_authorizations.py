"""Reserved money that ends by itself, and staff who settle what was to be sent."""

import sqlalchemy as sa

from datasources import tables
from domain.orders.after_payment import RefundedLine, RestockType
from domain.orders.commands import CancelOrder, CancelReason, RefundOrder
from domain.payments.keys import charge_key
from tests.kit.factories.catalog import NOW
from tests.kit.order_lives import LifeDesk


async def end(desk: LifeDesk, order_id: int) -> None:
    """The bank sets free what an order has reserved, and the worker checks it."""
    account = desk.bank.accounts.get(charge_key(order_id, authorizes=True))
    if account is not None and account.is_reserved:
        account.end()
        await desk.change(sa.update(tables.authorizations).values(updated_at=NOW))
        await desk.sweep()


async def cancel_rest(desk: LifeDesk, order_id: int) -> None:
    """Staff cancel an order whose money is free again, or the units of it that were not sent."""
    life = await desk.look(order_id) if order_id else None
    held = [row.state for row in await desk.rows(tables.authorizations) if row.order_id == order_id]
    if life is None or held != ["FAILED"]:
        return
    left = tuple(
        RefundedLine(line.line.position, line.unfulfilled, RestockType.CANCEL)
        for line in life.lines
        if line.unfulfilled > 0
    )
    if any(line.fulfilled for line in life.lines) and left:
        await desk.life.refund(desk.staff, order_id, RefundOrder(None, lines=left))
    else:
        await desk.life.cancel(desk.staff, order_id, CancelOrder(CancelReason.OTHER, True, True))
