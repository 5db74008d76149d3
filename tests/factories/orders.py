"""Orders without lines, inserted as rows."""

import sqlalchemy as sa

from datasources import tables
from datasources.mysql import Tx
from domain.ids import new_id, new_secret
from domain.orders import OrderStatus
from tests.factories.catalog import NOW


async def add_order(
    tx: Tx,
    *,
    order_id: int | None = None,
    cart_id: str | None = None,
    customer_id: int | None = None,
    status: OrderStatus = OrderStatus.PENDING_PAYMENT,
    total: int = 1_000,
) -> int:
    """An order of `total` minor units of GBP; answers its key."""
    order_id = order_id or new_id()
    row = {
        "id": order_id,
        "name": f"#{order_id}",
        "token": new_secret(),
        "source": "test",
        "cart_id": cart_id,
        "customer_id": customer_id,
        "country": "GB",
        "territory": "GB",
        "status": status.value,
        "currency": "GBP",
        "subtotal_minor": total,
        "total_minor": total,
        "created_at": NOW,
        "updated_at": NOW,
    }
    await tx.run(sa.insert(tables.orders).values(row))
    return order_id
