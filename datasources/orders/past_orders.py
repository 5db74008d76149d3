"""Writes past orders, many at a time, and reads the stored ones. Past orders move no stock."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from datasources.kit.database import Database, Tx
from datasources.orders import fulfillments as parcels
from datasources.orders import transitions
from datasources.orders.transitions import PastTransition
from datasources.tables import (
    customers,
    fulfillment_lines,
    fulfillments,
    order_events,
    order_lines,
    orders,
    refunds,
    variants,
)
from domain.imports import Totals, TotalsByCountry
from domain.kit.ids import new_id, new_secret
from domain.orders.after_payment import RefundState, Tracking
from domain.orders.life import OrderStatus
from domain.orders.records import PastOrder

SOURCE = ACTOR = "import"
_IN = 5_000  # values in one IN list


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """A stored order: `content` is compared with the past order of the same name.

    `has_parts`: whether it says what it cost beside its lines.
    """

    id: int
    source: str
    status: OrderStatus
    content: tuple[object, ...]
    has_parts: bool = False
    refunded_minor: int = 0
    sent: int = 0


def content(order: PastOrder) -> tuple[object, ...]:
    """The fixed content of a past order: time, country, currency, number of lines, units and amount."""
    return (order.created_at, order.country, order.currency, len(order.lines), order.units, order.subtotal_minor)


def says_more(stored: StoredOrder, order: PastOrder) -> bool:
    """Whether a file says more of an imported order than is stored."""
    details = order.details
    has_parts = any((details.discount_minor, details.shipping_minor, details.tax_minor, details.address, details.note))
    news = (has_parts and not stored.has_parts) or details.refunded_minor > stored.refunded_minor
    return news or _is_newly_sent(stored, order)


def _is_newly_sent(stored: StoredOrder, order: PastOrder) -> bool:
    return stored.status is OrderStatus.PAID and not stored.sent and any(line.sent for line in order.lines)


async def known(tx: Tx, names: Sequence[str]) -> dict[str, StoredOrder]:
    """Stored orders by name."""
    line = order_lines.c
    back = sa.select(sa.func.coalesce(sa.func.sum(refunds.c.minor), 0)).where(refunds.c.order_id == orders.c.id)
    parcel = (fulfillments.c.id == fulfillment_lines.c.fulfillment_id) & (fulfillments.c.order_id == orders.c.id)
    sent = sa.select(sa.func.coalesce(sa.func.sum(fulfillment_lines.c.quantity), 0)).where(parcel)
    query = (
        sa.select(
            orders,
            sent.correlate(orders).scalar_subquery().label("sent"),
            back.correlate(orders).scalar_subquery().label("back"),
            sa.func.count(line.position).label("lines"),
            sa.func.coalesce(sa.func.sum(line.quantity), 0).label("units"),
        )
        .outerjoin(order_lines, line.order_id == orders.c.id)
        .where(orders.c.name.in_(names))
        .group_by(orders.c.id)
    )
    return {
        row.name: StoredOrder(
            row.id,
            row.source,
            OrderStatus(row.status),
            (row.created_at, row.country, row.currency, row.lines, int(row.units), row.subtotal_minor),
            has_parts=any((row.discount_minor, row.shipping_minor, row.tax_minor, row.address, row.note)),
            sent=int(row.sent),
            # Of a refunded order all went back, also where no file said how much.
            refunded_minor=int(row.back) or (row.total_minor if row.status == OrderStatus.REFUNDED.value else 0),
        )
        for row in await tx.all(query)
    }


async def customers_by_email(tx: Tx, first_orders: Mapping[str, datetime]) -> dict[str, int]:
    """Keys of accounts by lower-case e-mail address. Missing accounts are created, without a password.

    `first_orders` says since when each of them has been a customer. Raises `sqlalchemy.exc.IntegrityError` if somebody
    signs up with one of the addresses at the same time.
    """
    query = sa.select(customers.c.email, customers.c.id).where(customers.c.email.in_(list(first_orders)))
    ids = {row.email: int(row.id) for row in await tx.all(query)}
    new = {email: new_id() for email in sorted(first_orders) if email not in ids}
    rows = [
        {"id": key, "email": email, "accepts_marketing": False, "created_at": first_orders[email]}
        for email, key in new.items()
    ]
    if rows:
        await tx.run(sa.insert(customers), rows)
    return ids | new


async def variants_by_sku(tx: Tx, skus: Sequence[str]) -> dict[str, int]:
    """Variants by SKU; an SKU that several variants share is left out."""
    found: dict[str, int] = {}
    for start in range(0, len(skus), _IN):
        query = (
            sa.select(variants.c.sku, sa.func.min(variants.c.id).label("id"))
            .where(variants.c.sku.in_(skus[start : start + _IN]))
            .group_by(variants.c.sku)
            .having(sa.func.count() == 1)
        )
        found |= {row.sku: row.id for row in await tx.all(query)}
    return found


async def insert(
    tx: Tx,
    new: Sequence[PastOrder],
    customer_ids: Mapping[str, int],
    variant_ids: Mapping[str, int],
    territories: Mapping[str, str],
    now: datetime,
) -> None:
    """Inserts orders with their lines and the event that names their origin; `territories` are codes by country."""
    keyed = [(new_id(), order) for order in new]
    if not keyed:
        return
    rows = [(order.status, _row(key, order, customer_ids, territories, now)) for key, order in keyed]
    await transitions.place_past(tx, rows)
    await tx.run(sa.insert(order_lines), [row for key, order in keyed for row in _line_rows(key, order, variant_ids)])
    await tx.run(sa.insert(order_events), [_event(key, order.status, "imported", now) for key, order in keyed])
    await _add_refunds(tx, [(key, order, 0) for key, order in keyed], now)
    for key, order in keyed:
        await _add_parcel(tx, key, order, now)


async def add_details(tx: Tx, changed: Sequence[tuple[StoredOrder, PastOrder]], now: datetime) -> None:
    """Adds what a newer file says of imported orders: refunds, what was sent, and what they cost beside their lines."""
    for stored, order in changed:
        if not stored.has_parts:
            await transitions.describe_past(tx, stored.id, _details_row(order), now)
        if _is_newly_sent(stored, order):
            await _add_parcel(tx, stored.id, order, now)
    await _add_refunds(tx, [(stored.id, order, stored.refunded_minor) for stored, order in changed], now)


async def _add_parcel(tx: Tx, key: int, order: PastOrder, now: datetime) -> None:
    """Records what was sent of an order that was sent in part: one parcel, of which the file says no more."""
    if units := {position: line.sent for position, line in enumerate(order.lines, 1) if line.sent}:
        await parcels.insert(tx, key, units, Tracking(), ACTOR, now)


async def _add_refunds(tx: Tx, told: Sequence[tuple[int, PastOrder, int]], now: datetime) -> None:
    """Records refunded money above what is known."""
    rows = [
        {
            "order_id": key,
            "key": f"import-{key}-{order.details.refunded_minor}",
            "minor": order.details.refunded_minor - known_minor,
            "extra_minor": order.details.refunded_minor - known_minor,
            "currency": order.currency,
            "state": RefundState.DONE.value,
            "reason": "imported",
            "actor": "import",
            "restock": False,
            "created_at": now,
            "updated_at": now,
        }
        for key, order, known_minor in told
        if order.details.refunded_minor > known_minor
    ]
    if rows:
        await tx.run(sa.insert(refunds), rows)


async def set_statuses(tx: Tx, changed: Sequence[tuple[StoredOrder, PastOrder]], now: datetime) -> None:
    """Sets imported orders to the status in a newer file, unless they have changed status in between."""
    if not changed:
        return
    steps = [PastTransition(stored.id, stored.status, order.status, order.cancelled_at) for stored, order in changed]
    await transitions.catch_up(tx, steps, now)
    events = [_event(stored.id, order.status, "imported again", now) for stored, order in changed]
    await tx.run(sa.insert(order_events), events)


async def stored_totals(database: Database, names: Sequence[str]) -> TotalsByCountry:
    """The number of stored orders with these names, and their units and amounts as the database sums their lines."""
    line = order_lines.c
    query = (
        sa.select(
            orders.c.country,
            orders.c.currency,
            sa.func.count(sa.distinct(orders.c.id)).label("orders"),
            sa.func.sum(line.quantity).label("units"),
            sa.func.sum(line.quantity * line.unit_minor).label("minor"),
        )
        .join(order_lines, line.order_id == orders.c.id)
        .where(orders.c.name.in_(names), orders.c.source == SOURCE)
        .group_by(orders.c.country, orders.c.currency)
    )
    return {
        (row.country or "", row.currency): Totals(row.orders, int(row.units), int(row.minor))
        for row in await database.all(query)
    }


def _row(
    key: int, order: PastOrder, customer_ids: Mapping[str, int], territories: Mapping[str, str], now: datetime
) -> dict[str, Any]:
    return {
        "id": key,
        "name": order.name,
        "token": new_secret(),
        "source": SOURCE,
        "customer_id": customer_ids.get(order.email or ""),
        "email": order.email,
        "country": order.country,
        "territory": territories[order.country or ""],
        "currency": order.currency,
        "subtotal_minor": order.subtotal_minor,
        "created_at": order.created_at,
        "updated_at": now,
        "cancelled_at": order.cancelled_at,
    } | _details_row(order)


def _details_row(order: PastOrder) -> dict[str, Any]:
    details = order.details
    return {
        "total_minor": order.charged_minor,
        "discount_minor": details.discount_minor,
        "shipping_minor": details.shipping_minor,
        "tax_minor": details.tax_minor,
        "taxes_included": details.taxes_included,
        "discount_codes": details.discount_codes,
        "address": None if details.address is None else asdict(details.address),
        "delivery_title": details.delivery_title,
        "note": details.note,
        "phone": details.phone,
        "attributes": details.attributes,
    }


def _line_rows(key: int, order: PastOrder, variant_ids: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "order_id": key,
            "position": position,
            "variant_id": variant_ids.get(line.sku or ""),
            "sku": line.sku,
            "title": line.title,
            "variant_title": "",
            "quantity": line.quantity,
            "unit_minor": line.price_minor,
            "discount_minor": line.discount_minor,
        }
        for position, line in enumerate(order.lines, 1)
    ]


def _event(key: int, status: OrderStatus, reason: str, now: datetime) -> dict[str, Any]:
    return {"order_id": key, "status": status.value, "actor": "import", "reason": reason, "created_at": now}
