"""Each parcel takes its part of reserved money, and all of them exactly what the buyer gets."""

import asyncio
from dataclasses import replace

import pytest
import sqlalchemy as sa

from datasources import tables
from domain.kit.money import Money
from domain.kit.refusals import Refused
from domain.orders.after_payment import RefundedLine, RestockType
from domain.orders.commands import RefundOrder
from domain.orders.life import FinancialStatus, OrderStatus
from domain.payments.keys import charge_key
from domain.payments.records import Charge, ChargeState
from services.payments.webhooks import WebhookService
from tests.kit.factories.catalog import NOW, Added, add_product
from tests.kit.order_desk import Desk
from tests.kit.reserved_money import ONE, states, told, units_back
from tests.kit.staff_commands import CANCEL, EVERYTHING, amount

pytestmark = pytest.mark.usefixtures("later")

DECLINED = Charge(ChargeState.DECLINED, "reference", "canceled")


async def test_each_parcel_takes_its_part_of_the_money_once(desk: Desk, mug: Added) -> None:
    """Until then the units are sold and nothing can be refunded; afterwards what was taken can."""
    order_id = await desk.buy((mug.variant_ids[0], 3))
    life = await desk.look(order_id)
    assert (life.order.status, life.financial_status) == (OrderStatus.PAID, FinancialStatus.AUTHORIZED)
    assert (life.order.captured_minor, (await desk.stock())[0]) == (0, (7, 0, 3))
    with pytest.raises(Refused, match="NOT_REFUNDABLE"):
        await desk.life.refund(desk.staff, order_id, amount("1.00"))
    await desk.sweep()
    assert desk.till.captures == {}
    assert await desk.contradictions() == []
    first = await desk.life.fulfil(desk.staff, order_id, ONE)
    life = await desk.look(order_id)
    assert (life.order.captured_minor, life.financial_status) == (1_000, FinancialStatus.PARTIALLY_PAID)
    assert await states(desk) == (["AUTHORIZED"], ["HELD"])
    assert await desk.contradictions() == []
    second = await desk.life.fulfil(desk.staff, order_id, EVERYTHING)
    await desk.sweep()
    taken = {f"capture-{order_id}-{first}": 1_000, f"capture-{order_id}-{second}": 2_000}
    assert (desk.till.captures, (await desk.look(order_id)).financial_status) == (taken, FinancialStatus.PAID)
    assert await desk.status(order_id) is OrderStatus.FULFILLED
    assert await states(desk) == (["CAPTURED"], ["CAPTURED"])
    assert await desk.contradictions() == []
    await desk.life.refund(desk.staff, order_id, amount("30.00"))
    assert await desk.status(order_id) is OrderStatus.REFUNDED
    assert await desk.contradictions() == []


async def test_where_the_bank_allows_one_capture_the_first_parcel_takes_all(desk: Desk, mug: Added) -> None:
    """The money of the second parcel would be free by then; units that were cancelled before are not paid."""
    desk.till.splits = False
    order_id = await desk.buy((mug.variant_ids[0], 3))
    await desk.life.refund(desk.staff, order_id, units_back(1))
    parcel = await desk.life.fulfil(desk.staff, order_id, ONE)
    assert (await desk.look(order_id)).financial_status is FinancialStatus.PAID
    await desk.life.fulfil(desk.staff, order_id, EVERYTHING)
    assert desk.till.captures == {f"capture-{order_id}-{parcel}": 2_000}
    assert await states(desk) == (["CAPTURED"], ["CAPTURED"])
    assert await desk.contradictions() == []


async def test_units_that_are_cancelled_before_they_are_sent_are_not_paid(desk: Desk, mug: Added) -> None:
    """What is left of the authorization is set free with them, and the order is complete."""
    order_id = await desk.buy((mug.variant_ids[0], 3))
    await desk.life.refund(desk.staff, order_id, units_back(1))
    await desk.life.fulfil(desk.staff, order_id, ONE)
    await desk.life.refund(desk.staff, order_id, units_back(1))
    life = await desk.look(order_id)
    assert (life.order.status, life.financial_status) == (OrderStatus.FULFILLED, FinancialStatus.PAID)
    assert ([*desk.till.captures.values()], desk.till.refunds, (await desk.stock())[0]) == ([1_000], {}, (9, 0, 1))
    assert desk.till.charges[charge_key(order_id, authorizes=True)].state is ChargeState.CAPTURED
    assert await states(desk) == (["CAPTURED"], ["CAPTURED"])
    assert await desk.contradictions() == []
    with pytest.raises(Refused, match="REFUND_TOO_HIGH"):
        await desk.life.refund(desk.staff, order_id, amount("10.01"))
    await desk.life.refund(desk.staff, order_id, amount("10.00"))
    assert (await desk.status(order_id), await desk.contradictions()) == (OrderStatus.REFUNDED, [])


async def test_an_order_of_which_nothing_would_be_left_is_cancelled_instead(desk: Desk, mug: Added) -> None:
    """Nobody could send it, and its money would never be set free."""
    order_id = await desk.buy((mug.variant_ids[0], 2))
    with pytest.raises(Refused, match="NOT_REFUNDABLE"):
        await desk.life.refund(desk.staff, order_id, units_back(2))
    await desk.life.cancel(desk.staff, order_id, CANCEL)
    assert (await states(desk), await desk.contradictions()) == ((["VOIDED"], ["VOIDED"]), [])


async def test_a_refund_pays_back_no_more_than_was_taken(desk: Desk, mug: Added) -> None:
    """Of an order sent in part; when that is refunded, the rest can still be sent and paid."""
    order_id = await desk.buy((mug.variant_ids[0], 2))
    await desk.life.fulfil(desk.staff, order_id, ONE)
    for refused in (amount("10.01"), RefundOrder(None, lines=(RefundedLine(0, 2, RestockType.NO_RESTOCK),))):
        with pytest.raises(Refused, match=r"REFUND_TOO_HIGH|INVALID_QUANTITY"):
            await desk.life.refund(desk.staff, order_id, refused)
    await desk.life.refund(desk.staff, order_id, RefundOrder(None, lines=(RefundedLine(0, 1, RestockType.NO_RESTOCK),)))
    life = await desk.look(order_id)
    assert (life.order.status, life.financial_status) == (OrderStatus.PAID, FinancialStatus.PARTIALLY_REFUNDED)
    assert await desk.contradictions() == []
    await desk.life.fulfil(desk.staff, order_id, EVERYTHING)
    life = await desk.look(order_id)
    assert (life.order.captured_minor, life.refunded_minor) == (2_000, 1_000)
    assert (life.financial_status, await desk.contradictions()) == (FinancialStatus.PARTIALLY_REFUNDED, [])


async def test_an_order_of_which_all_that_was_taken_is_back_is_refunded_when_the_rest_is_cancelled(
    desk: Desk, mug: Added
) -> None:
    """No money of it is left anywhere."""
    order_id = await desk.buy((mug.variant_ids[0], 2))
    await desk.life.fulfil(desk.staff, order_id, ONE)
    await desk.life.refund(desk.staff, order_id, amount("10.00"))
    await desk.life.refund(desk.staff, order_id, units_back(1))
    assert (await desk.status(order_id), await states(desk)) == (OrderStatus.REFUNDED, (["REFUNDED"], ["CAPTURED"]))
    assert await desk.contradictions() == []


@pytest.mark.parametrize("hears", [True, False])
async def test_parcels_whose_captures_wait_are_paid_one_after_the_other(desk: Desk, mug: Added, hears: bool) -> None:
    """A lost answer is no reason to take a part twice, or to take the last part before it."""
    order_id = await desk.buy((mug.variant_ids[0], 3))
    desk.till.hears, desk.till.answers = hears, False
    parcels = [await desk.life.fulfil(desk.staff, order_id, each) for each in (ONE, ONE, EVERYTHING)]
    desk.till.hears = desk.till.answers = True
    await asyncio.gather(desk.sweep(), desk.sweep(), desk.sweep())
    assert desk.till.captures == {f"capture-{order_id}-{parcel}": 1_000 for parcel in parcels}
    assert [*desk.till.captures] == [f"capture-{order_id}-{parcel}" for parcel in parcels]
    assert await states(desk) == (["CAPTURED"], ["CAPTURED"])
    assert [reason for _, reason in await desk.steps(order_id)].count("captured 10.00 GBP") == 2
    assert await desk.contradictions() == []


async def test_a_part_that_the_provider_took_is_not_sent_again_under_any_key(desk: Desk, mug: Added) -> None:
    """Providers forget keys after a day: the shop asks how much was taken."""
    order_id = await desk.buy((mug.variant_ids[0], 2))
    key = charge_key(order_id, authorizes=True)
    desk.till.hears = False
    await desk.life.fulfil(desk.staff, order_id, ONE)
    assert await states(desk) == (["AUTHORIZED"], ["CAPTURING"])
    desk.till.charges[key] = replace(desk.till.charges[key], captured=Money(1_000, "GBP"))
    desk.till.hears = True
    await desk.sweep()
    assert (desk.till.captures, (await desk.look(order_id)).order.captured_minor) == ({}, 1_000)
    assert (await states(desk), await desk.contradictions()) == ((["AUTHORIZED"], ["HELD"]), [])


async def test_an_old_report_takes_nothing_back(desk: Desk, mug: Added, hooks: WebhookService) -> None:
    """Events of captures may come in any order."""
    order_id = await desk.buy((mug.variant_ids[0], 3))
    key = charge_key(order_id, authorizes=True)
    reports = [desk.till.charges[key]]
    for each in (ONE, ONE):
        await desk.life.fulfil(desk.staff, order_id, each)
        reports.append(desk.till.charges[key])
    for number in (2, 0, 1):
        await told(hooks, f"part {number}", order_id, reports[number])
    assert (await desk.look(order_id)).order.captured_minor == 2_000
    assert (await states(desk), await desk.contradictions()) == ((["AUTHORIZED"], ["HELD"]), [])


async def test_an_authorization_that_ends_after_a_part_of_it_is_shown_to_staff(desk: Desk, mug: Added) -> None:
    """The rest cannot be sent; when it is cancelled, the order is complete."""
    order_id = await desk.buy((mug.variant_ids[0], 2))
    await desk.life.fulfil(desk.staff, order_id, ONE)
    key, pound = charge_key(order_id, authorizes=True), Money(1_000, "GBP")
    desk.till.charges[key] = Charge(ChargeState.CAPTURED, "reference", amount=pound, captured=pound)
    await desk.change(sa.update(tables.authorizations).values(updated_at=NOW))
    await desk.sweep()
    assert await states(desk) == (["AUTHORIZED"], ["FAILED"])
    assert (await desk.look(order_id)).financial_status is FinancialStatus.PARTIALLY_PAID
    assert len(await desk.contradictions()) == 1
    with pytest.raises(Refused, match="NOT_FULFILLABLE"):
        await desk.life.fulfil(desk.staff, order_id, EVERYTHING)
    await desk.life.refund(desk.staff, order_id, units_back(1))
    assert (await desk.status(order_id), await states(desk)) == (OrderStatus.FULFILLED, (["CAPTURED"], ["CAPTURED"]))
    assert await desk.contradictions() == []


async def test_a_part_that_staff_take_at_the_provider_is_not_taken_again(
    desk: Desk, mug: Added, hooks: WebhookService
) -> None:
    """The next parcel takes so much less, and together they take the total."""
    order_id = await desk.buy((mug.variant_ids[0], 2))
    key = charge_key(order_id, authorizes=True)
    desk.till.captures["by hand"] = 300
    desk.till.captured[key] = ["by hand"]
    desk.till.charges[key] = replace(desk.till.charges[key], captured=Money(300, "GBP"))
    await told(hooks, "by hand", order_id, desk.till.charges[key])
    for each in (ONE, ONE):
        await desk.life.fulfil(desk.staff, order_id, each)
    assert [*desk.till.captures.values()] == [300, 700, 1_000]
    assert (await states(desk), await desk.contradictions()) == ((["CAPTURED"], ["CAPTURED"]), [])


async def test_a_part_that_was_refused_and_that_staff_take_at_the_provider_lets_the_next_parcel_leave(
    desk: Desk, mug: Added, hooks: WebhookService
) -> None:
    """Together they still take the total."""
    order_id = await desk.buy((mug.variant_ids[0], 2))
    key = charge_key(order_id, authorizes=True)
    desk.till.refuses = True
    await desk.life.fulfil(desk.staff, order_id, ONE)
    desk.till.refuses = False
    with pytest.raises(Refused, match="NOT_FULFILLABLE"):
        await desk.life.fulfil(desk.staff, order_id, ONE)
    desk.till.captures["by hand"] = 1_000
    desk.till.captured[key] = ["by hand"]
    desk.till.charges[key] = replace(desk.till.charges[key], captured=Money(1_000, "GBP"))
    await told(hooks, "by hand", order_id, desk.till.charges[key])
    await desk.life.fulfil(desk.staff, order_id, ONE)
    assert [*desk.till.captures.values()] == [1_000, 1_000]
    assert (await states(desk), await desk.contradictions()) == ((["CAPTURED"], ["CAPTURED"]), [])


async def test_what_is_left_of_an_order_whose_first_parcel_was_free_can_be_cancelled(desk: Desk, mug: Added) -> None:
    """Also after its authorization has ended; before, the rest is set free with the last units that cost something."""
    for is_over in (False, True):
        gift = await desk.database.transact(lambda tx: add_product(tx, price=0, stock=10))
        order_id = await desk.buy((gift.variant_id, 1), (mug.variant_ids[0], 1))
        await desk.life.fulfil(desk.staff, order_id, ONE)
        assert (await desk.look(order_id)).financial_status is FinancialStatus.AUTHORIZED
        if is_over:
            desk.till.charges[charge_key(order_id, authorizes=True)] = DECLINED
            await desk.change(sa.update(tables.authorizations).values(updated_at=NOW))
            await desk.sweep()
        rest = RefundOrder(None, lines=(RefundedLine(1, 1, RestockType.CANCEL),))
        await desk.life.refund(desk.staff, order_id, rest)
        life = await desk.look(order_id)
        assert (life.order.status, life.financial_status) == (OrderStatus.FULFILLED, FinancialStatus.VOIDED)
        assert (desk.till.captures, await desk.contradictions()) == ({}, [])
    assert await states(desk) == (["VOIDED"] * 2, ["VOIDED"] * 2)
