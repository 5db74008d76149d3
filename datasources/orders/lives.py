"""Lines and money of orders after payment, read in batches or with the row of the order locked."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from datasources.kit.database import Database, Row, Tx
from datasources.kit.keyset import keyset
from datasources.kit.rows import aligned, grouped
from datasources.orders.reads import line_of, order_of, order_rows
from datasources.tables import (
    fulfillment_lines,
    fulfillments,
    order_events,
    order_lines,
    orders,
    refund_lines,
    refunds,
)
from domain.kit.paging import Page, PageRequest, page_of
from domain.orders.after_payment import LineLife, OrderEvent, OrderLife, RefundState, RestockType
from domain.orders.life import OrderStatus
from domain.orders.records import Order

MAX_EVENTS = 250
PRICED_UNITS = sa.func.coalesce(refund_lines.c.priced_units, refund_lines.c.quantity)
PROMISED = (RefundState.PENDING.value, RefundState.DONE.value)
_WAS_SOLD = (
    sa.select(order_events.c.id)
    .where(order_events.c.order_id == orders.c.id, order_events.c.status == OrderStatus.PAID.value)
    .exists()
)


class OrderLives:
    """Reads without locks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_order(self, ids: Sequence[int]) -> list[OrderLife | None]:
        """Lives of orders, in the order of `ids`."""
        return await _lives(self._database, ids)

    async def page(self, asked: PageRequest, reverse: bool, status: OrderStatus | None) -> Page[Order]:
        """One page of all orders, or of those in a state, in the order in which they were placed unless reversed.

        Keys do not say when: those of imported orders are newer than the orders.
        """
        every = order_rows() if status is None else order_rows().where(orders.c.status == status.value)
        rows = await self._database.all(keyset(every, orders.c.created_at, orders.c.id, asked, reverse))
        return page_of([order_of(row) for row in rows], asked, lambda order: (order.created_at.isoformat(), order.id))

    async def events_by_order(self, ids: Sequence[int]) -> list[tuple[OrderEvent, ...]]:
        """The first 250 steps of each order, oldest first."""
        number = sa.func.row_number().over(partition_by=order_events.c.order_id, order_by=order_events.c.id)
        numbered = sa.select(order_events, number.label("number")).where(order_events.c.order_id.in_(ids)).subquery()
        rows = await self._database.all(
            sa.select(numbered).where(numbered.c.number <= MAX_EVENTS).order_by(numbered.c.id)
        )
        return grouped(((row.order_id, _event(row)) for row in rows), ids)


async def lock(tx: Tx, order_id: int) -> OrderLife | None:
    """The life of an order, with its row locked until the transaction ends, so that no other writer changes it.

    SQLite ignores FOR UPDATE, but allows only one writer at a time anyway.
    """
    await tx.one(sa.select(orders.c.id).where(orders.c.id == order_id).with_for_update())
    return (await _lives(tx, [order_id]))[0]


async def _lives(source: Database | Tx, ids: Sequence[int]) -> list[OrderLife | None]:
    rows = await source.all(order_rows(*_sums(), _WAS_SOLD.label("was_sold")).where(orders.c.id.in_(ids)))
    lines = await source.all(_lines(ids))
    by_order = dict(zip(ids, grouped(((row.order_id, _line(row)) for row in lines), ids), strict=True))
    return aligned({row.id: _life(row, by_order[row.id]) for row in rows}, ids)


def _sums() -> list[sa.Label[Any]]:
    mine = (refunds.c.order_id == orders.c.id) & refunds.c.state.in_(PROMISED)

    def sum_of(column: sa.ColumnElement[Any]) -> sa.ScalarSelect[Any]:
        return sa.select(sa.func.coalesce(sa.func.sum(column), 0)).where(mine).scalar_subquery()

    return [sum_of(refunds.c.minor).label("promised"), sum_of(refunds.c.shipping_minor).label("shipping_promised")]


def _lines(ids: Sequence[int]) -> sa.Select[Any]:
    line = order_lines.c
    sent = (
        sa.select(fulfillments.c.order_id, fulfillment_lines.c.position, _sum(fulfillment_lines.c.quantity, "units"))
        .join(fulfillment_lines, fulfillment_lines.c.fulfillment_id == fulfillments.c.id)
        .where(fulfillments.c.order_id.in_(ids))
        .group_by(fulfillments.c.order_id, fulfillment_lines.c.position)
        .subquery()
    )
    taken, promised = refund_lines.c, refunds.c.state.in_(PROMISED)
    cancelled = sa.case((taken.restock_type == RestockType.CANCEL.value, taken.quantity), else_=0)
    back = (
        sa.select(
            *(refunds.c.order_id, taken.position, _sum(cancelled, "cancelled")),
            _sum(sa.case((taken.returned, taken.quantity), else_=0), "returned"),
            _sum(sa.case((promised & taken.priced, PRICED_UNITS), else_=0), "refunded"),
            _sum(sa.case((promised, taken.minor), else_=0), "minor"),
            _sum(sa.case((taken.released, taken.quantity), else_=0), "released"),
        )
        .join(refund_lines, taken.refund_id == refunds.c.id)
        .where(refunds.c.order_id.in_(ids))
        .group_by(refunds.c.order_id, taken.position)
        .subquery()
    )
    return (
        sa.select(
            *(order_lines, orders.c.currency, orders.c.taxes_included),
            *(sent.c.units, back.c.cancelled, back.c.returned, back.c.refunded, back.c.minor, back.c.released),
        )
        .join(orders, orders.c.id == line.order_id)
        .outerjoin(sent, (sent.c.order_id == line.order_id) & (sent.c.position == line.position))
        .outerjoin(back, (back.c.order_id == line.order_id) & (back.c.position == line.position))
        .where(line.order_id.in_(ids))
        .order_by(line.order_id, line.position)
    )


def _sum(column: sa.ColumnElement[Any], name: str) -> sa.Label[Any]:
    return sa.func.sum(column).label(name)


def _life(row: Row, lines: tuple[LineLife, ...]) -> OrderLife:
    return OrderLife(order_of(row), lines, int(row.promised), int(row.shipping_promised), bool(row.was_sold))


def _line(row: Row) -> LineLife:
    """Sums are decimals on MySQL, and None where there are no rows."""
    return LineLife(
        line_of(row),
        fulfilled=int(row.units or 0),
        cancelled=int(row.cancelled or 0),
        returned=int(row.returned or 0),
        refunded=int(row.refunded or 0),
        refunded_minor=int(row.minor or 0),
        released=int(row.released or 0),
    )


def _event(row: Row) -> OrderEvent:
    return OrderEvent(row.id, row.order_id, OrderStatus(row.status), row.reason, row.actor, row.note, row.created_at)
