"""Money and units that go back: never more than was taken, and once."""

import asyncio

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.discounts import codes as discounts
from domain.discounts.rules import DiscountKind
from domain.kit.money import Money
from domain.kit.refusals import Refused, Unavailable
from domain.orders.after_payment import RefundedLine, RestockType
from domain.orders.commands import RefundOrder
from domain.orders.life import FinancialStatus, OrderStatus
from domain.payments.keys import charge_key
from domain.payments.records import Charge, ChargeState, PaymentEvent
from services.payments.webhooks import WebhookService
from tests.kit.factories.catalog import NOW, Added
from tests.kit.factories.discounts import a_discount
from tests.kit.order_desk import Desk, code
from tests.kit.staff_commands import CANCEL, EVERYTHING, amount, lines


async def test_no_more_goes_back_than_was_taken(desk: Desk, mug: Added) -> None:
    """Neither at once nor in parts."""
    order_id = await desk.buy((mug.variant_ids[0], 1))
    for text in ("10.01", "0", "-1", "0.001", "NaN", "a lot"):
        with pytest.raises(Refused) as refused:
            await desk.life.refund(desk.staff, order_id, amount(text))
        assert code(refused.value) == ("REFUND_TOO_HIGH" if text == "10.01" else "INVALID")
    await desk.life.refund(desk.staff, order_id, amount("4.00"))
    life = await desk.look(order_id)
    assert (life.financial_status, life.total_refunded.minor) == (FinancialStatus.PARTIALLY_REFUNDED, 400)
    with pytest.raises(Refused, match="REFUND_TOO_HIGH"):
        await desk.life.refund(desk.staff, order_id, amount("6.01"))
    await desk.life.refund(desk.staff, order_id, amount("6.00"))
    assert await desk.status(order_id) is OrderStatus.REFUNDED
    assert sorted(desk.till.refunds.values()) == [400, 600]
    assert await desk.contradictions() == []


async def test_refunds_at_once_never_exceed_what_was_taken(desk: Desk, mug: Added) -> None:
    """Of six times a half two are done, of six times more than a half one."""
    for text, done in (("5.00", 2), ("5.01", 1)):
        order_id = await desk.buy((mug.variant_ids[0], 1))
        desk.till.refunds.clear()
        tries = (desk.life.refund(desk.staff, order_id, amount(text)) for _ in range(6))
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        refused = [code(outcome) for outcome in outcomes if isinstance(outcome, BaseException)]
        assert len(refused) == 6 - done
        assert set(refused) <= {"REFUND_TOO_HIGH", "NOT_REFUNDABLE"}
        assert len(desk.till.refunds) == done
    assert await desk.contradictions() == []


@pytest.mark.parametrize("hears", [True, False])
async def test_a_refund_without_an_answer_is_settled_later_once(desk: Desk, mug: Added, hears: bool) -> None:
    """Whether the request or the answer was lost: the shop repeats the request with the same key until it gets an
    answer."""
    order_id = await desk.buy((mug.variant_ids[0], 1))
    desk.till.hears, desk.till.answers = hears, False
    await desk.life.refund(desk.staff, order_id, amount("10.00"))
    await desk.sweep()
    life = await desk.look(order_id)
    assert (life.order.status, life.refunded_minor, life.promised_minor) == (OrderStatus.PAID, 0, 1_000)
    for work in (desk.life.fulfil(desk.staff, order_id, EVERYTHING), desk.life.cancel(desk.staff, order_id, CANCEL)):
        with pytest.raises(Refused):
            await work
    desk.till.hears = desk.till.answers = True
    await asyncio.gather(desk.sweep(), desk.sweep())
    asked = desk.till.asked
    await desk.sweep()
    assert desk.till.asked == asked
    assert await desk.status(order_id) is OrderStatus.REFUNDED
    assert list(desk.till.refunds.values()) == [1_000]
    assert [status for status, _ in await desk.steps(order_id)].count("REFUNDED") == 1
    assert await desk.contradictions() == []


async def test_a_database_that_goes_away_after_the_decision_undoes_nothing(
    desk: Desk, mug: Added, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order is cancelled, and the sweep gives the money back."""
    order_id = await desk.buy((mug.variant_ids[0], 1))

    async def be_away(refund_id: int) -> None:
        raise Unavailable("DATABASE_UNAVAILABLE", "later")

    with monkeypatch.context() as patched:
        patched.setattr(desk.refunds, "settle", be_away)
        await desk.life.cancel(desk.staff, order_id, CANCEL)
    assert await desk.status(order_id) is OrderStatus.CANCELLED
    await desk.sweep()
    assert await desk.status(order_id) is OrderStatus.REFUNDED
    assert await desk.contradictions() == []


async def test_a_refund_that_the_provider_refuses_can_be_tried_again(desk: Desk, mug: Added) -> None:
    """It is FAILED with the reason, and its money counts as taken."""
    order_id = await desk.buy((mug.variant_ids[0], 1))
    desk.till.refuses = True
    await desk.life.refund(desk.staff, order_id, amount("10.00"))
    assert [row.state for row in await desk.rows(tables.refunds)] == ["FAILED"]
    assert (await desk.steps(order_id))[-1] == ("PAID", "refund failed (refund_exceeds_charge): 10.00 GBP")
    desk.till.refuses = False
    await desk.life.refund(desk.staff, order_id, amount("10.00"))
    assert await desk.status(order_id) is OrderStatus.REFUNDED
    assert await desk.contradictions() == []


async def test_a_refund_repeated_with_its_key_is_one_refund(desk: Desk, mug: Added) -> None:
    """Another amount under the same key is refused."""
    order_id = await desk.buy((mug.variant_ids[0], 1))
    tries = (desk.life.refund(desk.staff, order_id, amount("3.00", "k")) for _ in range(4))
    assert len(set(await asyncio.gather(*tries))) == 1
    assert list(desk.till.refunds.values()) == [300]
    for other in (amount("3.01", "k"), RefundOrder(None, None, (RefundedLine(0, 1, RestockType.CANCEL),), "k")):
        with pytest.raises(Refused, match="IDEMPOTENCY_KEY_REUSED"):
            await desk.life.refund(desk.staff, order_id, other)


async def test_units_paid_back_one_by_one_add_up_to_the_price_of_their_line(desk: Desk, mug: Added) -> None:
    """A share of less than the smallest coin counts too, and no unit is paid back twice."""
    variant_id = mug.variant_ids[0]
    await desk.change(sa.update(tables.prices).values(minor=2))
    off = a_discount(code="OFF", kind=DiscountKind.AMOUNT, basis_points=0, minor=4)
    await desk.database.transact(lambda tx: discounts.insert(tx, off, NOW))
    order_id = await desk.buy((variant_id, 3), codes=("OFF",))
    one = lines((0, 1, RestockType.NO_RESTOCK))
    for _ in range(3):
        await desk.life.refund(desk.staff, order_id, one)
    life = await desk.look(order_id)
    assert (life.order.total.minor, life.refunded_minor, life.lines[0].refunded) == (2, 2, 3)
    with pytest.raises(Refused, match="NOT_REFUNDABLE"):
        await desk.life.refund(desk.staff, order_id, one)
    assert await desk.contradictions() == []


async def test_no_key_of_staff_is_that_of_the_provider(desk: Desk, mug: Added) -> None:
    """A refund made by hand at the provider is kept beside every refund of staff."""
    order_id = await desk.buy((mug.variant_ids[0], 1))
    await desk.life.refund(desk.staff, order_id, amount("1.00", "provider"))
    hooks = WebhookService(desk.database, desk.till.name, desk.orders)
    by_hand = PaymentEvent("event", "refund", charge_key(order_id), Charge(ChargeState.CAPTURED, "reference"), True)
    await hooks.receive(by_hand)
    assert await desk.status(order_id) is OrderStatus.REFUNDED
    assert sorted(row.minor for row in await desk.rows(tables.refunds)) == [100, 900]
    assert await desk.contradictions() == []


async def test_the_price_of_a_unit_goes_back_once(desk: Desk, mug: Added) -> None:
    """A second refund of the same line is refused, though the order has money left."""
    order_id = await desk.buy((mug.variant_ids[0], 1), (mug.variant_ids[1], 1))
    await desk.life.refund(desk.staff, order_id, lines((0, 1, RestockType.NO_RESTOCK)))
    with pytest.raises(Refused, match="REFUND_TOO_HIGH"):
        await desk.life.refund(desk.staff, order_id, lines((0, 1, RestockType.NO_RESTOCK)))
    assert list(desk.till.refunds.values()) == [1_000]


async def test_what_the_provider_gave_back_by_itself_is_kept_as_a_refund(desk: Desk, mug: Added) -> None:
    """A part was given back here, the rest by hand at the provider."""
    order_id = await desk.buy((mug.variant_ids[0], 2))
    await desk.life.refund(desk.staff, order_id, amount("5.00"))
    await desk.database.transact(lambda tx: desk.orders.refunded_within(tx, order_id, "told by the provider"))
    assert [(row.minor, row.state) for row in await desk.rows(tables.refunds)] == [(500, "DONE"), (1_500, "DONE")]
    assert await desk.contradictions() == []


def told(order_id: int, event_id: str, back: int, taken: int = 2_000) -> PaymentEvent:
    """The provider reports what it has refunded in all."""
    charge = Charge(ChargeState.CAPTURED, "reference", None, Money(taken, "GBP"), Money(back, "GBP"))
    return PaymentEvent(event_id, "refund", charge_key(order_id), charge, back == taken)


async def test_a_part_that_was_refunded_at_the_provider_is_recorded(desk: Desk, mug: Added) -> None:
    """Once, however often and in whichever order it is reported; the rest makes the order REFUNDED."""
    order_id = await desk.buy((mug.variant_ids[0], 2))
    await desk.life.refund(desk.staff, order_id, amount("5.00"))
    hooks = WebhookService(desk.database, desk.till.name, desk.orders)
    for event_id, back in (("own", 500), ("part", 800), ("again", 800), ("own late", 500)):
        await hooks.receive(told(order_id, event_id, back))
    life = await desk.look(order_id)
    assert (life.order.status, life.refunded_minor) == (OrderStatus.PAID, 800)
    assert life.financial_status is FinancialStatus.PARTIALLY_REFUNDED
    assert (await desk.steps(order_id))[-1] == ("PAID", "refunded at the provider: 3.00 GBP")
    with pytest.raises(Refused, match="REFUND_TOO_HIGH"):
        await desk.life.refund(desk.staff, order_id, amount("12.01"))
    await hooks.receive(told(order_id, "all", 2_000))
    assert await desk.status(order_id) is OrderStatus.REFUNDED
    assert sorted(row.minor for row in await desk.rows(tables.refunds)) == [300, 500, 1_200]
    assert await desk.contradictions() == []


async def test_a_part_refunded_at_the_provider_before_the_charge_was_recorded_pays_the_order(
    desk: Desk, mug: Added
) -> None:
    """A refund proves the charge."""
    order_id = await desk.buy((mug.variant_ids[0], 2), token="lost")
    await WebhookService(desk.database, desk.till.name, desk.orders).receive(told(order_id, "part", 800))
    life = await desk.look(order_id)
    assert (life.order.status, life.refunded_minor) == (OrderStatus.PAID, 800)
    assert await desk.contradictions() == []


async def test_a_pending_refund_is_not_counted_again_when_the_provider_reports_it(desk: Desk, mug: Added) -> None:
    """Its answer was lost; what exceeds it was done by hand."""
    order_id = await desk.buy((mug.variant_ids[0], 2))
    desk.till.answers = False
    await desk.life.refund(desk.staff, order_id, amount("5.00"))
    hooks = WebhookService(desk.database, desk.till.name, desk.orders)
    await hooks.receive(told(order_id, "own", 500))
    await hooks.receive(told(order_id, "more", 700))
    life = await desk.look(order_id)
    assert (life.refunded_minor, life.promised_minor) == (200, 700)
    desk.till.answers = True
    await desk.sweep()
    assert (await desk.look(order_id)).refunded_minor == 700
    assert await desk.contradictions() == []
