"""The reconciler compares charges and refunds with the provider by amount, on every relational store."""

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.consistency.charges import told_otherwise
from datasources.kit.database import Database
from domain.kit.money import Money
from domain.payments.keys import charge_key
from tests.kit.factories.catalog import NOW, Added
from tests.kit.order_lives import LifeDesk
from tests.kit.staff_commands import amount


@pytest.fixture
async def desk(database: Database) -> LifeDesk:
    """A shop with a bank."""
    return LifeDesk(database)


@pytest.fixture
async def mug(desk: LifeDesk) -> Added:
    """Ten mugs."""
    return await desk.open()


async def differences(desk: LifeDesk) -> list[str]:
    """What the provider says otherwise."""
    await desk.settle_clock()
    return list((await told_otherwise(desk.database, desk.bank)).sentences)


async def test_a_charge_of_another_amount_is_found(desk: LifeDesk, mug: Added) -> None:
    """Or in another currency."""
    order_id = await desk.buy((mug.variant_id, 2))
    assert await differences(desk) == []
    for taken in (Money(1_999, "GBP"), Money(2_000, "USD")):
        desk.bank.accounts[charge_key(order_id)].taken = taken
        assert await differences(desk) == [
            f"Order {order_id} has a payment of 20.00 GBP, but the provider took {taken.decimal} {taken.currency}."
        ]


async def test_refunds_that_the_provider_tells_otherwise_are_found(desk: LifeDesk, mug: Added) -> None:
    """More or less than is recorded, also of an order from long ago; a pending refund is done there or not."""
    order_id = await desk.buy((mug.variant_id, 2))
    await desk.life.refund(desk.staff, order_id, amount("5.00"))
    await desk.change(sa.update(tables.payments).values(created_at=NOW))
    assert await differences(desk) == []
    by_hand = desk.bank.by_hand(charge_key(order_id), 100)
    assert await differences(desk) == [
        f"Order {order_id} has refunds of 5.00 GBP, but the provider paid back 6.00 GBP."
    ]
    await desk.hooks.receive(by_hand)
    assert await differences(desk) == []
    for mood in ("hears nothing", "answer lost"):
        desk.bank.mood = mood
        await desk.life.refund(desk.staff, order_id, amount("1.00"))
        assert await differences(desk) == []
    desk.bank.accounts[charge_key(order_id)].refunds.clear()
    assert await differences(desk) == [
        f"Order {order_id} has refunds of 6.00 GBP, but the provider paid back 0.00 GBP."
    ]
