"""Buying in GraphQL, as tests need it."""

from collections.abc import Mapping

import sqlalchemy as sa

from datasources import tables
from domain.kit.ids import key_of
from domain.payments.keys import charge_key
from services.orders.payment_outcomes import OrderService
from services.payments.charges import PaymentService
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Api, Record
from tests.kit.running_sandbox import RunningSandbox

SUBMIT = """
mutation($cart: ID!, $attempt: String!, $payment: String!, $expected: MoneyInput) {
  cartSubmitForCompletion(
    cartId: $cart, attemptToken: $attempt, payment: { token: $payment }, expectedTotal: $expected
  ) {
    __typename
    ... on SubmitSuccess { replayed order { ...Bought } }
    ... on SubmitActionRequired { replayed order { ...Bought } action { redirectUrl clientSecret isDeclined mayRetry } }
    ... on SubmitFailed { errors { code field recordField message } totalAmount { amount currencyCode } }
    ... on SubmitAlreadyAccepted { order { ...Bought } }
  }
}
fragment Bought on Order {
  id name token status email totalQuantity totalPrice { amount currencyCode } subtotalPrice { amount }
  lineItems(first: 10) { nodes { title variantTitle sku quantity totalPrice { amount } variant { id } } }
}
"""
ORDER = "query($id: ID!, $token: String) { order(id: $id, token: $token) { id status } }"


async def submit(
    api: Api,
    cart: Record,
    attempt: str = "first",
    payment: str = "tok_ok",
    token: str | None = None,
    expected: Mapping[str, str] | None = None,
) -> Record:
    """What one submit came to."""
    variables = {"cart": cart["id"], "attempt": attempt, "payment": payment, "expected": expected}
    answer: Record = (await api.data(SUBMIT, variables, token))["cartSubmitForCompletion"]
    return answer


def codes(answer: Record) -> list[str]:
    """Why a submit failed."""
    assert answer["__typename"] == "SubmitFailed"
    return [error["code"] for error in answer["errors"]]


async def stock(api: Api, product: Added) -> tuple[int, int, int]:
    """Available, reserved and sold units of the first variant."""
    query = sa.select(tables.stock_levels).where(tables.stock_levels.c.variant_id == product.variant_id)
    row = await api.stores.database.one(query)
    assert row is not None
    return row.available, row.reserved, row.sold


async def movements(api: Api, product: Added) -> list[tuple[str, int, int, int]]:
    """The ledger of the first variant after its initial stock."""
    rows = [row for row in await api.rows(tables.stock_movements) if row.variant_id == product.variant_id]
    return [(row.kind, row.available, row.reserved, row.sold) for row in rows[1:]]


def charges(sandbox: RunningSandbox, order: Record) -> list[tuple[str, int]]:
    """State and amount of what the provider charged for an order."""
    order_id = key_of(order["id"], "Order")
    assert order_id is not None
    return [(state, minor) for key, state, minor in sandbox.charges() if key == charge_key(order_id)]


def paying(api: Api) -> PaymentService:
    """The service that finds out about lost answers."""
    return PaymentService(api.stores.payments, api.stores.orders, OrderService(api.stores.database))
