"""Disputes come by webhook, in any order and more than once; staff see them, buyers do not."""

import pytest

from datasources import tables
from datasources.kit.database import Database
from domain.accounts import Permission
from domain.kit.ids import key_of
from domain.kit.money import Money
from domain.payments.disputes import DisputeReport, DisputeState
from domain.payments.keys import charge_key
from domain.payments.records import Charge, ChargeState, PaymentEvent
from services.orders.payment_outcomes import OrderService
from services.payments.webhooks import Receipt, WebhookService
from tests.kit.carts import line, new_cart
from tests.kit.checkouts import submit
from tests.kit.fixtures.graphql_api import Api
from tests.kit.order_desk import Desk

UNKNOWN = Charge(ChargeState.UNKNOWN)
SEEN = """
query($id: ID!, $token: String) { order(id: $id, token: $token) { status
  disputes { id status reason amount { amount currencyCode } initiatedAt } } }
"""


def told(event_id: str, state: DisputeState, key: str | None, reference: str | None = None) -> PaymentEvent:
    """What a provider says of one dispute."""
    report = DisputeReport("dp_1", state, "fraudulent", Money(2_000, "GBP"), reference)
    return PaymentEvent(event_id, "dispute", key, UNKNOWN, dispute=report)


@pytest.mark.parametrize("by_reference", [False, True])
async def test_a_dispute_is_recorded_once_and_its_end_is_final(database: Database, by_reference: bool) -> None:
    """Some providers name the key of the charge, others only their own reference; the order and its money stay."""
    desk = Desk(database)
    product = await desk.open()
    order_id = await desk.buy((product.variant_id, 2))
    key, reference = (None, "reference") if by_reference else (charge_key(order_id), None)
    hooks = WebhookService(database, desk.till.name, desk.orders)
    opened = told("opened", DisputeState.NEEDS_RESPONSE, key, reference)
    assert [await hooks.receive(opened) for _ in range(2)] == [Receipt.HANDLED, Receipt.DUPLICATE]
    findings = await desk.contradictions()
    what = f"Dispute dp_1 of order {order_id} (fraudulent, 2000 minor units of GBP)"
    assert findings == [f"{what} needs an answer at the payment provider."]
    await hooks.receive(told("lost", DisputeState.LOST, key, reference))
    await hooks.receive(told("late", DisputeState.UNDER_REVIEW, key, reference))
    (row,) = await desk.rows(tables.disputes)
    assert (row.order_id, row.state, row.minor, row.currency) == (order_id, "LOST", 2_000, "GBP")
    reasons = [reason for _, reason in await desk.steps(order_id)]
    assert reasons[-2:] == ["dispute of the payment: needs response", "dispute of the payment: lost"]
    assert (await desk.status(order_id), await desk.contradictions()) == ("PAID", [])


async def test_a_dispute_of_a_charge_that_the_shop_did_not_make_is_ignored(database: Database) -> None:
    """The account at the provider may have other uses. A key of the shop without an order comes again."""
    hooks = WebhookService(database, "till", OrderService(database))
    assert await hooks.receive(told("one", DisputeState.NEEDS_RESPONSE, None, "of others")) is Receipt.IGNORED
    assert await hooks.receive(told("two", DisputeState.NEEDS_RESPONSE, "order-1")) is Receipt.TOO_EARLY


async def test_staff_see_disputes_and_buyers_do_not(paying_api: Api) -> None:
    api = paying_api
    mug = await api.add_product(title="Mug", price=1_000, stock=10)
    order = (await submit(api, await new_cart(api, line(mug.variant_id, 2))))["order"]
    hooks = WebhookService(api.stores.database, "sandbox", OrderService(api.stores.database))
    await hooks.receive(told("opened", DisputeState.NEEDS_RESPONSE, charge_key(key_of(order["id"], "Order") or 0)))
    staff = await api.add_account(Permission.ORDERS)
    seen = (await api.data(SEEN, {"id": order["id"]}, staff.token))["order"]
    (dispute,) = seen["disputes"]
    assert dispute.pop("initiatedAt")
    assert dispute == {
        "id": "dp_1",
        "status": "NEEDS_RESPONSE",
        "reason": "fraudulent",
        "amount": {"amount": "20.0", "currencyCode": "GBP"},
    }
    buyer = (await api.data(SEEN, {"id": order["id"], "token": order["token"]}))["order"]
    assert buyer == {"status": "PAID", "disputes": []}
