"""Parcels of orders whose money Stripe reserves: a Stripe as strict as its library refuses none of the requests."""

from collections.abc import AsyncIterator

import pytest

from datasources.kit.database import Database
from datasources.orders.reads import Orders
from datasources.payments.stripe import StripePayments
from domain.orders.life import FinancialStatus, OrderStatus
from services.orders.life import OrderLifeService
from services.orders.refunds import RefundService
from services.payments.charges import PaymentService
from tests.kit.order_desk import Desk
from tests.kit.reserved_money import ONE, states, units_back
from tests.kit.staff_commands import CANCEL, EVERYTHING, amount
from tests.kit.strict_stripe import StrictStripe
from tests.kit.stripe import SECRET
from tests.kit.stripe_server import serving

pytestmark = pytest.mark.usefixtures("later")


@pytest.fixture
async def fake() -> AsyncIterator[StrictStripe]:
    """Stripe; no request of a test may break its rules."""
    async with serving(StrictStripe()) as fake:
        yield fake
        assert fake.complaints == []


@pytest.fixture
async def desk(database: Database, fake: StrictStripe) -> AsyncIterator[Desk]:
    """The services over Stripe."""
    payments = StripePayments("sk_test_key", SECRET, 10.0, fake.url)
    desk = Desk(database)
    desk.payments = PaymentService(payments, Orders(database), desk.orders)
    desk.refunds = RefundService(database, payments, desk.orders)
    desk.life = OrderLifeService(database, desk.orders, desk.refunds)
    yield desk
    await payments.close()


def taken(fake: StrictStripe) -> tuple[str, int, int]:
    """Status of the intent, what was received and what is still reserved."""
    (intent,) = fake.intents.values()
    return intent["status"], intent["amount_received"], intent["amount_capturable"]


@pytest.mark.parametrize("multicapture", ["available", "unavailable"])
async def test_parcels_take_their_parts_where_the_bank_can(desk: Desk, fake: StrictStripe, multicapture: str) -> None:
    """Where it cannot, the first one takes everything that is not cancelled by then."""
    fake.multicapture = multicapture
    mug = await desk.open()
    order_id = await desk.buy((mug.variant_ids[0], 3), token="pm_card_visa")
    assert taken(fake) == ("requires_capture", 0, 3_000)
    await desk.life.refund(desk.staff, order_id, units_back(1))
    await desk.life.fulfil(desk.staff, order_id, ONE)
    is_split = multicapture == "available"
    assert taken(fake) == (("requires_capture", 1_000, 2_000) if is_split else ("succeeded", 2_000, 0))
    await desk.life.refund(desk.staff, order_id, amount("5.00"))
    await desk.life.fulfil(desk.staff, order_id, EVERYTHING)
    await desk.sweep()
    life = await desk.look(order_id)
    assert (life.order.captured_minor, life.refunded_minor) == (2_000, 500)
    assert (life.order.status, life.financial_status) == (OrderStatus.FULFILLED, FinancialStatus.PARTIALLY_REFUNDED)
    assert (taken(fake), await states(desk)) == (("succeeded", 2_000, 0), (["CAPTURED"], ["CAPTURED"]))
    assert await desk.contradictions() == []


@pytest.mark.parametrize("becomes", ["canceled", "succeeded"])
async def test_the_rest_is_set_free_with_the_last_units(desk: Desk, fake: StrictStripe, becomes: str) -> None:
    """What was taken stays taken, whatever Stripe calls such an intent."""
    fake.cancelled_part = becomes
    mug = await desk.open()
    order_id = await desk.buy((mug.variant_ids[0], 2), token="pm_card_visa")
    await desk.life.fulfil(desk.staff, order_id, ONE)
    await desk.life.refund(desk.staff, order_id, units_back(1))
    assert (taken(fake), await states(desk)) == ((becomes, 1_000, 0), (["CAPTURED"], ["CAPTURED"]))
    assert (await desk.status(order_id), await desk.contradictions()) == (OrderStatus.FULFILLED, [])


async def test_a_cancelled_order_sets_everything_free(desk: Desk, fake: StrictStripe) -> None:
    """Without a refund."""
    mug = await desk.open()
    order_id = await desk.buy((mug.variant_ids[0], 2), token="pm_card_visa")
    await desk.life.cancel(desk.staff, order_id, CANCEL)
    assert (taken(fake), fake.refunds, await states(desk)) == (("canceled", 0, 0), {}, (["VOIDED"], ["VOIDED"]))
    assert await desk.contradictions() == []
