"""Orders after their payment, on every relational store: cancelled, refunded, sent and taken back."""

import asyncio

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.orders.reads import Orders
from domain.accounts import ANONYMOUS, Permission, Viewer
from domain.events import AvailabilityChanged, OrderCancelled, OrderPaid, OrderRefunded
from domain.kit.refusals import AccessDenied, Refused
from domain.orders.after_payment import FulfillmentStatus, RestockType, Tracking
from domain.orders.commands import CancelOrder, CancelReason, FulfilOrder, LineUnits, ReturnUnits
from domain.orders.life import OrderStatus
from domain.payments.keys import charge_key
from domain.payments.records import Charge, ChargeState
from tests.kit.events import pending_events
from tests.kit.factories.catalog import Added
from tests.kit.factories.orders import add_order
from tests.kit.order_desk import Desk, code
from tests.kit.staff_commands import CANCEL, EVERYTHING, amount, lines
from workers.catalog import SalesCounter


async def test_a_cancelled_order_gives_back_units_and_money(desk: Desk, mug: Added) -> None:
    """The ledger, the provider, the steps and the events agree."""
    order_id = await desk.buy((mug.variant_ids[0], 10), (mug.variant_ids[1], 1))
    await desk.life.cancel(desk.staff, order_id, CANCEL)
    assert await desk.status(order_id) is OrderStatus.REFUNDED
    assert await desk.stock() == [(10, 0, 0), (10, 0, 0)]
    assert desk.till.refunds == {f"refund-{order_id}-cancel": 11_000}
    steps = await desk.steps(order_id)
    assert [status for status, _ in steps] == ["PENDING_PAYMENT", "PAID", "CANCELLED", "REFUNDED"]
    (step,) = [row for row in await desk.rows(tables.order_events) if row.status == "CANCELLED"]
    assert (step.actor, step.note) == (f"staff:{desk.staff.customer_id}", "she called")
    events = await pending_events(desk.database)
    assert {OrderCancelled(order_id), OrderRefunded(order_id), AvailabilityChanged((mug.product_id,))} <= set(events)
    assert await desk.contradictions() == []


async def test_units_and_money_stay_when_staff_says_so(desk: Desk, mug: Added) -> None:
    """A cancelled order can still be refunded later."""
    order_id = await desk.buy((mug.variant_ids[0], 2))
    await desk.life.cancel(desk.staff, order_id, CancelOrder(CancelReason.FRAUD, restock=False, refund=False))
    assert await desk.status(order_id) is OrderStatus.CANCELLED
    assert await desk.stock() == [(8, 0, 2), (10, 0, 0)]
    assert (desk.till.refunds, await desk.rows(tables.refunds)) == ({}, [])
    await desk.life.refund(desk.staff, order_id, amount("20.00"))
    assert await desk.status(order_id) is OrderStatus.REFUNDED
    assert await desk.contradictions() == []


async def test_a_late_charge_of_a_cancelled_order_goes_back(desk: Desk, mug: Added) -> None:
    """The order was cancelled unpaid; its charge arrives afterwards and the sweeps refund it, once."""
    order_id = await desk.buy((mug.variant_ids[0], 2), token="lost")
    await desk.life.cancel(desk.staff, order_id, CANCEL)
    assert await desk.status(order_id) is OrderStatus.CANCELLED
    assert await desk.stock() == [(10, 0, 0), (10, 0, 0)]
    desk.till.charges[charge_key(order_id)] = Charge(ChargeState.CAPTURED, "late")
    desk.till.answers = False
    await desk.sweep()
    assert await desk.status(order_id) is OrderStatus.EXCEPTION
    desk.till.answers = True
    await desk.sweep()
    await desk.sweep()
    assert await desk.status(order_id) is OrderStatus.REFUNDED
    assert desk.till.refunds == {f"refund-{order_id}": 2_000}
    assert await desk.contradictions() == []


async def test_of_many_cancels_at_once_one_is_done(desk: Desk, mug: Added) -> None:
    """The others are refused, and units and money go back once."""
    order_id = await desk.buy((mug.variant_ids[0], 2))
    cancels = (desk.life.cancel(desk.staff, order_id, CANCEL) for _ in range(6))
    outcomes = await asyncio.gather(*cancels, return_exceptions=True)
    assert sorted(map(code, outcomes)) == ["", *["NOT_CANCELLABLE"] * 5]
    assert await desk.stock() == [(10, 0, 0), (10, 0, 0)]
    assert desk.till.refunds == {f"refund-{order_id}-cancel": 2_000}
    assert await desk.contradictions() == []


@pytest.mark.slow
async def test_an_order_is_cancelled_or_sent_never_both(desk: Desk, mug: Added) -> None:
    """The later change is refused."""
    for turn in range(6):
        order_id = await desk.buy((mug.variant_ids[0], 1))
        work = [desk.life.cancel(desk.staff, order_id, CANCEL), desk.life.fulfil(desk.staff, order_id, EVERYTHING)]
        outcomes = await asyncio.gather(*(work if turn % 2 else work[::-1]), return_exceptions=True)
        cancelled, sent = map(code, outcomes if turn % 2 else outcomes[::-1])
        assert (cancelled, sent) in [("", "NOT_FULFILLABLE"), ("NOT_CANCELLABLE", "")]
        expected = OrderStatus.FULFILLED if cancelled else OrderStatus.REFUNDED
        assert await desk.status(order_id) is expected
    assert await desk.contradictions() == []


@pytest.mark.slow
async def test_an_order_is_cancelled_or_refunded_whole_never_both(desk: Desk, mug: Added) -> None:
    """The money goes back once, and the loser is refused."""
    for turn in range(6):
        order_id = await desk.buy((mug.variant_ids[0], 1))
        work = [desk.life.cancel(desk.staff, order_id, CANCEL), desk.life.refund(desk.staff, order_id, amount("10"))]
        outcomes = await asyncio.gather(*(work if turn % 2 else work[::-1]), return_exceptions=True)
        codes = set(map(code, outcomes))
        assert "" in codes
        assert len(codes & {"NOT_CANCELLABLE", "NOT_REFUNDABLE", "REFUND_TOO_HIGH"}) == 1
        assert await desk.status(order_id) is OrderStatus.REFUNDED
    assert sum(desk.till.refunds.values()) == 6_000
    assert await desk.contradictions() == []


async def test_an_order_is_sent_in_parts(desk: Desk, mug: Added) -> None:
    """It is FULFILLED with the last unit, and cannot be cancelled after the first."""
    order_id = await desk.buy((mug.variant_ids[0], 3), (mug.variant_ids[1], 1))
    await desk.life.fulfil(desk.staff, order_id, FulfilOrder((LineUnits(0, 2),), Tracking()))
    life = await desk.look(order_id)
    assert life.fulfillment_status is FulfillmentStatus.PARTIALLY_FULFILLED
    assert life.order.status is OrderStatus.PAID
    with pytest.raises(Refused, match="NOT_CANCELLABLE"):
        await desk.life.cancel(desk.staff, order_id, CANCEL)
    for wrong, reason in (
        ((LineUnits(0, 2),), "INVALID_QUANTITY"),
        ((LineUnits(0, 0),), "INVALID_QUANTITY"),
        ((LineUnits(7, 1),), "LINE_NOT_FOUND"),
        ((LineUnits(1, 1), LineUnits(1, 1)), "INVALID"),
        ((), "INVALID"),
    ):
        with pytest.raises(Refused) as refused:
            await desk.life.fulfil(desk.staff, order_id, FulfilOrder(wrong, Tracking()))
        assert code(refused.value) == reason
    await desk.life.fulfil(desk.staff, order_id, EVERYTHING)
    assert await desk.status(order_id) is OrderStatus.FULFILLED
    sent = [(row.position, row.quantity) for row in await desk.rows(tables.fulfillment_lines)]
    assert sent == [(0, 2), (0, 1), (1, 1)]
    assert [status for status, _ in await desk.steps(order_id)][1:] == ["PAID", "PAID", "FULFILLED"]
    assert await desk.contradictions() == []


async def test_the_same_unit_is_not_sent_twice_at_once(desk: Desk, mug: Added) -> None:
    """Of five concurrent parcels with all units, one is recorded."""
    order_id = await desk.buy((mug.variant_ids[0], 3))
    parcels = (desk.life.fulfil(desk.staff, order_id, EVERYTHING) for _ in range(5))
    outcomes = await asyncio.gather(*parcels, return_exceptions=True)
    assert sorted(map(code, outcomes)) == ["", *["NOT_FULFILLABLE"] * 4]
    assert await desk.contradictions() == []


async def test_lines_are_cancelled_sent_and_returned(desk: Desk, mug: Added) -> None:
    """Each unit takes one of these ways, its price is refunded once, and returned units are for sale again."""
    order_id = await desk.buy((mug.variant_ids[0], 4))
    refund = desk.life.refund
    await refund(desk.staff, order_id, lines((0, 1, RestockType.CANCEL)))
    assert await desk.stock() == [(7, 0, 3), (10, 0, 0)]
    with pytest.raises(Refused, match="INVALID_QUANTITY"):
        await refund(desk.staff, order_id, lines((0, 1, RestockType.RETURN)))
    await desk.life.fulfil(desk.staff, order_id, EVERYTHING)
    assert await desk.status(order_id) is OrderStatus.FULFILLED
    with pytest.raises(Refused, match="INVALID_QUANTITY"):
        await refund(desk.staff, order_id, lines((0, 1, RestockType.CANCEL)))
    await refund(desk.staff, order_id, lines((0, 1, RestockType.RETURN)))
    assert await desk.stock() == [(8, 0, 2), (10, 0, 0)]
    await desk.life.take_back(desk.staff, order_id, ReturnUnits((LineUnits(0, 1),), restock=False, note="broken"))
    await desk.life.take_back(desk.staff, order_id, ReturnUnits((LineUnits(0, 1),), restock=True, note=None))
    assert await desk.stock() == [(9, 0, 1), (10, 0, 0)]
    with pytest.raises(Refused, match="INVALID_QUANTITY"):
        await desk.life.take_back(desk.staff, order_id, ReturnUnits((LineUnits(0, 1),), restock=True, note=None))
    await refund(desk.staff, order_id, lines((0, 2, RestockType.NO_RESTOCK)))
    assert await desk.status(order_id) is OrderStatus.REFUNDED
    assert sum(desk.till.refunds.values()) == 4_000
    assert await desk.contradictions() == []


async def test_units_returned_at_once_are_for_sale_once(desk: Desk, mug: Added) -> None:
    """Of five concurrent returns of the one sent unit, one is recorded."""
    order_id = await desk.buy((mug.variant_ids[0], 1))
    await desk.life.fulfil(desk.staff, order_id, EVERYTHING)
    back = ReturnUnits((LineUnits(0, 1),), restock=True, note=None)
    tries = (desk.life.take_back(desk.staff, order_id, back) for _ in range(5))
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(map(code, outcomes)) == ["", *["INVALID_QUANTITY"] * 4]
    assert await desk.stock() == [(10, 0, 0), (10, 0, 0)]
    assert await desk.contradictions() == []


async def test_cancelled_and_refunded_orders_are_no_sales(desk: Desk, mug: Added) -> None:
    """Their events trigger a recount without them."""
    kept, cancelled, refunded = [await desk.buy((mug.variant_ids[0], units)) for units in (1, 2, 3)]
    counter = SalesCounter(desk.database, Orders(desk.database))
    await counter.handle([OrderPaid(order_id) for order_id in (kept, cancelled, refunded)])
    await desk.life.cancel(desk.staff, cancelled, CancelOrder(CancelReason.OTHER, restock=True, refund=False))
    await desk.life.refund(desk.staff, refunded, amount("30.00"))
    for event, units in ((OrderCancelled(cancelled), 1), (OrderRefunded(refunded), 1)):
        await counter.handle([event])
        (product,) = await desk.rows(tables.products)
        assert product.units_sold == units


async def test_orders_that_do_not_exist_or_were_imported_are_refused(desk: Desk, mug: Added) -> None:
    """Each of the four mutations refuses them and writes nothing."""
    imported = await desk.database.transact(lambda tx: add_order(tx, status=OrderStatus.PAID))
    back = ReturnUnits((LineUnits(0, 1),), restock=True, note=None)
    for order_id, reason in ((404, "NOT_FOUND"), (imported, "IMPORTED_ORDER")):
        for work in (
            desk.life.cancel(desk.staff, order_id, CANCEL),
            desk.life.refund(desk.staff, order_id, amount("1.00")),
            desk.life.fulfil(desk.staff, order_id, EVERYTHING),
            desk.life.take_back(desk.staff, order_id, back),
        ):
            with pytest.raises(Refused, match=reason):
                await work
    assert await desk.rows(tables.refunds) == []
    assert await desk.rows(tables.order_events) == []


async def test_only_staff_with_the_permission_deals_with_orders(desk: Desk, mug: Added) -> None:
    """Anonymous viewers and staff whose permission was removed are refused, and nothing is written."""
    order_id = await desk.buy((mug.variant_ids[0], 1))
    await desk.change(sa.delete(tables.staff_permissions))
    others = (ANONYMOUS, desk.staff, Viewer(desk.staff.customer_id, permissions=frozenset({Permission.PRODUCTS})))
    for viewer in others:
        for work in (
            desk.life.cancel(viewer, order_id, CANCEL),
            desk.life.refund(viewer, order_id, amount("1.00")),
            desk.life.fulfil(viewer, order_id, EVERYTHING),
        ):
            with pytest.raises(AccessDenied):
                await work
    assert await desk.status(order_id) is OrderStatus.PAID
    assert desk.till.refunds == {}
