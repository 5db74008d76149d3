"""Compares the counted uses of limited things with the uses of orders, and both with the limits."""

from typing import Any

import sqlalchemy as sa

from datasources.consistency.rule import Rule
from datasources.consistency.stock import EITHER, RELEASED, STOREFRONT
from datasources.tables import discounts, order_events, order_lines, order_usages, orders, usages, variants
from domain.orders.life import OrderStatus

_DISCOUNT = "discount:"
_VARIANT = "variant:"


def _subject(prefix: str, key: sa.ColumnElement[int]) -> sa.ColumnElement[str]:
    return sa.literal(prefix, sa.String) + sa.cast(key, sa.String(64))


def _who(buyer: sa.ColumnElement[str]) -> sa.Label[str]:
    """A readable name of the buyer, with only as much of an e-mail address as staff needs to find the row."""
    guest = sa.func.substr(buyer, 1, 8) + sa.literal("...", sa.String)
    everybody = sa.literal("everybody", sa.String)
    return sa.case((buyer == "", everybody), (buyer.like("email:%"), guest), else_=buyer).label("who")


def _sums(_dialect: str) -> sa.Select[Any]:
    """Counts that differ from the uses of orders, in either direction."""
    counted, taken = usages.c, order_usages.c
    both = sa.union_all(
        sa.select(counted.subject, counted.buyer, counted.used.label("used"), sa.literal(0).label("taken")),
        sa.select(taken.subject, taken.buyer, sa.literal(0), taken.units),
    ).subquery()
    used, by_orders = sa.func.sum(both.c.used), sa.func.sum(both.c.taken)
    return (
        sa.select(both.c.subject, _who(both.c.buyer), used.label("used"), by_orders.label("taken"))
        .group_by(both.c.subject, both.c.buyer)
        .having(used != by_orders)
        .order_by(both.c.subject, both.c.buyer)
    )


def _kept(_dialect: str) -> sa.Select[Any]:
    """A cancelled or refunded order that was paid keeps its uses."""
    event = order_events.c
    once_paid = sa.exists().where(event.order_id == orders.c.id, event.status == OrderStatus.PAID.value)
    is_over = orders.c.status.in_(RELEASED) | (orders.c.status.in_(EITHER) & ~once_paid)
    taken = order_usages.c
    return (
        sa.select(orders.c.id, orders.c.status, taken.subject, taken.units)
        .join_from(orders, order_usages, taken.order_id == orders.c.id)
        .where(STOREFRONT, is_over)
        .order_by(orders.c.id, taken.subject, taken.buyer)
    )


def _not_once(_dialect: str) -> sa.Select[Any]:
    taken = order_usages.c
    in_all = sa.func.coalesce(sa.func.sum(sa.case((taken.buyer == "", taken.units), else_=0)), 0)
    by_buyers = sa.func.coalesce(sa.func.sum(sa.case((taken.buyer != "", taken.units), else_=0)), 0)
    return (
        sa.select(taken.order_id, taken.subject, in_all.label("in_all"), by_buyers.label("by_buyers"))
        .where(taken.subject.like(f"{_DISCOUNT}%"))
        .group_by(taken.order_id, taken.subject)
        .having((in_all != 1) | (by_buyers > 1))
        .order_by(taken.order_id, taken.subject)
    )


def _units(_dialect: str) -> sa.Select[Any]:
    line, taken = order_lines.c, order_usages.c
    bought = (
        sa.select(line.order_id, _subject(_VARIANT, line.variant_id).label("subject"), sa.func.sum(line.quantity))
        .group_by(line.order_id, line.variant_id)
        .subquery()
    )
    units = sa.func.coalesce(list(bought.c)[2], 0)
    same = (bought.c.order_id == taken.order_id) & (bought.c.subject == taken.subject)
    return (
        sa.select(taken.order_id, taken.subject, taken.units, units.label("bought"))
        .outerjoin_from(order_usages, bought, same)
        .where(taken.subject.like(f"{_VARIANT}%"), taken.units != units)
        .order_by(taken.order_id, taken.subject)
    )


def _above(table: sa.Table, prefix: str, limit: sa.ColumnElement[int], which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    used = usages.c
    return (
        sa.select(used.subject, _who(used.buyer), used.used, limit.label("highest"))
        .join_from(table, usages, used.subject == _subject(prefix, table.c.id))
        .where(which, used.used > limit)
        .order_by(used.subject, used.buyer)
    )


def _above_total(_dialect: str) -> sa.Select[Any]:
    return _above(discounts, _DISCOUNT, discounts.c.highest_total_limit, usages.c.buyer == "")


def _above_per_customer(_dialect: str) -> sa.Select[Any]:
    return _above(discounts, _DISCOUNT, discounts.c.highest_customer_limit, usages.c.buyer != "")


def _above_per_variant(_dialect: str) -> sa.Select[Any]:
    return _above(variants, _VARIANT, variants.c.highest_per_customer, usages.c.buyer != "")


_ABOVE = "Usage {subject} of {who} is {used}, but its limit was never above {highest}."

RULES = (
    Rule(
        "Usage {subject} of {who} is {used}, but orders took {taken}.",
        "usages that differ from the uses of orders",
        _sums,
    ),
    Rule(
        "Order {id} is {status}, but still holds {units} of {subject}.",
        "ended orders that still hold uses",
        _kept,
    ),
    Rule(
        "Order {order_id} took {subject} {in_all} times in all and {by_buyers} times for its buyer.",
        "orders that did not take a discount exactly once",
        _not_once,
    ),
    Rule(
        "Order {order_id} counts for {units} units of {subject}, but bought {bought}.",
        "orders that count for a different number of units than they bought",
        _units,
    ),
    Rule(_ABOVE, "discounts used more often than ever allowed", _above_total),
    Rule(_ABOVE, "discounts used more often by a buyer than ever allowed", _above_per_customer),
    Rule(_ABOVE, "variants that a buyer has more of than ever allowed", _above_per_variant),
)
