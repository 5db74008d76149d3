"""Orders, inserted as rows."""

import sqlalchemy as sa

from datasources import tables
from datasources.inventory import levels as inventory
from datasources.kit.database import Tx
from datasources.orders import fulfillments
from domain.inventory import Movement
from domain.kit.ids import new_id, new_secret
from domain.orders.after_payment import Tracking
from domain.orders.life import OrderStatus
from domain.payments.records import PaymentState
from tests.kit.factories.catalog import NOW, at_main


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


async def add_paid_order(
    tx: Tx, variant_id: int, *, units: int = 2, sent: int = 0, customer_id: int | None = None
) -> int:
    """A paid order of units of one variant at 10.00 GBP, some of them sent; answers its key."""
    order_id = await add_order(tx, customer_id=customer_id, status=OrderStatus.PAID, total=1_000 * units)
    line = {"order_id": order_id, "position": 0, "variant_id": variant_id, "title": "Mug", "variant_title": "Blue"}
    await tx.run(sa.insert(tables.order_lines).values(line | {"quantity": units, "unit_minor": 1_000}))
    payment = {
        "order_id": order_id,
        "provider": "sandbox",
        "charge_key": f"order-{order_id}",
        "state": PaymentState.CAPTURED.value,
        "minor": 1_000 * units,
        "currency": "GBP",
        "created_at": NOW,
        "updated_at": NOW,
    }
    await tx.run(sa.insert(tables.payments).values(payment))
    for kind in (Movement.RESERVATION, Movement.SALE):
        assert await inventory.move(tx, kind, at_main({variant_id: units}), NOW, "test", "test", order_id) is None
    if sent:
        await fulfillments.insert(tx, order_id, {0: sent}, Tracking(), "test", NOW)
    return order_id
