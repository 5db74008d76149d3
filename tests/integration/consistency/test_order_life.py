"""The reconciler finds impossible states of orders after payment, on every relational store."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.kit.database import Database
from domain.orders.after_payment import RefundedLine, RestockType, Tracking
from domain.orders.commands import FulfilOrder, RefundOrder
from tests.kit.factories.catalog import Added
from tests.kit.order_desk import Desk

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(database: Database) -> Desk:
    """A desk on each relational store."""
    return Desk(database)


@pytest.fixture
async def mug(desk: Desk) -> Added:
    """Ten blue and ten red ones."""
    return await desk.open()


@pytest.fixture
async def order_id(desk: Desk, mug: Added) -> int:
    """An order of two units, one cancelled and refunded, the other sent."""
    order_id = await desk.buy((mug.variant_id, 2))
    one = (RefundedLine(0, 1, RestockType.CANCEL),)
    await desk.life.refund(desk.staff, order_id, RefundOrder(None, lines=one))
    await desk.life.fulfil(desk.staff, order_id, FulfilOrder(None, Tracking()))
    assert await desk.contradictions() == []
    return order_id


def refund(order_id: int, minor: int, state: str = "DONE") -> sa.Insert:
    """Inserts a refund behind the services' back."""
    now = datetime.now(UTC)
    texts = {"key": "k", "currency": "GBP", "state": state, "reason": "test", "actor": "test", "restock": False}
    return sa.insert(tables.refunds).values(
        texts | {"order_id": order_id, "minor": minor, "created_at": now, "updated_at": now}
    )


async def test_more_went_back_than_was_taken(desk: Desk, order_id: int) -> None:
    """Pending refunds count too; failed ones do not."""
    await desk.change(refund(order_id, 1_001, "FAILED"))
    assert await desk.contradictions() == []
    await desk.change(sa.update(tables.refunds).where(tables.refunds.c.key == "k").values(state="PENDING"))
    assert await desk.contradictions() == [
        f"Refunds of order {order_id} add up to 2001, but 2000 was captured (minor units)."
    ]


async def test_all_money_is_back_but_the_order_does_not_say_so(desk: Desk, order_id: int) -> None:
    """A fully refunded order must be REFUNDED."""
    await desk.change(refund(order_id, 1_000))
    assert await desk.contradictions() == [
        f"Order {order_id} is FULFILLED, but 2000 of the captured 2000 was refunded (minor units)."
    ]


async def test_an_order_says_refunded_but_its_money_is_here(desk: Desk, order_id: int) -> None:
    """Only half is refunded, and no step led to that state."""
    await desk.change(
        sa.update(tables.orders).values(status="REFUNDED"), sa.update(tables.payments).values(state="REFUNDED")
    )
    assert await desk.contradictions() == [
        f"Order {order_id} is REFUNDED, but 1000 of the captured 2000 was refunded (minor units).",
        f"Order {order_id} is REFUNDED, but its last step led to FULFILLED.",
    ]


async def test_lines_of_a_refund_that_do_not_add_up(desk: Desk, order_id: int) -> None:
    """The amount of a refund is the sum of its lines."""
    (row,) = await desk.rows(tables.refunds)
    await desk.change(sa.update(tables.refund_lines).values(minor=999))
    assert await desk.contradictions() == [
        f"Refund {row.id} of order {order_id} is for 1000, but its lines add up to 999 (minor units)."
    ]


async def test_more_units_sent_than_bought(desk: Desk, order_id: int) -> None:
    """A unit is sent or cancelled, never both."""
    await desk.change(sa.update(tables.fulfillment_lines).values(quantity=2))
    assert await desk.contradictions() == [
        f"Line 0 of order {order_id} has 2 units, of which 2 were sent, 1 cancelled and 0 returned."
    ]


async def test_units_for_sale_again_that_no_refund_explains(desk: Desk, mug: Added, order_id: int) -> None:
    """Lines of refunds and movements agree in both directions."""
    (row,) = await desk.rows(tables.refunds)
    await desk.change(sa.update(tables.refund_lines).values(restock_type="NO_RESTOCK"))
    assert await desk.contradictions() == [
        f"Refund {row.id} puts 0 units of variant {mug.variant_id} back for sale, but its movements put 1."
    ]


async def test_a_step_that_is_not_legal(desk: Desk, order_id: int) -> None:
    """A FULFILLED order cannot become CANCELLED."""
    step = {"order_id": order_id, "status": "CANCELLED", "actor": "test", "reason": "test"}
    back = step | {"status": "FULFILLED"}
    for row in (step, back):
        await desk.change(sa.insert(tables.order_events).values(row | {"created_at": datetime.now(UTC)}))
    assert sorted(await desk.contradictions()) == [
        f"Order {order_id} went from CANCELLED to FULFILLED.",
        f"Order {order_id} went from FULFILLED to CANCELLED.",
    ]
