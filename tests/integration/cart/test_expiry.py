"""Carts end some days after their last change, with what they know of their buyers."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from datasources import cart as carts
from datasources import tables
from datasources.kit.database import Database, Tx
from domain.cart import NewCart
from domain.orders.life import OrderStatus
from services.cart.expiry import CartExpiry
from services.kit.clock import utc_now
from tests.kit.carts import line, new_cart
from tests.kit.checkouts import ORDER, submit
from tests.kit.factories import catalog
from tests.kit.fixtures.graphql_api import Api

DAYS = 30


async def add_cart(database: Database, name: str, age_days: float, order_id: int | None = None) -> None:
    """A cart with a line and an e-mail address, last changed some days ago."""

    async def fill(tx: Tx) -> None:
        variant = (await catalog.add_product(tx)).variant_id
        await carts.insert(tx, name, "GB", NewCart())
        await carts.set_buyer(tx, name, {"email": "ada@example.com"})
        await carts.put_line(tx, name, variant, 1, ())
        changed = {"updated_at": utc_now() - timedelta(days=age_days), "order_id": order_id}
        await tx.run(sa.update(tables.carts).where(tables.carts.c.id == name).values(changed))

    await database.transact(fill)


async def left(database: Database) -> tuple[list[str], list[str]]:
    """The carts that are left, and the carts of the lines that are left."""
    found = await database.all(sa.select(tables.carts.c.id).order_by(tables.carts.c.id))
    lines = await database.all(sa.select(tables.cart_lines.c.cart_id).order_by(tables.cart_lines.c.cart_id))
    return [row.id for row in found], [row.cart_id for row in lines]


async def test_carts_that_nobody_changed_for_long_end_with_their_lines(database: Database) -> None:
    """Younger ones stay, to the day."""
    for name, age in (("old", DAYS + 0.1), ("ancient", 400), ("young", DAYS - 0.1)):
        await add_cart(database, name, age)
    assert await CartExpiry(database, DAYS).end_old() == 2
    assert await left(database) == (["young"], ["young"])
    assert await CartExpiry(database, DAYS).end_old() == 0


@pytest.mark.silent_provider
async def test_a_cart_whose_order_waits_for_its_payment_stays(paying_api: Api) -> None:
    """It ends like all others once the order is settled, and the order stays as it was."""
    mug = await paying_api.add_product()
    cart = await new_cart(paying_api, line(mug.variant_id))
    order = (await submit(paying_api, cart, payment="tok_charge_then_timeout"))["order"]
    database = paying_api.stores.database
    await paying_api.change(sa.update(tables.carts).values(updated_at=utc_now() - timedelta(days=400)))
    assert await CartExpiry(database, DAYS).end_old() == 0
    await paying_api.change(sa.update(tables.orders).values(status=OrderStatus.PAID.value))
    assert await CartExpiry(database, DAYS).end_old() == 1
    asked = {"id": order["id"], "token": order["token"]}
    assert (await paying_api.data(ORDER, asked))["order"]["status"] == "PAID"
