"""Several charges of one order, one after the other: however they race, the order is paid once and its units fit."""

import asyncio
from itertools import permutations

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.kit.database import Database
from datasources.orders.open_payments import OpenPayments
from domain.accounts import ANONYMOUS
from domain.checkout.commands import AlreadyAccepted, RetryPayment, Submitted
from domain.kit.refusals import Refused
from domain.orders.life import OrderStatus
from domain.orders.records import Order
from domain.payments.keys import charge_key
from domain.payments.records import MAX_CHARGES, Charge, ChargeState, PaymentEvent
from services.checkout.retries import PaymentRetries
from services.payments.webhooks import Receipt, WebhookService
from tests.kit.order_desk import TERRITORIES, Desk, code

CAPTURED = Charge(ChargeState.CAPTURED, "reference")
DECLINED = Charge(ChargeState.DECLINED, "reference", "card_declined")


class Steps(Desk):
    """A desk whose buyers must confirm their payment."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.retries = PaymentRetries(database, TERRITORIES, self.payments)
        self.hooks = WebhookService(database, self.till.name, self.orders)

    async def wait(self) -> int:
        """An order of two units that waits for its buyer."""
        product = await self.open()
        return await self.buy((product.variant_id, 2), token="ACTION_REQUIRED")

    async def order(self, order_id: int) -> Order:
        """The order as it is now."""
        return (await self.look(order_id)).order

    async def retry(self, order_id: int, token: str, attempt: str = "second") -> object:
        """Pays by another method; a refusal is returned."""
        try:
            return await self.retries.retry(ANONYMOUS, await self.order(order_id), RetryPayment(attempt, token))
        except Refused as refused:
            return refused

    async def tell(self, event_id: str, key: str, charge: Charge) -> Receipt:
        """A webhook of the provider."""
        return await self.hooks.receive(PaymentEvent(event_id, "charge", key, charge))

    async def end_holds(self) -> None:
        """Lets the time of all holds pass."""
        await self.change(sa.update(tables.orders).values(hold_expires_at=tables.orders.c.created_at))

    async def captured(self) -> list[str]:
        """The charges that took money and still have it, by key."""
        taken = [key for key, charge in self.till.charges.items() if charge.state is ChargeState.CAPTURED]
        return [key for key in taken if not any(key in refund for refund in self.till.refunds)]


@pytest.fixture
def desk(database: Database) -> Steps:
    """A desk over each database."""
    return Steps(database)


async def test_of_two_other_methods_at_once_one_is_charged(desk: Steps) -> None:
    """Both end the first charge; only one may begin the second."""
    order_id = await desk.wait()
    answers = await asyncio.gather(*(desk.retry(order_id, "CAPTURED", f"attempt {number}") for number in range(4)))
    assert sum(isinstance(answer, Submitted) for answer in answers) == 1
    others = [answer for answer in answers if not isinstance(answer, Submitted)]
    allowed = {"PAYMENT_NOT_RETRYABLE", "ORDER_EXPIRED", ""}
    assert {code(answer) for answer in others} <= allowed
    assert all(isinstance(answer, Refused | AlreadyAccepted) for answer in others)
    assert await desk.captured() == [charge_key(order_id, 2)]
    assert (await desk.stock())[0] == (8, 0, 2)
    assert await desk.contradictions() == []


async def test_one_attempt_sent_many_times_at_once_is_one_charge(desk: Steps) -> None:
    order_id = await desk.wait()
    answers = await asyncio.gather(*(desk.retry(order_id, "CAPTURED") for _ in range(4)))
    assert [code(answer) for answer in answers] == [""] * 4
    assert list(desk.till.charges) == [charge_key(order_id), charge_key(order_id, 2)]
    assert await desk.status(order_id) is OrderStatus.PAID


async def test_nothing_new_is_charged_while_the_provider_does_not_say_that_the_first_charge_ended(desk: Steps) -> None:
    """Otherwise both could take money."""
    order_id = await desk.wait()
    desk.till.hears = False
    assert code(await desk.retry(order_id, "CAPTURED")) == "PAYMENT_NOT_RETRYABLE"
    assert list(desk.till.charges) == [charge_key(order_id)]
    with pytest.raises(Refused, match="PAYMENT_NOT_RETRYABLE"):
        await desk.retries.abandon(await desk.order(order_id))
    assert await desk.status(order_id) is OrderStatus.PENDING_PAYMENT


async def test_a_charge_whose_answer_was_lost_is_not_replaced(desk: Steps) -> None:
    """It did not need the buyer, so it may take its money at any moment."""
    product = await desk.open()
    order_id = await desk.buy((product.variant_id, 2), token="lost")
    assert code(await desk.retry(order_id, "CAPTURED")) == "PAYMENT_NOT_RETRYABLE"
    assert desk.till.charges == {}


async def test_a_replaced_charge_that_takes_money_is_paid_back(desk: Steps) -> None:
    """The order is paid by the second charge only, whoever tells of the first one."""
    order_id = await desk.wait()
    assert isinstance(await desk.retry(order_id, "CAPTURED"), Submitted)
    first = charge_key(order_id)
    desk.till.charges[first] = CAPTURED
    assert await desk.tell("late", first, CAPTURED) is Receipt.HANDLED
    assert await desk.tell("late", first, CAPTURED) is Receipt.DUPLICATE
    await desk.change(sa.update(tables.replaced_charges).values(updated_at=sa.text("'2020-01-01 00:00:00.000000'")))
    assert [finding for finding in await desk.contradictions() if "was replaced, but took" in finding]
    for _ in range(2):
        await desk.sweep()
    assert desk.till.refunds == {f"refund-{first}": 2_000}
    assert await desk.captured() == [charge_key(order_id, 2)]
    assert await OpenPayments(desk.database).paid_twice(10) == []
    assert (await desk.status(order_id), await desk.contradictions()) == (OrderStatus.PAID, [])


async def test_what_the_provider_says_of_a_replaced_charge_does_not_end_the_new_one(desk: Steps) -> None:
    """Its decline arrives after the second charge has begun, or after the order has expired."""
    order_id = await desk.wait()
    await desk.retry(order_id, "ACTION_REQUIRED")
    assert await desk.tell("cancelled", charge_key(order_id), DECLINED) is Receipt.HANDLED
    assert await desk.orders.fail(order_id, Charge(ChargeState.DECLINED, key=charge_key(order_id))) is (
        OrderStatus.PENDING_PAYMENT
    )
    (payment,) = await desk.rows(tables.payments)
    assert (payment.state, payment.number, payment.reason) == ("PENDING", 2, None)
    assert await desk.tell("captured", charge_key(order_id, 2), CAPTURED) is Receipt.HANDLED
    assert (await desk.status(order_id), await desk.contradictions()) == (OrderStatus.PAID, [])


@pytest.mark.slow
async def test_events_of_an_action_in_any_order_end_in_a_paid_order(desk: Steps) -> None:
    """A decline is not final, and a late word of the action changes nothing that came after it."""
    product = await desk.open(stock=20)
    for order_of_events in permutations(("action", "declined", "captured")):
        order_id = await desk.buy((product.variant_id, 2), token="ACTION_REQUIRED")
        action = desk.till.charges[charge_key(order_id)]
        told = {"action": action, "declined": DECLINED, "captured": CAPTURED}
        for name in order_of_events:
            await desk.tell(f"{name} {order_id}", charge_key(order_id), told[name])
        assert await desk.status(order_id) is OrderStatus.PAID, order_of_events
    assert (await desk.stock())[0] == (8, 0, 12)
    assert await desk.contradictions() == []


async def test_money_that_comes_after_the_hold_is_refunded(desk: Steps) -> None:
    """The provider did not hear that the charge was to end, and the buyer confirmed it afterwards."""
    order_id = await desk.wait()
    await desk.end_holds()
    desk.till.hears = False
    await desk.sweep()
    assert await desk.status(order_id) is OrderStatus.EXPIRED
    assert (await desk.stock())[0] == (10, 0, 0)
    desk.till.hears = True
    desk.till.charges[charge_key(order_id)] = CAPTURED
    for _ in range(2):
        await desk.sweep()
    assert await desk.status(order_id) is OrderStatus.REFUNDED
    assert desk.till.refunds == {f"refund-{order_id}": 2_000}
    assert await desk.contradictions() == []


async def test_a_hold_that_ends_ends_the_charge_too(desk: Steps) -> None:
    """Also that of an order that staff has cancelled meanwhile."""
    order_id = await desk.wait()
    await desk.end_holds()
    await desk.sweep()
    assert await desk.status(order_id) is OrderStatus.EXPIRED
    assert desk.till.charges[charge_key(order_id)].state is ChargeState.DECLINED
    assert await desk.contradictions() == []


async def test_after_so_many_charges_an_order_is_over(desk: Steps) -> None:
    """Nobody tries cards on one order for ever; its units are back after the last one."""
    order_id = await desk.wait()
    for number in range(2, MAX_CHARGES):
        assert code(await desk.retry(order_id, "DECLINED", f"attempt {number}")) == "PAYMENT_DECLINED"
        assert await desk.status(order_id) is OrderStatus.PENDING_PAYMENT
    assert code(await desk.retry(order_id, "DECLINED", "last")) == "PAYMENT_DECLINED"
    assert await desk.status(order_id) is OrderStatus.PAYMENT_FAILED
    assert (await desk.stock())[0] == (10, 0, 0)
    assert await desk.contradictions() == []
