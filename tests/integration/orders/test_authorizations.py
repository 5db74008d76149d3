"""Money that is reserved at the submit: parcels take it, a cancelled order sets it free, and each once."""

import asyncio
from dataclasses import replace

import pytest
import sqlalchemy as sa

from datasources import tables
from domain.kit.money import Money
from domain.kit.refusals import Refused
from domain.orders.life import FinancialStatus, OrderStatus
from domain.payments.keys import charge_key
from domain.payments.records import Charge, ChargeState
from services.payments.webhooks import WebhookService
from tests.kit.factories.catalog import NOW, Added
from tests.kit.order_desk import Desk, code
from tests.kit.reserved_money import ONE, states, told
from tests.kit.staff_commands import CANCEL, EVERYTHING

pytestmark = pytest.mark.usefixtures("later")

DECLINED = Charge(ChargeState.DECLINED, "reference", "canceled")


@pytest.mark.parametrize("hears", [True, False])
async def test_a_capture_without_an_answer_is_repeated_and_takes_the_money_once(
    desk: Desk, mug: Added, hears: bool
) -> None:
    """Whether the request or its answer was lost, after which the shop asks; workers may repeat it at the same time."""
    order_id = await desk.buy((mug.variant_ids[0], 1))
    desk.till.hears, desk.till.answers = hears, False
    await desk.life.fulfil(desk.staff, order_id, EVERYTHING)
    await desk.sweep()
    assert await states(desk) == ((["CAPTURED"], ["CAPTURED"]) if hears else (["AUTHORIZED"], ["CAPTURING"]))
    is_known = FinancialStatus.PAID if hears else FinancialStatus.AUTHORIZED
    assert (await desk.look(order_id)).financial_status is is_known
    desk.till.hears = desk.till.answers = True
    await asyncio.gather(desk.sweep(), desk.sweep())
    assert await states(desk) == (["CAPTURED"], ["CAPTURED"])
    assert [*desk.till.captures.values()] == [1_000]
    assert [reason for _, reason in await desk.steps(order_id)].count("captured") == 1
    assert await desk.contradictions() == []


@pytest.mark.parametrize("hears", [True, False])
async def test_a_cancelled_order_sets_the_money_free_without_a_refund(desk: Desk, mug: Added, hears: bool) -> None:
    """At once, or by the sweep."""
    order_id = await desk.buy((mug.variant_ids[0], 1))
    desk.till.hears = hears
    await desk.life.cancel(desk.staff, order_id, CANCEL)
    assert await states(desk) == ((["VOIDED"], ["VOIDED"]) if hears else (["AUTHORIZED"], ["VOIDING"]))
    desk.till.hears = True
    await desk.sweep()
    life = await desk.look(order_id)
    assert (life.order.status, life.financial_status) == (OrderStatus.CANCELLED, FinancialStatus.VOIDED)
    assert (desk.till.refunds, desk.till.captures, (await desk.stock())[0]) == ({}, {}, (10, 0, 0))
    assert await desk.contradictions() == []


async def test_money_that_was_taken_before_it_could_be_set_free_is_refunded(
    desk: Desk, mug: Added, hooks: WebhookService
) -> None:
    """Staff captured it at the provider."""
    order_id = await desk.buy((mug.variant_ids[0], 1))
    desk.till.hears = False
    await desk.life.cancel(desk.staff, order_id, CANCEL)
    desk.till.hears = True
    desk.till.charges[charge_key(order_id, authorizes=True)] = Charge(ChargeState.CAPTURED, "reference")
    await desk.sweep()
    assert await desk.status(order_id) is OrderStatus.REFUNDED
    assert list(desk.till.refunds.values()) == [1_000]
    assert await desk.contradictions() == []


async def test_money_that_staff_take_at_the_provider_is_recorded_by_its_webhook(
    desk: Desk, mug: Added, hooks: WebhookService
) -> None:
    """Then no parcel takes it again."""
    order_id = await desk.buy((mug.variant_ids[0], 1))
    await told(hooks, "captured", order_id, Charge(ChargeState.CAPTURED, "reference"))
    await desk.life.fulfil(desk.staff, order_id, EVERYTHING)
    assert (await states(desk), desk.till.captures) == ((["CAPTURED"], ["CAPTURED"]), {})
    assert await desk.contradictions() == []


async def test_an_authorization_that_ended_by_itself_is_shown_to_staff(
    desk: Desk, mug: Added, hooks: WebhookService
) -> None:
    """The order is not sent any more, and can be cancelled."""
    order_id = await desk.buy((mug.variant_ids[0], 1))
    desk.till.charges[charge_key(order_id, authorizes=True)] = DECLINED
    await told(hooks, "canceled", order_id, DECLINED)
    await desk.sweep()
    assert (await desk.look(order_id)).financial_status is FinancialStatus.VOIDED
    assert await desk.contradictions() == [f"Order {order_id} is PAID, but its payment is VOIDED."]
    with pytest.raises(Refused, match="NOT_FULFILLABLE"):
        await desk.life.fulfil(desk.staff, order_id, EVERYTHING)
    await desk.life.cancel(desk.staff, order_id, CANCEL)
    assert (desk.till.refunds, await desk.contradictions()) == ({}, [])
    assert await states(desk) == (["VOIDED"], ["VOIDED"])


async def test_another_amount_than_the_authorized_one_is_left_to_staff(
    desk: Desk, mug: Added, hooks: WebhookService
) -> None:
    """They took a part at the provider and set the rest free; a cancellation refunds what they took."""
    order_id = await desk.buy((mug.variant_ids[0], 1))
    taken = Charge(ChargeState.CAPTURED, "reference", amount=Money(500, "GBP"))
    await told(hooks, "captured", order_id, taken)
    desk.till.charges[charge_key(order_id, authorizes=True)] = taken
    assert await states(desk) == (["AUTHORIZED"], ["FAILED"])
    with pytest.raises(Refused, match="NOT_FULFILLABLE"):
        await desk.life.fulfil(desk.staff, order_id, EVERYTHING)
    assert (await desk.look(order_id)).financial_status is FinancialStatus.PARTIALLY_PAID
    assert len(await desk.contradictions()) == 1
    await desk.life.cancel(desk.staff, order_id, CANCEL)
    assert [*desk.till.refunds.values()] == [500]
    assert (await desk.status(order_id), await desk.contradictions()) == (OrderStatus.REFUNDED, [])


async def test_money_reserved_while_the_buyer_gives_up_pays_the_order(desk: Desk, mug: Added) -> None:
    """The provider would set it free again, although the order is sold."""
    order_id = await desk.buy((mug.variant_ids[0], 1), token="lost")
    key = charge_key(order_id, authorizes=True)
    desk.till.charges[key] = Charge(ChargeState.AUTHORIZED, "reference")
    outcome = await desk.payments.give_up(order_id, key)
    assert (outcome.status, desk.till.charges[key].state) == (OrderStatus.PAID, ChargeState.AUTHORIZED)
    assert await states(desk) == (["AUTHORIZED"], ["HELD"])
    assert await desk.contradictions() == []


async def test_a_late_report_of_a_declined_try_does_not_end_an_authorization(
    desk: Desk, mug: Added, hooks: WebhookService
) -> None:
    """The shop asks the provider what is true now."""
    order_id = await desk.buy((mug.variant_ids[0], 1))
    await told(hooks, "failed", order_id, DECLINED)
    await desk.sweep()
    assert await states(desk) == (["AUTHORIZED"], ["HELD"])
    assert await desk.contradictions() == []


async def test_an_authorization_is_checked_every_six_hours_without_a_webhook(desk: Desk, mug: Added) -> None:
    """So an end of which no event came is found before staff pack the order."""
    order_id = await desk.buy((mug.variant_ids[0], 1))
    desk.till.charges[charge_key(order_id, authorizes=True)] = DECLINED
    await desk.sweep()
    assert await states(desk) == (["AUTHORIZED"], ["HELD"])
    await desk.change(sa.update(tables.authorizations).values(updated_at=NOW))
    await desk.sweep()
    assert await states(desk) == (["VOIDED"], ["FAILED"])


async def test_money_that_is_reserved_after_the_end_of_its_order_is_set_free(desk: Desk, mug: Added) -> None:
    """The hold was over when the answer came."""
    order_id = await desk.buy((mug.variant_ids[0], 1), token="lost")
    await desk.change(sa.update(tables.orders).values(hold_expires_at=NOW))
    await desk.orders.expire(order_id)
    desk.till.charges[charge_key(order_id, authorizes=True)] = Charge(ChargeState.AUTHORIZED, "reference")
    await desk.sweep()
    assert desk.till.charges[charge_key(order_id, authorizes=True)] == replace(DECLINED, reason="canceled")
    life = await desk.look(order_id)
    assert (life.order.status, life.financial_status) == (OrderStatus.EXPIRED, FinancialStatus.VOIDED)
    assert (desk.till.refunds, await desk.contradictions()) == ({}, [])


async def test_of_a_parcel_and_a_cancellation_at_once_one_is_refused(desk: Desk, mug: Added) -> None:
    """The money is taken or set free, never both."""
    order_id = await desk.buy((mug.variant_ids[0], 1))
    work = (desk.life.fulfil(desk.staff, order_id, EVERYTHING), desk.life.cancel(desk.staff, order_id, CANCEL))
    outcomes = [code(outcome) for outcome in await asyncio.gather(*work, return_exceptions=True)]
    assert sorted(outcomes)[0] == "" and sorted(outcomes)[1] != ""
    assert await states(desk) in ((["CAPTURED"], ["CAPTURED"]), (["VOIDED"], ["VOIDED"]))
    assert await desk.contradictions() == []


async def test_a_refused_capture_is_shown_to_staff(desk: Desk, mug: Added) -> None:
    """The parcel is on its way, and the money still reserved: no other parcel leaves."""
    order_id = await desk.buy((mug.variant_ids[0], 2))
    desk.till.refuses = True
    await desk.life.fulfil(desk.staff, order_id, ONE)
    assert (await desk.steps(order_id))[-1] == ("PAID", "the capture failed (charge_not_authorized)")
    with pytest.raises(Refused, match="NOT_FULFILLABLE"):
        await desk.life.fulfil(desk.staff, order_id, EVERYTHING)
    (found,) = await desk.contradictions()
    assert f"authorization of order {order_id} (2000 minor units of GBP) is FAILED" in found
