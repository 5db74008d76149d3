"""Units that were not sent go back for sale whatever became of the money, on every relational store."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from datasources import tables
from domain.kit.refusals import Refused
from domain.orders.after_payment import FulfillmentStatus, RestockType
from domain.orders.commands import CancelOrder, CancelReason, RefundOrder
from domain.orders.life import FinancialStatus, OrderStatus
from domain.payments.keys import charge_key
from domain.payments.records import Charge, ChargeState
from tests.kit.factories.catalog import Added
from tests.kit.order_desk import Desk, code
from tests.kit.staff_commands import CANCEL, EVERYTHING, amount, lines

BOTH = lines((0, 2, RestockType.CANCEL))


async def money_gone(desk: Desk, order_id: int, how: str) -> None:
    """All the money of an order goes back without its units."""
    if how == "amount":
        await desk.life.refund(desk.staff, order_id, amount("20.00"))
    elif how == "lines":
        await desk.life.refund(desk.staff, order_id, lines((0, 2, RestockType.NO_RESTOCK)))
    elif how == "cancel":
        await desk.life.cancel(desk.staff, order_id, CancelOrder(CancelReason.FRAUD, restock=False, refund=True))
    else:
        await desk.database.transact(lambda tx: desk.orders.refunded_within(tx, order_id, "by hand"))


@pytest.mark.parametrize("how", ["amount", "lines", "cancel", "provider"])
async def test_units_go_back_when_all_of_the_money_is_gone(desk: Desk, mug: Added, how: str) -> None:
    """The refund pays nothing, and the order stays REFUNDED; no unit goes back twice."""
    order_id = await desk.buy((mug.variant_ids[0], 2))
    await money_gone(desk, order_id, how)
    assert (await desk.stock())[0] == (8, 0, 2)
    await desk.life.refund(desk.staff, order_id, BOTH)
    life = await desk.look(order_id)
    assert (await desk.stock())[0] == (10, 0, 0)
    assert (life.order.status, life.refunded_minor) == (OrderStatus.REFUNDED, 2_000)
    assert (life.financial_status, life.fulfillment_status) == (FinancialStatus.REFUNDED, FulfillmentStatus.RESTOCKED)
    with pytest.raises(Refused, match="INVALID_QUANTITY"):
        await desk.life.refund(desk.staff, order_id, lines((0, 1, RestockType.CANCEL)))
    with pytest.raises(Refused, match="NOT_REFUNDABLE"):
        await desk.life.refund(desk.staff, order_id, replace(BOTH, amount="1.00"))
    assert await desk.contradictions() == []


async def test_units_of_a_cancelled_order_go_back_with_its_money(desk: Desk, mug: Added) -> None:
    """Staff kept both at first."""
    order_id = await desk.buy((mug.variant_ids[0], 2))
    await desk.life.cancel(desk.staff, order_id, CancelOrder(CancelReason.FRAUD, restock=False, refund=False))
    await desk.life.refund(desk.staff, order_id, lines((0, 1, RestockType.CANCEL)))
    assert await desk.status(order_id) is OrderStatus.CANCELLED
    await desk.life.refund(desk.staff, order_id, lines((0, 1, RestockType.CANCEL)))
    assert await desk.status(order_id) is OrderStatus.REFUNDED
    assert (await desk.stock())[0] == (10, 0, 0)
    assert await desk.contradictions() == []


async def test_units_pay_what_is_left_when_a_part_of_the_money_is_gone(desk: Desk, mug: Added) -> None:
    """15.00 of 20.00 were given for a scratch; the units bring the last 5.00."""
    order_id = await desk.buy((mug.variant_ids[0], 2))
    await desk.life.refund(desk.staff, order_id, amount("15.00"))
    with pytest.raises(Refused, match="REFUND_TOO_HIGH"):
        await desk.life.refund(desk.staff, order_id, lines((0, 2, RestockType.NO_RESTOCK)))
    await desk.life.refund(desk.staff, order_id, BOTH)
    assert await desk.status(order_id) is OrderStatus.REFUNDED
    assert sorted(desk.till.refunds.values()) == [500, 1_500]
    assert (await desk.stock())[0] == (10, 0, 0)
    assert await desk.contradictions() == []


async def test_units_whose_price_went_back_return_for_sale_without_money(desk: Desk, mug: Added) -> None:
    """One of two was refunded and kept; both go back for the price of the other."""
    order_id = await desk.buy((mug.variant_ids[0], 2))
    await desk.life.refund(desk.staff, order_id, lines((0, 1, RestockType.NO_RESTOCK)))
    await desk.life.refund(desk.staff, order_id, BOTH)
    assert sorted(desk.till.refunds.values()) == [1_000, 1_000]
    assert (await desk.look(order_id)).lines[0].refunded == 2
    assert await desk.contradictions() == []


async def test_free_lines_go_back_for_sale(desk: Desk, mug: Added) -> None:
    """Of a free order, and of one whose money is gone."""
    free = sa.update(tables.prices).where(tables.prices.c.variant_id == mug.variant_ids[0]).values(minor=0)
    await desk.change(free)
    gift = await desk.buy((mug.variant_ids[0], 2))
    mixed = await desk.buy((mug.variant_ids[0], 1), (mug.variant_ids[1], 1))
    await desk.life.refund(desk.staff, mixed, amount("10.00"))
    await desk.life.refund(desk.staff, mixed, lines((0, 1, RestockType.CANCEL), (1, 1, RestockType.CANCEL)))
    await desk.life.refund(desk.staff, gift, lines((0, 1, RestockType.CANCEL)))
    await desk.life.cancel(desk.staff, gift, CancelOrder(CancelReason.STAFF, restock=False, refund=True))
    await desk.life.refund(desk.staff, gift, lines((0, 1, RestockType.CANCEL)))
    assert await desk.stock() == [(10, 0, 0), (10, 0, 0)]
    assert (await desk.look(gift)).financial_status is FinancialStatus.VOIDED
    assert await desk.contradictions() == []


async def test_units_that_an_order_never_kept_do_not_go_back(desk: Desk, mug: Added) -> None:
    """A late charge was refunded; the units were released when the order ended."""
    order_id = await desk.buy((mug.variant_ids[0], 2), token="lost")
    await desk.life.cancel(desk.staff, order_id, CANCEL)
    outcomes = []
    for _ in range(2):
        try:
            await desk.life.refund(desk.staff, order_id, BOTH)
        except Refused as refused:
            outcomes.append(code(refused))
        desk.till.charges[charge_key(order_id)] = Charge(ChargeState.CAPTURED, "late")
        await desk.sweep()
        await desk.sweep()
    assert await desk.status(order_id) is OrderStatus.REFUNDED
    assert outcomes == ["INVALID_QUANTITY", "INVALID_QUANTITY"]
    assert (await desk.stock())[0] == (10, 0, 0)
    assert await desk.contradictions() == []


async def test_units_that_were_sent_come_back_by_a_return_alone(desk: Desk, mug: Added) -> None:
    """Nothing is left to put back without one."""
    order_id = await desk.buy((mug.variant_ids[0], 2))
    await desk.life.fulfil(desk.staff, order_id, EVERYTHING)
    await desk.life.refund(desk.staff, order_id, amount("20.00"))
    with pytest.raises(Refused, match="INVALID_QUANTITY"):
        await desk.life.refund(desk.staff, order_id, BOTH)
    assert (await desk.stock())[0] == (8, 0, 2)


async def test_a_key_of_a_refund_with_several_parts_is_one_refund(desk: Desk, mug: Added) -> None:
    """Lines and amount together; another amount beside the same lines is refused."""
    order_id = await desk.buy((mug.variant_ids[0], 2))
    both = RefundOrder(None, "2.00", lines((0, 1, RestockType.NO_RESTOCK)).lines, "k")
    assert await desk.life.refund(desk.staff, order_id, both) == await desk.life.refund(desk.staff, order_id, both)
    assert list(desk.till.refunds.values()) == [1_200]
    for other in (replace(both, amount="3.00"), replace(both, amount=None), replace(both, lines=())):
        with pytest.raises(Refused, match="IDEMPOTENCY_KEY_REUSED"):
            await desk.life.refund(desk.staff, order_id, other)
