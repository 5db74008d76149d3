"""Parcels that were sent for orders."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from datasources.kit.database import Database, Row, Tx
from datasources.kit.rows import grouped, inserted_key
from datasources.orders.reads import line_of
from datasources.tables import fulfillment_lines, fulfillments, order_lines, orders
from domain.orders.after_payment import Fulfillment, Tracking
from domain.orders.records import OrderLine


class Fulfillments:
    """Reads of parcels in batches."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_order(self, ids: Sequence[int]) -> list[tuple[Fulfillment, ...]]:
        """Parcels of each order, oldest first; an order has at most as many as units."""
        parcels = await self._database.all(
            sa.select(fulfillments).where(fulfillments.c.order_id.in_(ids)).order_by(fulfillments.c.id)
        )
        keys = [row.id for row in parcels]
        lines = dict(zip(keys, await self._lines(keys), strict=True))
        return grouped(((row.order_id, _fulfillment(row, lines[row.id])) for row in parcels), ids)

    async def _lines(self, fulfillment_ids: Sequence[int]) -> list[tuple[tuple[OrderLine, int], ...]]:
        if not fulfillment_ids:
            return []
        sent = fulfillment_lines.c
        same = (order_lines.c.order_id == fulfillments.c.order_id) & (order_lines.c.position == sent.position)
        query = (
            sa.select(
                *(order_lines, orders.c.currency, orders.c.taxes_included),
                *(sent.fulfillment_id, sent.quantity.label("units")),
            )
            .select_from(fulfillment_lines)
            .join(fulfillments, fulfillments.c.id == sent.fulfillment_id)
            .join(order_lines, same)
            .join(orders, orders.c.id == order_lines.c.order_id)
            .where(sent.fulfillment_id.in_(fulfillment_ids))
            .order_by(sent.fulfillment_id, sent.position)
        )
        rows = await self._database.all(query)
        return grouped(((row.fulfillment_id, (line_of(row), row.units)) for row in rows), fulfillment_ids)


async def insert(tx: Tx, order_id: int, units: Mapping[int, int], tracking: Tracking, actor: str, now: datetime) -> int:
    """Inserts a parcel with units by the position of their line. The caller has locked the row of the order."""
    row = {
        "order_id": order_id,
        "tracking_company": tracking.company,
        "tracking_number": tracking.number,
        "tracking_url": tracking.url,
        "actor": actor,
        "created_at": now,
    }
    fulfillment_id = inserted_key(await tx.run(sa.insert(fulfillments).values(row)))
    rows = [
        {"fulfillment_id": fulfillment_id, "position": position, "quantity": quantity}
        for position, quantity in units.items()
    ]
    await tx.run(sa.insert(fulfillment_lines), rows)
    return fulfillment_id


def _fulfillment(row: Row, lines: tuple[tuple[OrderLine, int], ...]) -> Fulfillment:
    tracking = Tracking(row.tracking_company, row.tracking_number, row.tracking_url)
    return Fulfillment(row.id, row.order_id, tracking, row.created_at, lines)
