"""Buyers on the pages of the payment sandbox, and what they do about a payment in GraphQL."""

from urllib.parse import urlsplit

import httpx

from tests.kit.checkouts import charges
from tests.kit.fixtures.graphql_api import Api, Record
from tests.kit.running_sandbox import RunningSandbox

RETRY = """
mutation($order: ID!, $token: String, $attempt: String!, $payment: CartPaymentInput!) {
  orderPaymentRetry(orderId: $order, orderToken: $token, attemptToken: $attempt, payment: $payment) {
    __typename
    ... on SubmitSuccess { replayed order { id status } }
    ... on SubmitActionRequired { replayed order { id status } action { redirectUrl } }
    ... on SubmitAlreadyAccepted { order { id status } }
    ... on SubmitFailed { errors { code field } waitingOrder { id status } }
  }
}
"""
ABANDON = """
mutation($order: ID!, $token: String) {
  orderPaymentAbandon(orderId: $order, orderToken: $token) { order { status } userErrors { code field } }
}
"""
STATUS = """
query($order: ID!, $token: String) {
  order(id: $order, token: $token) {
    status financialStatus events(first: 20) { nodes { status reason } }
    paymentAction { redirectUrl clientSecret pollAfter isDeclined mayRetry expiresAt }
  }
}
"""


async def decide(page: str, decision: str) -> str:
    """Presses a button of a page of the sandbox; where it leads."""
    async with httpx.AsyncClient() as browser:
        answer = await browser.post(page, data={"decision": decision})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def come_back(api: Api, link: str) -> httpx.Response:
    """Follows the way back to the shop."""
    parts = urlsplit(link)
    return await api.client.get(f"{parts.path}?{parts.query}")


def retrying(order: Record, payment: str, attempt: str, method: str | None = None) -> Record:
    """The variables of `RETRY`."""
    paid = {"token": payment, "method": method}
    return {"order": order["id"], "token": order["token"], "attempt": attempt, "payment": paid}


async def retry(
    api: Api,
    order: Record,
    payment: str,
    attempt: str = "second",
    token: str | None = None,
    method: str | None = None,
) -> Record:
    """Pays an order by another method."""
    given = retrying(order | {"token": token or order["token"]}, payment, attempt, method)
    answer: Record = (await api.data(RETRY, given))["orderPaymentRetry"]
    return answer


async def abandon(api: Api, order: Record) -> Record:
    """Gives up the payment of an order."""
    given = {"order": order["id"], "token": order["token"]}
    answer: Record = (await api.data(ABANDON, given))["orderPaymentAbandon"]
    return answer


async def look(api: Api, order: Record) -> Record:
    """An order as its buyer sees it."""
    given = {"order": order["id"], "token": order["token"]}
    answer: Record = (await api.data(STATUS, given))["order"]
    return answer


def taken(sandbox: RunningSandbox, order: Record) -> int:
    """What the provider took for the first charge of an order."""
    return sum(minor for state, minor in charges(sandbox, order) if state == "CAPTURED")
