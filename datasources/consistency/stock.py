"""Compares stock levels with the ledger, and both with the orders that hold or bought the units."""

from typing import Any

import sqlalchemy as sa

from datasources.consistency.rule import Rule
from datasources.tables import locations, order_events, order_lines, orders, stock_levels, stock_movements
from domain.inventory import Movement
from domain.orders.life import OrderStatus

STOREFRONT = orders.c.source == "storefront"
IMPORTED = "import"
# Where the units of an order are, by its state. A cancelled or refunded order may have been paid before or not.
HOLDING = (OrderStatus.PENDING_PAYMENT.value,)
SOLD = (OrderStatus.PAID.value, OrderStatus.FULFILLED.value)
RELEASED = (OrderStatus.PAYMENT_FAILED.value, OrderStatus.EXPIRED.value, OrderStatus.EXCEPTION.value)
EITHER = (OrderStatus.CANCELLED.value, OrderStatus.REFUNDED.value)


def _ledger(_dialect: str) -> sa.Select[Any]:
    moved = stock_movements.c
    sums = (
        sa.select(
            *(moved.variant_id, moved.location_id),
            sa.func.sum(moved.available).label("available"),
            sa.func.sum(moved.reserved).label("reserved"),
            sa.func.sum(moved.sold).label("sold"),
        )
        .group_by(moved.variant_id, moved.location_id)
        .subquery()
    )
    level = stock_levels.c
    available, reserved, sold = (sa.func.coalesce(sums.c[name], 0) for name in ("available", "reserved", "sold"))
    same = (sums.c.variant_id == level.variant_id) & (sums.c.location_id == level.location_id)
    return (
        sa.select(
            *(level.variant_id, level.location_id, level.available, level.reserved, level.sold),
            *(available.label("in_available"), reserved.label("in_reserved"), sold.label("in_sold")),
        )
        .outerjoin_from(stock_levels, sums, same)
        .where((level.available != available) | (level.reserved != reserved) | (level.sold != sold))
        .order_by(level.variant_id, level.location_id)
    )


def _without_level(_dialect: str) -> sa.Select[Any]:
    moved, level = stock_movements.c, stock_levels.c
    same = (level.variant_id == moved.variant_id) & (level.location_id == moved.location_id)
    return (
        sa.select(moved.variant_id, moved.location_id)
        .outerjoin_from(stock_movements, stock_levels, same)
        .where(level.variant_id.is_(None))
        .group_by(moved.variant_id, moved.location_id)
        .order_by(moved.variant_id, moved.location_id)
    )


def _nowhere(_dialect: str) -> sa.Select[Any]:
    level = stock_levels.c
    return (
        sa.select(level.variant_id, level.location_id)
        .outerjoin_from(stock_levels, locations, locations.c.id == level.location_id)
        .where(locations.c.id.is_(None))
        .order_by(level.variant_id, level.location_id)
    )


def _units_in_all(_dialect: str) -> sa.Select[Any]:
    """available + reserved + sold = initial + adjustments, over all locations."""
    move, level = stock_movements.c, _levels_per_variant()
    came = sa.case((move.kind.in_((Movement.INITIAL.value, Movement.ADJUSTMENT.value)), _all_of(move)), else_=0)
    delivered = sa.select(move.variant_id, sa.func.sum(came).label("units")).group_by(move.variant_id).subquery()
    units = sa.func.coalesce(delivered.c.units, 0)
    return (
        sa.select(level.c.variant_id, _all_of(level.c).label("units"), units.label("delivered"))
        .outerjoin_from(level, delivered, delivered.c.variant_id == level.c.variant_id)
        .where(_all_of(level.c) != units)
        .order_by(level.c.variant_id)
    )


def _all_of(columns: Any) -> sa.ColumnElement[int]:
    total: sa.ColumnElement[int] = columns.available + columns.reserved + columns.sold
    return total


def _transfers(_dialect: str) -> sa.Select[Any]:
    move = stock_movements.c
    units = sa.func.sum(_all_of(move))
    return (
        sa.select(move.variant_id, units.label("units"))
        .where(move.kind == Movement.TRANSFER.value)
        .group_by(move.variant_id)
        .having(units != 0)
        .order_by(move.variant_id)
    )


def _levels_per_variant() -> sa.Subquery:
    level = stock_levels.c
    sums = (sa.func.sum(column).label(column.name) for column in (level.available, level.reserved, level.sold))
    return sa.select(level.variant_id, *sums).group_by(level.variant_id).subquery()


def _units_per_variant(which: sa.ColumnElement[bool]) -> sa.Subquery:
    line = order_lines.c
    return (
        sa.select(line.variant_id, sa.func.sum(line.quantity).label("units"))
        .join_from(order_lines, orders, orders.c.id == line.order_id)
        .where(STOREFRONT, which)
        .group_by(line.variant_id)
        .subquery()
    )


def _restocked_per_variant() -> sa.Subquery:
    move = stock_movements.c
    restocked = sa.func.sum(move.available).label("units")
    return (
        sa.select(move.variant_id, restocked)
        .where(move.kind == Movement.RESTOCK.value)
        .group_by(move.variant_id)
        .subquery()
    )


def _against_orders(count: str, which: sa.ColumnElement[bool], restocks: bool = False) -> sa.Select[Any]:
    ordered, restocked, level = _units_per_variant(which), _restocked_per_variant(), _levels_per_variant()
    back = sa.func.coalesce(restocked.c.units, 0) if restocks else sa.literal(0)
    units = sa.func.coalesce(ordered.c.units, 0) - back
    variant_id = level.c.variant_id
    return (
        sa.select(variant_id, level.c[count].label("units"), units.label("ordered"))
        .outerjoin_from(level, ordered, ordered.c.variant_id == variant_id)
        .outerjoin(restocked, restocked.c.variant_id == variant_id)
        .where(level.c[count] != units)
        .order_by(variant_id)
    )


def _held(_dialect: str) -> sa.Select[Any]:
    return _against_orders("reserved", orders.c.status.in_(HOLDING))


def _sold(_dialect: str) -> sa.Select[Any]:
    event = order_events.c
    once_paid = sa.exists().where(event.order_id == orders.c.id, event.status == OrderStatus.PAID.value)
    return _against_orders("sold", orders.c.status.in_(SOLD) | once_paid, restocks=True)


def _elsewhere(_dialect: str) -> sa.Select[Any]:
    """An order sells or releases units only at the location where it reserved them."""
    move = stock_movements.c
    held = _moved(Movement.RESERVATION, move.reserved)
    sold, released = _moved(Movement.SALE, move.sold), _moved(Movement.RELEASE, move.available)
    key = (move.order_id, move.variant_id, move.location_id)
    return (
        sa.select(*key, held.label("held"), sold.label("sold"), released.label("released"))
        .where(move.order_id.is_not(None))
        .group_by(*key)
        .having(((sold != 0) & (sold != held)) | ((released != 0) & (released != held)))
        .order_by(*key)
    )


def _moved(kind: Movement, units: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((stock_movements.c.kind == kind.value, units), else_=0))


def _of_order(_dialect: str) -> sa.Select[Any]:
    move, line = stock_movements.c, order_lines.c
    moves = (
        sa.select(
            *(move.order_id, move.variant_id),
            _moved(Movement.RESERVATION, move.reserved).label("held"),
            _moved(Movement.SALE, move.sold).label("sold"),
            _moved(Movement.RELEASE, move.available).label("released"),
        )
        .where(move.order_id.is_not(None))
        .group_by(move.order_id, move.variant_id)
        .subquery()
    )
    bought = (
        sa.select(line.order_id, orders.c.status, line.variant_id, sa.func.sum(line.quantity).label("units"))
        .join_from(order_lines, orders, orders.c.id == line.order_id)
        .where(STOREFRONT)
        .group_by(line.order_id, orders.c.status, line.variant_id)
        .subquery()
    )
    held, sold, released = (sa.func.coalesce(moves.c[name], 0) for name in ("held", "sold", "released"))
    units, status = bought.c.units, bought.c.status
    right = sa.or_(
        status.in_(HOLDING) & (sold == 0) & (released == 0),
        status.in_(SOLD) & (sold == units) & (released == 0),
        status.in_(RELEASED) & (sold == 0) & (released == units),
        status.in_(EITHER) & (sold + released == units) & ((sold == 0) | (released == 0)),
    )
    same = (moves.c.order_id == bought.c.order_id) & (moves.c.variant_id == bought.c.variant_id)
    return (
        sa.select(bought, held.label("held"), sold.label("sold"), released.label("released"))
        .outerjoin_from(bought, moves, same)
        .where(sa.not_((held == units) & right))
        .order_by(bought.c.order_id, bought.c.variant_id)
    )


def _of_nothing(_dialect: str) -> sa.Select[Any]:
    move, line = stock_movements.c, order_lines.c
    same = (line.order_id == move.order_id) & (line.variant_id == move.variant_id)
    return (
        sa.select(move.id, move.kind, move.variant_id, move.order_id)
        .outerjoin_from(stock_movements, order_lines, same)
        .where(move.order_id.is_not(None), line.order_id.is_(None))
        .order_by(move.id)
    )


RULES = (
    Rule(
        "Variant {variant_id} has {available} available, {reserved} reserved and {sold} sold at location "
        "{location_id}, but its movements there add up to {in_available}, {in_reserved} and {in_sold}.",
        "stock levels that differ from their movements",
        _ledger,
    ),
    Rule(
        "Variant {variant_id} has movements at location {location_id}, but no stock level.",
        "movements without a stock level",
        _without_level,
    ),
    Rule(
        "Variant {variant_id} has stock at location {location_id}, which does not exist.",
        "stock levels without a location",
        _nowhere,
    ),
    Rule(
        "Variant {variant_id} has {units} units in all, but {delivered} came in.",
        "variants whose units differ from the units received",
        _units_in_all,
    ),
    Rule(
        "Transfers of variant {variant_id} between locations add up to {units}, not to nothing.",
        "variants that gained or lost units in transfers",
        _transfers,
    ),
    Rule(
        "Variant {variant_id} has {units} units reserved, but orders that wait for payment hold {ordered}.",
        "variants whose reserved units differ from those of waiting orders",
        _held,
    ),
    Rule(
        "Variant {variant_id} has {units} units sold, but orders that were paid hold {ordered}.",
        "variants whose sold units differ from those of paid orders",
        _sold,
    ),
    Rule(
        "Order {order_id} is {status} with {units} units of variant {variant_id}, but its movements reserved {held}, "
        "sold {sold} and released {released}.",
        "orders whose movements contradict their state",
        _of_order,
    ),
    Rule(
        "Order {order_id} reserved {held} units of variant {variant_id} at location {location_id}, but sold {sold} and "
        "released {released} there.",
        "orders that sold or released units at another location",
        _elsewhere,
    ),
    Rule(
        "Movement {id} ({kind} of variant {variant_id}) names order {order_id}, which has no such line.",
        "movements of orders without such a line",
        _of_nothing,
    ),
)
