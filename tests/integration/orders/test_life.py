"""Orders after their payment, on every relational store: cancelled, refunded, sent and taken back."""

import asyncio

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.discounts import codes as discounts
from datasources.kit.database import Database
from datasources.orders.reads import Orders
from domain.accounts import ANONYMOUS, Permission, Viewer
from domain.discounts.rules import DiscountKind
from domain.events import AvailabilityChanged, OrderCancelled, OrderPaid, OrderRefunded
from domain.kit.refusals import AccessDenied, Refused, Unavailable
from domain.orders.after_payment import FinancialStatus, FulfillmentStatus, RefundedLine, RestockType, Tracking
from domain.orders.commands import CancelOrder, CancelReason, FulfilOrder, LineUnits, RefundOrder, ReturnUnits
from domain.orders.life import OrderStatus
from domain.payments import Charge, ChargeState, PaymentEvent
from services.payments.charges import charge_key
from services.payments.webhooks import WebhookService
from tests.kit.events import pending_events
from tests.kit.factories.catalog import NOW, Added
from tests.kit.factories.discounts import a_discount
from tests.kit.factories.orders import add_order
from tests.kit.order_desk import Desk, code
from workers.catalog import SalesCounter

CANCEL = CancelOrder(CancelReason.CUSTOMER, restock=True, refund=True, note="she called")
EVERYTHING = FulfilOrder(None, Tracking("Post", "1", "https://post.example/1"))


@pytest.fixture
def desk(database: Database) -> Desk:
    """A desk on each relational store."""
    return Desk(database)


@pytest.fixture
async def mug(desk: Desk) -> Added:
    """Ten blue and ten red ones."""
    return await desk.open()


def amount(text: str, key: str | None = None) -> RefundOrder:
    """A refund of an amount."""
    return RefundOrder("late", text, key=key)


def lines(*asked: tuple[int, int, RestockType]) -> RefundOrder:
    """A refund of the price of lines."""
    return RefundOrder(None, None, tuple(RefundedLine(*line) for line in asked))


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
    """A cancelled order can still be paid back later."""
    order_id = await desk.buy((mug.variant_ids[0], 2))
    await desk.life.cancel(desk.staff, order_id, CancelOrder(CancelReason.FRAUD, restock=False, refund=False))
    assert await desk.status(order_id) is OrderStatus.CANCELLED
    assert await desk.stock() == [(8, 0, 2), (10, 0, 0)]
    assert (desk.till.refunds, await desk.rows(tables.refunds)) == ({}, [])
    await desk.life.refund(desk.staff, order_id, amount("20.00"))
    assert await desk.status(order_id) is OrderStatus.REFUNDED
    assert await desk.contradictions() == []


async def test_a_late_charge_of_a_cancelled_order_goes_back(desk: Desk, mug: Added) -> None:
    """The order was cancelled unpaid; its charge arrives afterwards and is given back by the sweeps, once."""
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
    """The others are told, the units come back once, the money goes back once."""
    order_id = await desk.buy((mug.variant_ids[0], 2))
    cancels = (desk.life.cancel(desk.staff, order_id, CANCEL) for _ in range(6))
    outcomes = await asyncio.gather(*cancels, return_exceptions=True)
    assert sorted(map(code, outcomes)) == ["", *["NOT_CANCELLABLE"] * 5]
    assert await desk.stock() == [(10, 0, 0), (10, 0, 0)]
    assert desk.till.refunds == {f"refund-{order_id}-cancel": 2_000}
    assert await desk.contradictions() == []


@pytest.mark.slow
async def test_an_order_is_cancelled_or_sent_never_both(desk: Desk, mug: Added) -> None:
    """Whoever is later is told so."""
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
    """The money goes back once, and the loser is told."""
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
    """Whether the provider never heard of it or its answer was lost: the same key is asked again until it answers."""
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
    """What is given back by hand at the provider is kept beside every refund that staff made."""
    order_id = await desk.buy((mug.variant_ids[0], 1))
    await desk.life.refund(desk.staff, order_id, amount("1.00", "provider"))
    hooks = WebhookService(desk.database, desk.till.name, desk.orders)
    by_hand = PaymentEvent("event", "refund", charge_key(order_id), Charge(ChargeState.CAPTURED, "reference"), True)
    await hooks.receive(by_hand)
    assert await desk.status(order_id) is OrderStatus.REFUNDED
    assert sorted(row.minor for row in await desk.rows(tables.refunds)) == [100, 900]
    assert await desk.contradictions() == []


async def test_an_order_is_sent_in_parts(desk: Desk, mug: Added) -> None:
    """It is FULFILLED with the last unit, and cannot be cancelled from the first one on."""
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
    """Five parcels with all units are asked for; there is one."""
    order_id = await desk.buy((mug.variant_ids[0], 3))
    parcels = (desk.life.fulfil(desk.staff, order_id, EVERYTHING) for _ in range(5))
    outcomes = await asyncio.gather(*parcels, return_exceptions=True)
    assert sorted(map(code, outcomes)) == ["", *["NOT_FULFILLABLE"] * 4]
    assert await desk.contradictions() == []


async def test_lines_are_cancelled_sent_and_returned(desk: Desk, mug: Added) -> None:
    """Each unit goes one way, its price goes back once, and what comes back is for sale again."""
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


async def test_the_price_of_a_unit_goes_back_once(desk: Desk, mug: Added) -> None:
    """A second refund of the same line is refused, though the order has money left."""
    order_id = await desk.buy((mug.variant_ids[0], 1), (mug.variant_ids[1], 1))
    await desk.life.refund(desk.staff, order_id, lines((0, 1, RestockType.NO_RESTOCK)))
    with pytest.raises(Refused, match="REFUND_TOO_HIGH"):
        await desk.life.refund(desk.staff, order_id, lines((0, 1, RestockType.NO_RESTOCK)))
    assert list(desk.till.refunds.values()) == [1_000]


async def test_units_returned_at_once_are_for_sale_once(desk: Desk, mug: Added) -> None:
    """Five returns of the one unit that was sent: one is recorded."""
    order_id = await desk.buy((mug.variant_ids[0], 1))
    await desk.life.fulfil(desk.staff, order_id, EVERYTHING)
    back = ReturnUnits((LineUnits(0, 1),), restock=True, note=None)
    tries = (desk.life.take_back(desk.staff, order_id, back) for _ in range(5))
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(map(code, outcomes)) == ["", *["INVALID_QUANTITY"] * 4]
    assert await desk.stock() == [(10, 0, 0), (10, 0, 0)]
    assert await desk.contradictions() == []


async def test_what_the_provider_gave_back_by_itself_is_kept_as_a_refund(desk: Desk, mug: Added) -> None:
    """A part was given back here, the rest by hand at the provider."""
    order_id = await desk.buy((mug.variant_ids[0], 2))
    await desk.life.refund(desk.staff, order_id, amount("5.00"))
    await desk.database.transact(lambda tx: desk.orders.refunded_within(tx, order_id, "told by the provider"))
    assert [(row.minor, row.state) for row in await desk.rows(tables.refunds)] == [(500, "DONE"), (1_500, "DONE")]
    assert await desk.contradictions() == []


async def test_cancelled_and_refunded_orders_are_no_sales(desk: Desk, mug: Added) -> None:
    """Their events bring a recount that leaves them out."""
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
    """By each of the four mutations, and nothing is written."""
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
    """Anonymous viewers and staff whose permission was taken away are refused, and nothing is written."""
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
