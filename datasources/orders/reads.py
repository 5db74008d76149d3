"""Orders, their lines and payments. `transitions` writes their states."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from datasources.kit.database import Database, Row, Tx
from datasources.kit.keyset import keyset
from datasources.kit.rows import aligned, grouped, pairs_of, seconds_from_now
from datasources.orders.open_payments import OpenPayments
from datasources.tables import TAKEN, order_events, order_lines, orders, payments, refunds, variants
from domain.kit.money import Money
from domain.kit.paging import Page, PageRequest, page_of
from domain.orders.after_payment import RefundState
from domain.orders.life import FinancialStatus, OrderStatus
from domain.orders.records import Order, OrderLine
from domain.payments.records import OpenPayment, PaymentState
from domain.territories.delivery import Address

_UNCAPTURED = {
    PaymentState.AUTHORIZED.value: FinancialStatus.AUTHORIZED,
    PaymentState.VOIDED.value: FinancialStatus.VOIDED,
}
_REFUNDED = (
    sa.select(sa.func.coalesce(sa.func.sum(refunds.c.minor), 0))
    .where(refunds.c.order_id == orders.c.id, refunds.c.state == RefundState.DONE.value)
    .scalar_subquery()
)


def order_rows(*more: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Orders with their payment and refunds, for `order_of`: one statement, so that state and money fit each other."""
    money = (payments.c.state.label("payment_state"), TAKEN.label("taken"), _REFUNDED.label("back"))
    return sa.select(orders, *money, *more).outerjoin_from(orders, payments, payments.c.order_id == orders.c.id)


class Orders:
    """Reads of orders in batches."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def orders_by_id(self, ids: Sequence[int]) -> list[Order | None]:
        """Orders in the order of `ids`, for any viewer: the caller checks access."""
        return await orders_by_id(self._database, ids)

    async def lines_by_order(self, ids: Sequence[int]) -> list[tuple[OrderLine, ...]]:
        """Lines of each order by position."""
        query = (
            sa.select(order_lines, orders.c.currency, orders.c.taxes_included)
            .join(orders, orders.c.id == order_lines.c.order_id)
            .where(order_lines.c.order_id.in_(ids))
            .order_by(order_lines.c.order_id, order_lines.c.position)
        )
        rows = await self._database.all(query)
        return grouped(((row.order_id, line_of(row)) for row in rows), ids)

    async def page_of_customer(self, customer_id: int, asked: PageRequest, reverse: bool) -> Page[Order]:
        """One page of a customer's orders, oldest first unless reversed."""
        mine = order_rows().where(orders.c.customer_id == customer_id)
        rows = await self._database.all(keyset(mine, orders.c.created_at, orders.c.id, asked, reverse))
        return page_of([order_of(row) for row in rows], asked, lambda order: (order.created_at.isoformat(), order.id))

    async def overdue(self, limit: int) -> list[int]:
        """Unpaid orders whose hold has ended by the database's clock, earliest end first."""
        waiting = orders.c.status == OrderStatus.PENDING_PAYMENT.value
        over = orders.c.hold_expires_at <= seconds_from_now(self._database.dialect, 0)
        query = sa.select(orders.c.id).where(waiting, over).order_by(orders.c.hold_expires_at).limit(limit)
        return [row.id for row in await self._database.all(query)]

    async def waiting(self, older_than_seconds: int, limit: int) -> list[int]:
        """Unpaid orders within their hold, not checked with the provider for some seconds; longest first."""
        dialect = self._database.dialect
        query = (
            sa.select(orders.c.id)
            .join(payments, payments.c.order_id == orders.c.id)
            .where(orders.c.status == OrderStatus.PENDING_PAYMENT.value)
            .where(orders.c.hold_expires_at > seconds_from_now(dialect, 0))
            .where(payments.c.state == PaymentState.PENDING.value)
            .where(payments.c.updated_at < seconds_from_now(dialect, -older_than_seconds))
            .order_by(payments.c.updated_at)
            .limit(limit)
        )
        return [row.id for row in await self._database.all(query)]

    async def unsettled(self, older_than_seconds: int, limit: int) -> list[int]:
        """Orders of the last day that ended while their charge may still arrive, the one checked longest ago first."""
        ended = orders.c.status.in_((OrderStatus.EXPIRED.value, OrderStatus.CANCELLED.value))
        open_payment = payments.c.state == PaymentState.PENDING.value
        dialect = self._database.dialect
        query = (
            sa.select(orders.c.id)
            .join(payments, payments.c.order_id == orders.c.id)
            .where(ended, open_payment, payments.c.minor > 0)
            .where(payments.c.updated_at < seconds_from_now(dialect, -older_than_seconds))
            .where(orders.c.created_at > seconds_from_now(dialect, -86_400))
            .order_by(payments.c.updated_at)
            .limit(limit)
        )
        return [row.id for row in await self._database.all(query)]

    async def products_of(self, order_ids: Sequence[int]) -> list[int]:
        """The products that these orders bought, each once, ascending; deleted ones are left out."""
        query = (
            sa.select(variants.c.product_id)
            .join(order_lines, order_lines.c.variant_id == variants.c.id)
            .where(order_lines.c.order_id.in_(order_ids))
            .distinct()
            .order_by(variants.c.product_id)
        )
        return [row.product_id for row in await self._database.all(query)]

    async def was_paid(self, order_id: int) -> bool:
        """Whether a step of an order says that it was paid in time."""
        step = sa.select(order_events.c.id).where(
            order_events.c.order_id == order_id, order_events.c.status == OrderStatus.PAID.value
        )
        return await self._database.one(step.limit(1)) is not None

    async def open_payments(self, order_ids: Sequence[int]) -> list[OpenPayment | None]:
        """Payments of orders that wait for them, in the order of the ids; None for any other order."""
        return await OpenPayments(self._database).by_order(order_ids)

    async def payment(self, order_id: int) -> Row | None:
        """The payment row of an order."""
        return await self._database.one(sa.select(payments).where(payments.c.order_id == order_id))


async def orders_by_id(source: Database | Tx, ids: Sequence[int]) -> list[Order | None]:
    """Orders read from the database or inside a transaction."""
    rows = await source.all(order_rows().where(orders.c.id.in_(ids)))
    return aligned({row.id: order_of(row) for row in rows}, ids)


async def record_event(
    tx: Tx, order_id: int, status: OrderStatus, actor: str, reason: str, now: datetime, note: str | None = None
) -> None:
    """Records who changed the order and why. The buyer may read the reason; only staff may read the note."""
    row = {"order_id": order_id, "status": status.value, "actor": actor, "reason": reason, "created_at": now}
    await tx.run(sa.insert(order_events), row | {"note": note})


async def set_payment(
    tx: Tx, order_id: int, state: PaymentState, now: datetime, reference: str | None, reason: str | None
) -> None:
    """Records the provider's answer."""
    changed = {"state": state.value, "reason": reason, "updated_at": now}
    if reference is not None:
        changed["reference"] = reference
    await tx.run(sa.update(payments).where(payments.c.order_id == order_id).values(changed))


async def asked(tx: Tx, order_id: int, now: datetime) -> None:
    """Records the time of a query to the provider about the payment of an order."""
    await tx.run(sa.update(payments).where(payments.c.order_id == order_id).values(updated_at=now))


async def payment_state(tx: Tx, order_id: int) -> PaymentState:
    """The recorded state of the payment of an order."""
    row = await tx.one(sa.select(payments.c.state).where(payments.c.order_id == order_id))
    if row is None:
        raise LookupError(f"order {order_id} has no payment")
    return PaymentState(row.state)


def order_of(row: Row) -> Order:
    """An order from its row of `order_rows`."""
    captured = None if row.payment_state is None else int(row.taken)
    return Order(
        id=row.id,
        name=row.name,
        token=row.token,
        customer_id=row.customer_id,
        email=row.email,
        country=row.country,
        status=OrderStatus(row.status),
        subtotal=Money(row.subtotal_minor, row.currency),
        total=Money(row.total_minor, row.currency),
        created_at=row.created_at,
        cancelled_at=row.cancelled_at,
        discount_minor=row.discount_minor,
        shipping_minor=row.shipping_minor,
        tax_minor=row.tax_minor,
        taxes_included=row.taxes_included,
        discount_codes=tuple(row.discount_codes or ()),
        address=None if row.address is None else Address(**row.address),
        delivery_handle=row.delivery_handle,
        delivery_title=row.delivery_title,
        note=row.note,
        attributes=pairs_of(row.attributes or ()),
        phone=row.phone,
        captured_minor=captured,
        refunded_minor=int(row.back),
        uncaptured=_UNCAPTURED.get(row.payment_state),
    )


def line_of(row: Row) -> OrderLine:
    """A line from its row, which also has the currency and whether prices include taxes."""
    return OrderLine(
        order_id=row.order_id,
        position=row.position,
        variant_id=row.variant_id,
        sku=row.sku,
        title=row.title,
        variant_title=row.variant_title,
        quantity=row.quantity,
        unit_price=Money(row.unit_minor, row.currency),
        discount_minor=row.discount_minor,
        tax_minor=row.tax_minor,
        taxes_included=row.taxes_included,
        attributes=pairs_of(row.attributes or ()),
    )
