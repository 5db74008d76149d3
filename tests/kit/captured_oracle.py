"""What parcels must have taken of reserved money, computed from the rows of orders alone."""

from collections import Counter
from fractions import Fraction
from math import floor
from typing import Any

import sqlalchemy as sa

from datasources import tables
from datasources.kit.database import Database
from tests.kit.bank import Bank


async def wrongly_captured(database: Database, bank: Bank) -> list[str]:
    """A sentence for each authorization whose captures are not the price of what was sent, here or at the bank.

    Where the bank allows one capture, the first parcel takes the price of all that is not cancelled by then.
    """
    sent, released = await _units(database)
    wrong = []
    for row in await _rows(database):
        account = bank.accounts[row.charge_key]
        lines = await database.all(sa.select(tables.order_lines).where(tables.order_lines.c.order_id == row.id))
        is_sent = any(sent[row.id, line.position] for line in lines)
        by_parcels = _price(row, lines, {line.position: sent[row.id, line.position] for line in lines})
        left = {line.position: line.quantity - released[row.id, line.position] for line in lines}
        is_due = is_sent and by_parcels > 0
        due = (by_parcels if account.splits else _price(row, lines, left)) if is_due else 0
        recorded = row.captured_minor or 0
        if not due == account.captured == recorded:
            wrong.append(f"Parcels of order {row.id} cost {due}, the bank took {account.captured} of {recorded}.")
        if account.captured > account.taken.minor:
            wrong.append(f"Of order {row.id} more was taken than was reserved.")
    return wrong


async def _rows(database: Database) -> Any:
    return await database.all(
        sa.select(tables.orders, tables.payments.c.charge_key, tables.payments.c.captured_minor)
        .join_from(tables.orders, tables.payments, tables.payments.c.order_id == tables.orders.c.id)
        .join(tables.authorizations, tables.authorizations.c.order_id == tables.orders.c.id)
    )


def _price(order: Any, lines: Any, units: dict[int, int]) -> int:
    """Each line's share, rounded down, and delivery; all units cost exactly the total."""
    charged = {
        line.position: line.quantity * line.unit_minor
        - line.discount_minor
        + (0 if order.taxes_included else line.tax_minor)
        for line in lines
    }
    goods = sum(floor(Fraction(charged[line.position] * units[line.position], line.quantity)) for line in lines)
    total: int = goods + order.total_minor - sum(charged.values())
    return total


async def _units(database: Database) -> tuple[Counter[tuple[int, int]], Counter[tuple[int, int]]]:
    """Units that were sent, and cancelled before they were paid, by order and position."""
    sent: Counter[tuple[int, int]] = Counter()
    released: Counter[tuple[int, int]] = Counter()
    parcel, line = tables.fulfillments.c, tables.fulfillment_lines.c
    query = sa.select(parcel.order_id, line.position, line.quantity)
    for row in await database.all(query.where(parcel.id == line.fulfillment_id)):
        sent[row.order_id, row.position] += row.quantity
    refund, back = tables.refunds.c, tables.refund_lines.c
    query = sa.select(refund.order_id, back.position, back.quantity)
    for row in await database.all(query.where(refund.id == back.refund_id, back.released)):
        released[row.order_id, row.position] += row.quantity
    return sent, released
