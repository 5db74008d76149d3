"""Orders after their payment through GraphQL: what staff does, and what the buyer sees of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.payments.sandbox import SandboxPayments
from domain.accounts import Permission
from domain.kit.ids import key_of
from domain.kit.money import Money
from domain.payments.keys import charge_key
from tests.kit.carts import line, new_cart
from tests.kit.checkouts import stock, submit
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Api, Record

SEEN = """
fragment Seen on Order {
  id status financialStatus fulfillmentStatus totalRefunded { amount currencyCode }
  events(first: 20) { nodes { status reason actor note at } }
  successfulFulfillments {
    trackingCompany trackingInfo { number url }
    fulfillmentLineItems(first: 5) { nodes { quantity lineItem { id sku } } }
  }
  lineItems(first: 5) { nodes { id } }
}
"""
CANCEL = """
mutation($id: ID!) {
  orderCancel(orderId: $id, reason: CUSTOMER, restock: true, staffNote: "rude") {
    order { ...Seen } userErrors { code field }
  }
}
"""
REFUND = """
mutation($input: RefundInput!) {
  refundCreate(input: $input) {
    refund { id status totalRefunded { amount } createdAt } order { ...Seen } userErrors { code field }
  }
}
"""
FULFIL = """
mutation($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) {
    fulfillment { id createdAt } order { ...Seen } userErrors { code field }
  }
}
"""
RETURN = """
mutation($input: ReturnInput!) {
  returnCreate(returnInput: $input) { order { ...Seen } userErrors { code field } }
}
"""
ORDER = "query($id: ID!, $token: String) { order(id: $id, token: $token) { ...Seen } }"
ORDERS = "query($status: OrderStatus) { orders(first: 2, status: $status, reverse: true) { nodes { id } } }"


@dataclass(frozen=True, slots=True)
class Till:
    """A shop with a bought order of two mugs; `ask` sends requests as staff by default."""

    api: Api
    mug: Added
    staff: str
    order_id: str
    order_token: str
    line_id: str

    async def ask(self, document: str, variables: Record, token: str | None = None) -> Any:
        """The only field of the answer."""
        fragment = SEEN if "...Seen" in document else ""
        data = await self.api.data(document + fragment, variables, token=token or self.staff)
        (answer,) = data.values()
        return answer

    async def as_buyer(self) -> Record:
        """The order as a guest sees it."""
        variables = {"id": self.order_id, "token": self.order_token}
        order: Record = (await self.api.data(ORDER + SEEN, variables))["order"]
        return order


@pytest.fixture
async def till(paying_api: Api) -> Till:
    """Two of ten mugs were bought by a guest."""
    api = paying_api
    mug = await api.add_product(title="Mug", price=1_000, stock=10)
    staff = await api.add_account(Permission.ORDERS)
    bought = (await submit(api, await new_cart(api, line(mug.variant_id, 2))))["order"]
    variables = {"id": bought["id"], "token": bought["token"]}
    order = (await api.data(ORDER + SEEN, variables))["order"]
    assert order["financialStatus"] == "PAID"
    return Till(api, mug, staff.token, bought["id"], bought["token"], order["lineItems"]["nodes"][0]["id"])


async def test_a_cancelled_order_as_staff_and_as_the_buyer_sees_it(till: Till) -> None:
    """Both see the steps and why; only staff see who took them, and the notes."""
    answer = await till.ask(CANCEL, {"id": till.order_id})
    assert answer["userErrors"] == []
    order = answer["order"]
    assert (order["status"], order["financialStatus"], order["fulfillmentStatus"]) == (
        *("REFUNDED", "REFUNDED"),
        "RESTOCKED",
    )
    assert order["totalRefunded"] == {"amount": "20.0", "currencyCode": "GBP"}
    assert await stock(till.api, till.mug) == (10, 0, 0)
    cancelled = order["events"]["nodes"][2]
    assert (cancelled["status"], cancelled["reason"], cancelled["note"]) == ("CANCELLED", "cancelled: customer", "rude")
    assert cancelled["actor"].startswith("staff:")
    seen = await till.as_buyer()
    assert [event["reason"] for event in seen["events"]["nodes"]] == [
        event["reason"] for event in order["events"]["nodes"]
    ]
    assert {(event["actor"], event["note"]) for event in seen["events"]["nodes"]} == {(None, None)}


async def test_the_state_of_an_order_and_its_money_are_one_read(till: Till) -> None:
    """So that no change comes between them: a status never stands beside the money of another moment."""
    query = """query($id: ID!, $token: String) {
      order(id: $id, token: $token) { status financialStatus totalRefunded { amount } totalPrice { amount } } }"""
    database = till.api.stores.database
    statements = database.statements
    await till.api.data(query, {"id": till.order_id, "token": till.order_token})
    assert database.statements - statements == 1


async def test_a_cancelled_order_cannot_be_cancelled_again(till: Till) -> None:
    """The second mutation says why and to which argument."""
    await till.ask(CANCEL, {"id": till.order_id})
    answer = await till.ask(CANCEL, {"id": till.order_id})
    assert answer == {"order": None, "userErrors": [{"code": "NOT_CANCELLABLE", "field": ["orderId"]}]}


async def test_a_part_goes_back(till: Till) -> None:
    """An amount, then a line; more than is left is refused."""
    answer = await till.ask(REFUND, {"input": {"orderId": till.order_id, "amount": "5.00", "note": "a scratch"}})
    assert (answer["refund"]["status"], answer["refund"]["totalRefunded"]["amount"]) == ("DONE", "5.0")
    assert answer["order"]["financialStatus"] == "PARTIALLY_REFUNDED"
    one = {"lineItemId": till.line_id, "quantity": 1, "restockType": "CANCEL"}
    answer = await till.ask(REFUND, {"input": {"orderId": till.order_id, "refundLineItems": [one]}})
    assert answer["order"]["totalRefunded"]["amount"] == "15.0"
    assert await stock(till.api, till.mug) == (9, 0, 1)
    answer = await till.ask(REFUND, {"input": {"orderId": till.order_id, "amount": "5.01"}})
    assert answer["userErrors"] == [{"code": "REFUND_TOO_HIGH", "field": ["input", "amount"]}]
    assert (answer["refund"], answer["order"]) == (None, None)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, ["input"]),
        ({"shipping": {}}, ["input", "shipping"]),
        ({"shipping": {"amount": "1.00", "fullRefund": True}}, ["input", "shipping"]),
        ({"shipping": {"amount": "0.001"}}, ["input", "shipping", "amount"]),
        ({"amount": "-1.00"}, ["input", "amount"]),
    ],
)
async def test_a_refund_is_of_lines_or_delivery_or_an_amount(till: Till, given: Record, field: list[str]) -> None:
    """Nothing at all is refused, and amounts that are none."""
    answer = await till.ask(REFUND, {"input": {"orderId": till.order_id, **given}})
    assert answer["userErrors"] == [{"code": "INVALID", "field": field}]


async def test_lines_and_an_amount_are_refunded_together(till: Till) -> None:
    """The refund is the sum of both; what exceeds the charge is refused as a whole."""
    one = {"lineItemId": till.line_id, "quantity": 1, "restockType": "CANCEL"}
    both = {"orderId": till.order_id, "refundLineItems": [one], "amount": "2.50"}
    answer = await till.ask(REFUND, {"input": both})
    assert (answer["refund"]["totalRefunded"]["amount"], answer["userErrors"]) == ("12.5", [])
    assert await stock(till.api, till.mug) == (9, 0, 1)
    answer = await till.ask(REFUND, {"input": both})
    assert answer["userErrors"] == [{"code": "REFUND_TOO_HIGH", "field": ["input", "amount"]}]
    assert await stock(till.api, till.mug) == (9, 0, 1)
    free = {"orderId": till.order_id, "shipping": {"fullRefund": True}}
    answer = await till.ask(REFUND, {"input": free})
    assert answer["userErrors"] == [{"code": "REFUND_TOO_HIGH", "field": ["input", "shipping"]}]


async def test_units_go_back_for_sale_after_all_of_the_money(till: Till) -> None:
    """The order is REFUNDED; its units go back without money, once."""
    await till.ask(REFUND, {"input": {"orderId": till.order_id, "amount": "20.00"}})
    assert await stock(till.api, till.mug) == (8, 0, 2)
    units = {"lineItemId": till.line_id, "quantity": 2, "restockType": "CANCEL"}
    answer = await till.ask(REFUND, {"input": {"orderId": till.order_id, "refundLineItems": [units]}})
    assert (answer["userErrors"], answer["refund"]["status"]) == ([], "DONE")
    assert answer["refund"]["totalRefunded"]["amount"] == "0.0"
    order = answer["order"]
    assert (order["status"], order["fulfillmentStatus"], order["totalRefunded"]["amount"]) == (
        *("REFUNDED", "RESTOCKED"),
        "20.0",
    )
    assert await stock(till.api, till.mug) == (10, 0, 0)
    answer = await till.ask(REFUND, {"input": {"orderId": till.order_id, "refundLineItems": [units]}})
    assert [error["code"] for error in answer["userErrors"]] == ["INVALID_QUANTITY"]


async def test_a_refund_that_the_provider_refuses_is_an_error_of_the_mutation(till: Till) -> None:
    """Of a refund and of a cancellation; the key of a refused refund answers the same."""
    provider = till.api.stores.payments
    order_id = key_of(till.order_id, "Order")
    assert isinstance(provider, SandboxPayments) and order_id is not None
    await provider.refund(charge_key(order_id), "by-hand", Money(1_500, "GBP"))
    asked = {"input": {"orderId": till.order_id, "amount": "6.00", "idempotencyKey": "again"}}
    for _ in range(2):
        answer = await till.ask(REFUND, asked)
        assert answer["userErrors"] == [{"code": "REFUND_REFUSED", "field": ["input"]}]
        assert answer["refund"]["status"] == "FAILED"
    # The refusal brought to light what was refunded by hand.
    assert answer["order"]["totalRefunded"]["amount"] == "15.0"
    await provider.refund(charge_key(order_id), "by-hand-too", Money(100, "GBP"))
    answer = await till.ask(CANCEL, {"id": till.order_id})
    assert answer["userErrors"] == [{"code": "REFUND_REFUSED", "field": ["orderId"]}]
    assert (answer["order"]["status"], answer["order"]["financialStatus"]) == ("CANCELLED", "PARTIALLY_REFUNDED")
    assert await stock(till.api, till.mug) == (10, 0, 0)


async def test_parcels_and_returns(till: Till) -> None:
    """The buyer follows the parcel; what comes back is for sale again."""
    tracking = {"company": "Post", "number": "42", "url": "https://post.example/42"}
    units = [{"lineItemId": till.line_id, "quantity": 1}]
    sent = {"orderId": till.order_id, "lineItems": units, "trackingInfo": tracking}
    answer = await till.ask(FULFIL, {"fulfillment": sent})
    assert answer["order"]["fulfillmentStatus"] == "PARTIALLY_FULFILLED"
    answer = await till.ask(FULFIL, {"fulfillment": {"orderId": till.order_id}})
    assert answer["order"]["status"] == "FULFILLED"
    first, second = (await till.as_buyer())["successfulFulfillments"]
    assert (first["trackingCompany"], second["trackingInfo"]) == ("Post", [])
    assert first["trackingInfo"] == [{"number": "42", "url": "https://post.example/42"}]
    assert [(item["quantity"], item["lineItem"]["id"]) for item in first["fulfillmentLineItems"]["nodes"]] == [
        (1, till.line_id)
    ]
    answer = await till.ask(RETURN, {"input": {"orderId": till.order_id, "returnLineItems": units}})
    assert answer["order"]["events"]["nodes"][-1]["reason"] == "returned 1 units"
    assert await stock(till.api, till.mug) == (9, 0, 1)


@pytest.mark.parametrize("gid", ["nothing", "gid://storefront/OrderLineItem/1-0", "gid://storefront/Product/1"])
async def test_lines_of_nothing_or_of_another_order_are_unknown(till: Till, gid: str) -> None:
    """To each mutation that takes lines."""
    units = [{"lineItemId": gid, "quantity": 1}]
    asked: list[tuple[str, Record]] = [
        (REFUND, {"input": {"orderId": till.order_id, "refundLineItems": units}}),
        (FULFIL, {"fulfillment": {"orderId": till.order_id, "lineItems": units}}),
        (RETURN, {"input": {"orderId": till.order_id, "returnLineItems": units}}),
    ]
    for document, variables in asked:
        answer = await till.ask(document, variables)
        assert [error["code"] for error in answer["userErrors"]] == ["LINE_NOT_FOUND"]


async def test_staff_reads_all_orders(till: Till) -> None:
    """The newest first when reversed, or those in a state; one of them without its token."""
    other = (await submit(till.api, await new_cart(till.api, line(till.mug.variant_id)), "other"))["order"]
    assert [node["id"] for node in (await till.ask(ORDERS, {}))["nodes"]] == [other["id"], till.order_id]
    await till.ask(CANCEL, {"id": till.order_id})
    assert [node["id"] for node in (await till.ask(ORDERS, {"status": "PAID"}))["nodes"]] == [other["id"]]
    assert (await till.ask(ORDER, {"id": till.order_id}))["id"] == till.order_id


async def test_staff_reads_orders_by_the_time_at_which_they_were_placed(till: Till) -> None:
    """An order of the past that was imported just now is the oldest, on every page."""
    other = (await submit(till.api, await new_cart(till.api, line(till.mug.variant_id)), "other"))["order"]
    past = sa.update(tables.orders).where(tables.orders.c.name == other["name"])
    await till.api.change(past.values(created_at=datetime(2010, 3, 1, tzinfo=UTC)))
    page = "query($after: String) { orders(first: 1, after: $after) { nodes { id } pageInfo { endCursor } } }"
    first = await till.ask(page, {})
    second = await till.ask(page, {"after": first["pageInfo"]["endCursor"]})
    assert [first["nodes"][0]["id"], second["nodes"][0]["id"]] == [other["id"], till.order_id]


@pytest.mark.parametrize("permission", [None, *(each for each in Permission if each is not Permission.ORDERS)])
async def test_nobody_else_reads_all_orders(till: Till, permission: Permission | None) -> None:
    """Neither shoppers, nor staff with other permissions, nor anonymous visitors."""
    account = await till.api.add_account(*([permission] if permission else []))
    for token, code in ((account.token, "FORBIDDEN"), (None, "UNAUTHENTICATED")):
        answer = await till.api(ORDERS, token=token)
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
        assert answer["data"] == {"orders": None}
    assert await till.api.data(ORDER + SEEN, {"id": till.order_id}, token=account.token) == {"order": None}
