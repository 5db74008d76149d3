"""Orders after their payment through GraphQL: what staff does, and what the buyer sees of it."""

from dataclasses import dataclass
from typing import Any

import pytest

from domain.accounts import Permission
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
    assert order["totalRefunded"] == {"amount": "20.00", "currencyCode": "GBP"}
    assert await stock(till.api, till.mug) == (10, 0, 0)
    cancelled = order["events"]["nodes"][2]
    assert (cancelled["status"], cancelled["reason"], cancelled["note"]) == ("CANCELLED", "cancelled: customer", "rude")
    assert cancelled["actor"].startswith("staff:")
    seen = await till.as_buyer()
    assert [event["reason"] for event in seen["events"]["nodes"]] == [
        event["reason"] for event in order["events"]["nodes"]
    ]
    assert {(event["actor"], event["note"]) for event in seen["events"]["nodes"]} == {(None, None)}


async def test_a_cancelled_order_cannot_be_cancelled_again(till: Till) -> None:
    """The second mutation says why and to which argument."""
    await till.ask(CANCEL, {"id": till.order_id})
    answer = await till.ask(CANCEL, {"id": till.order_id})
    assert answer == {"order": None, "userErrors": [{"code": "NOT_CANCELLABLE", "field": ["orderId"]}]}


async def test_a_part_goes_back(till: Till) -> None:
    """An amount, then a line; more than is left is refused."""
    answer = await till.ask(REFUND, {"input": {"orderId": till.order_id, "amount": "5.00", "note": "a scratch"}})
    assert (answer["refund"]["status"], answer["refund"]["totalRefunded"]["amount"]) == ("DONE", "5.00")
    assert answer["order"]["financialStatus"] == "PARTIALLY_REFUNDED"
    one = {"lineItemId": till.line_id, "quantity": 1, "restockType": "CANCEL"}
    answer = await till.ask(REFUND, {"input": {"orderId": till.order_id, "refundLineItems": [one]}})
    assert answer["order"]["totalRefunded"]["amount"] == "15.00"
    assert await stock(till.api, till.mug) == (9, 0, 1)
    answer = await till.ask(REFUND, {"input": {"orderId": till.order_id, "amount": "5.01"}})
    assert answer["userErrors"] == [{"code": "REFUND_TOO_HIGH", "field": ["input", "amount"]}]
    assert (answer["refund"], answer["order"]) == (None, None)


@pytest.mark.parametrize("given", [{}, {"amount": "1", "refundLineItems": [{"lineItemId": "x", "quantity": 1}]}])
async def test_a_refund_is_of_an_amount_or_of_lines(till: Till, given: Record) -> None:
    """Neither and both are refused."""
    answer = await till.ask(REFUND, {"input": {"orderId": till.order_id, **given}})
    assert answer["userErrors"] == [{"code": "INVALID", "field": ["input"]}]


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


@pytest.mark.parametrize("permission", [None, *(each for each in Permission if each is not Permission.ORDERS)])
async def test_nobody_else_reads_all_orders(till: Till, permission: Permission | None) -> None:
    """Neither shoppers, nor staff with other permissions, nor anonymous visitors."""
    account = await till.api.add_account(*([permission] if permission else []))
    for token, code in ((account.token, "FORBIDDEN"), (None, "UNAUTHENTICATED")):
        answer = await till.api(ORDERS, token=token)
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
        assert answer["data"] == {"orders": None}
    assert await till.api.data(ORDER + SEEN, {"id": till.order_id}, token=account.token) == {"order": None}
