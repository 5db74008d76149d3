"""Writes of many orders in one transaction: one statement per kind of row, however many orders there are."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from datasources.kit.database import Tx
from datasources.kit.rows import seconds_from_now
from datasources.orders import authorizations, transitions
from datasources.tables import attempts, order_events, order_lines, orders, payments
from domain.kit.money import Money
from domain.orders.life import OrderStatus
from domain.orders.records import Order, OrderLine
from domain.payments.records import Charge, ChargeState, PaymentState


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order to write, with everything that belongs to it; `buyer` and `token` identify its attempt."""

    order: Order
    lines: Sequence[OrderLine]
    cart_id: str
    territory: str
    buyer: str
    token: str
    fingerprint: str
    charge_key: str
    provider: str


async def insert(tx: Tx, new: Sequence[NewOrder], hold_seconds: int) -> None:
    """Inserts orders that wait for their payment. Their holds end by the database's clock.

    Raises `sqlalchemy.exc.IntegrityError` if another process has stored one of the attempts in between.
    """
    until = await tx.one(
        sa.select(sa.type_coerce(seconds_from_now(tx.dialect, hold_seconds), orders.c.created_at.type))
    )
    assert until is not None
    await tx.run(sa.insert(attempts), [_attempt_row(each) for each in new])
    await transitions.place(tx, [_order_row(each, until[0]) for each in new])
    await tx.run(sa.insert(order_lines), [_line_row(line) for each in new for line in each.lines])
    await tx.run(sa.insert(payments), [_payment_row(each) for each in new])
    await tx.run(sa.insert(order_events), [_event_row(each) for each in new])


def _attempt_row(new: NewOrder) -> dict[str, object]:
    return {
        "buyer": new.buyer,
        "token": new.token,
        "fingerprint": new.fingerprint,
        "order_id": new.order.id,
        "created_at": new.order.created_at,
    }


def _order_row(new: NewOrder, until: datetime) -> dict[str, object]:
    order = new.order
    return {
        "id": order.id,
        "name": order.name,
        "token": order.token,
        "source": "storefront",
        "cart_id": new.cart_id,
        "customer_id": order.customer_id,
        "email": order.email,
        "phone": order.phone,
        "country": order.country,
        "territory": new.territory,
        "currency": order.total.currency,
        "subtotal_minor": order.subtotal.minor,
        "discount_minor": order.discount_minor,
        "shipping_minor": order.shipping_minor,
        "tax_minor": order.tax_minor,
        "taxes_included": order.taxes_included,
        "total_minor": order.total.minor,
        "discount_codes": order.discount_codes,
        "address": None if order.address is None else asdict(order.address),
        "delivery_handle": order.delivery_handle,
        "delivery_title": order.delivery_title,
        "note": order.note,
        "attributes": order.attributes,
        "hold_expires_at": until,
        "created_at": order.created_at,
        "updated_at": order.created_at,
    }


def _line_row(line: OrderLine) -> dict[str, object]:
    return {
        "order_id": line.order_id,
        "position": line.position,
        "variant_id": line.variant_id,
        "sku": line.sku,
        "title": line.title,
        "variant_title": line.variant_title,
        "quantity": line.quantity,
        "unit_minor": line.unit_price.minor,
        "discount_minor": line.discount_minor,
        "tax_minor": line.tax_minor,
        "attributes": line.attributes,
    }


def _payment_row(new: NewOrder) -> dict[str, object]:
    order = new.order
    return {
        "order_id": order.id,
        "provider": new.provider,
        "charge_key": new.charge_key,
        "state": PaymentState.PENDING.value,
        "minor": order.total.minor,
        "currency": order.total.currency,
        "created_at": order.created_at,
        "updated_at": order.created_at,
    }


def _event_row(new: NewOrder) -> dict[str, object]:
    return {
        "order_id": new.order.id,
        "status": new.order.status.value,
        "actor": f"cart:{new.cart_id[:8]}",
        "reason": "submitted",
        "created_at": new.order.created_at,
    }


async def lock_waiting(tx: Tx, order_ids: Sequence[int]) -> dict[int, tuple[Money, str, bool]]:
    """Locks the rows of these orders in the order of their ids.

    Returns what those owe that wait for their payment, with the key of their current charge and whether a process may
    be ending that.
    """
    is_ending = payments.c.ending_until > seconds_from_now(tx.dialect, 0)
    rows = await tx.all(
        sa.select(
            *(orders.c.id, orders.c.status, orders.c.total_minor, orders.c.currency, payments.c.charge_key),
            is_ending.label("is_ending"),
        )
        .join_from(orders, payments, payments.c.order_id == orders.c.id)
        .where(orders.c.id.in_(order_ids))
        .order_by(orders.c.id)
        .with_for_update()
    )
    waiting = [row for row in rows if row.status == OrderStatus.PENDING_PAYMENT.value]
    return {row.id: (Money(row.total_minor, row.currency), row.charge_key, bool(row.is_ending)) for row in waiting}


async def pay(tx: Tx, charges: Mapping[int, Charge], now: datetime, actor: str) -> None:
    """Marks locked, waiting orders as paid, and their payments as captured or authorized."""
    ids = list(charges)
    await transitions.become_all(tx, ids, OrderStatus.PAID, now)
    reference = sa.case({key: charge.reference for key, charge in charges.items()}, value=payments.c.order_id)
    held = [key for key, charge in charges.items() if charge.state is ChargeState.AUTHORIZED]
    state: object = PaymentState.CAPTURED.value
    if held:
        state = sa.case((payments.c.order_id.in_(held), PaymentState.AUTHORIZED.value), else_=state)
    captured: dict[str, object] = {"state": state, "reference": reference, "updated_at": now}
    captured |= dict.fromkeys(("action", "reason"))
    await tx.run(sa.update(payments).where(payments.c.order_id.in_(ids)).values(captured))
    paid = {"status": OrderStatus.PAID.value, "actor": actor, "created_at": now}
    events = [{"order_id": key, "reason": charge.state.lower()} | paid for key, charge in charges.items()]
    await tx.run(sa.insert(order_events), events)
    if held:
        await authorizations.insert(tx, held, now)
