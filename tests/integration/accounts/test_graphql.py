"""Accounts through GraphQL: signing up, in and out, a shopper's orders, and secrets that stay secret."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import structlog

from bff.observability import logging as logs
from datasources import tables
from domain.kit.ids import global_id
from tests.kit.factories.catalog import NOW
from tests.kit.factories.orders import add_order
from tests.kit.fixtures.graphql_api import Api, Record

pytestmark = pytest.mark.slow

PASSWORD = "correct horse battery staple"
SIGN_UP = """
mutation($input: CustomerCreateInput!) { customerCreate(input: $input) {
  customer { id email firstName lastName displayName phone acceptsMarketing orders(first: 1) { nodes { id } } }
  customerUserErrors { code field message } userErrors { code field message }
} }"""
LOG_IN = """
mutation($email: String!, $password: String!) {
  customerAccessTokenCreate(input: { email: $email, password: $password }) {
    customerAccessToken { accessToken expiresAt } customerUserErrors { code field message } userErrors { code }
  }
}"""
LOG_OUT = """
mutation($token: String!) { customerAccessTokenDelete(customerAccessToken: $token) {
  deletedAccessToken userErrors { code field message }
} }"""
WHO = "query($token: String) { customer(customerAccessToken: $token) { id email } }"
ORDERS = """
query($first: Int, $after: String, $last: Int, $before: String, $reverse: Boolean!) { customer {
  orders(first: $first, after: $after, last: $last, before: $before, reverse: $reverse) {
    nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
} }"""


async def sign_up(api: Api, email: str = "ada@example.com", password: str = PASSWORD, **facts: Any) -> Record:
    """What signing up came to."""
    answer: Record = (await api.data(SIGN_UP, {"input": {"email": email, "password": password, **facts}}))[
        "customerCreate"
    ]
    assert answer["userErrors"] == answer["customerUserErrors"]
    return answer


async def log_in(api: Api, email: str = "ada@example.com", password: str = PASSWORD) -> Record:
    """What logging in came to."""
    variables = {"email": email, "password": password}
    answer: Record = (await api.data(LOG_IN, variables))["customerAccessTokenCreate"]
    return answer


async def signed_in(api: Api) -> str:
    """The access token of Ada, who has just signed up."""
    await sign_up(api)
    token: str = (await log_in(api))["customerAccessToken"]["accessToken"]
    return token


async def test_who_signs_up_can_log_in(api: Api) -> None:
    """The account is as it was given, with the e-mail in lower case, and its token opens it."""
    given: Record = {"firstName": "Ada", "lastName": "Lovelace", "phone": "+44 20 7946", "acceptsMarketing": True}
    customer = (await sign_up(api, " Ada@Example.com ", **given))["customer"]
    expected = {"email": "ada@example.com", "displayName": "Ada Lovelace", "orders": {"nodes": []}, **given}
    assert customer == {"id": customer["id"], **expected}
    token = (await log_in(api, "ADA@example.com"))["customerAccessToken"]["accessToken"]
    me = {"id": customer["id"], "email": "ada@example.com"}
    assert (await api.data(WHO, token=token))["customer"] == me
    assert (await api.data(WHO, {"token": token}))["customer"] == me


async def test_a_shopper_without_a_name_is_called_by_email(api: Api) -> None:
    """So that there is always something to show."""
    assert (await sign_up(api))["customer"]["displayName"] == "ada@example.com"


async def test_an_email_is_taken_once(api: Api) -> None:
    """In any case of its letters; the first account stays as it was."""
    await sign_up(api)
    answer = await sign_up(api, "ADA@EXAMPLE.COM", "another password")
    assert answer["customer"] is None
    assert [(error["code"], error["field"]) for error in answer["userErrors"]] == [("TAKEN", ["input", "email"])]
    assert len(await api.rows(tables.customers)) == 1
    assert (await log_in(api))["customerAccessToken"] is not None


async def test_everything_wrong_with_an_account_is_told_at_once(api: Api) -> None:
    """Each reason by its field, and nothing is kept."""
    answer = await sign_up(api, "nobody", "short", phone="call me", firstName="x" * 256)
    told = {(error["code"], error["field"][-1]) for error in answer["userErrors"]}
    assert told == {("INVALID", "email"), ("TOO_SHORT", "password"), ("INVALID", "phone"), ("TOO_LONG", "firstName")}
    assert [error["code"] for error in (await sign_up(api, password="x" * 129))["userErrors"]] == ["TOO_LONG"]
    assert await api.rows(tables.customers) == []


async def test_what_cannot_be_seen_is_in_no_email(api: Api) -> None:
    """Else two accounts would look the same."""
    for email in ("a\0da@example.com", "\ufeffada@example.com", "\u202eada@example.com"):
        assert [error["code"] for error in (await sign_up(api, email))["userErrors"]] == ["INVALID"]


async def test_a_name_has_one_line(api: Api) -> None:
    """Joiners that some scripts need are kept, what would end a header is not."""
    told = await sign_up(api, firstName="Ada\r\nBcc: eve@example.com", lastName="a\0")
    assert [(error["code"], error["field"][-1]) for error in told["userErrors"]] == [
        *(("INVALID", "firstName"), ("INVALID", "lastName"))
    ]
    assert (await sign_up(api, firstName="نیک\u200cنام 👩\u200d🚀"))["customer"][
        "firstName"
    ] == "نیک\u200cنام 👩\u200d🚀"


@pytest.mark.slow
async def test_who_guesses_passwords_must_wait(api: Api) -> None:
    """The right one is not tried either then; other accounts are not concerned, known or not."""
    await sign_up(api)
    for _ in range(10):
        assert (await log_in(api, password="wrong password"))["customerAccessToken"] is None
    variables = {"email": "ADA@example.com", "password": PASSWORD}
    (error,) = (await api(LOG_IN, variables))["errors"]
    assert error["extensions"]["code"] == "LOGIN_LIMIT_EXCEEDED"
    assert error["extensions"]["retryAfter"] > 0
    await sign_up(api, "bob@example.com")
    assert (await log_in(api, "bob@example.com"))["customerAccessToken"] is not None


async def test_a_wrong_password_is_answered_like_an_unknown_email(api: Api) -> None:
    """Byte for byte: nobody learns who has an account, or that an imported one has no password yet."""
    await sign_up(api)
    await api.add_account(email="imported@example.com")
    attempts = [
        ("ada@example.com", "wrong password"),
        ("ada@example.com", ""),
        ("eve@example.com", PASSWORD),
        ("imported@example.com", PASSWORD),
        ("imported@example.com", ""),
    ]
    told = {(await api.send(LOG_IN, {"email": email, "password": word})).content for email, word in attempts}
    assert len(told) == 1
    answer = await log_in(api, "eve@example.com")
    assert answer["customerAccessToken"] is None
    assert [error["code"] for error in answer["customerUserErrors"]] == ["UNIDENTIFIED_CUSTOMER"]


async def test_a_password_is_compared_whole(api: Api) -> None:
    """One that only begins alike is wrong, at the longest too."""
    await sign_up(api, password="x" * 128)
    assert (await log_in(api, password="x" * 127))["customerAccessToken"] is None
    assert (await log_in(api, password="x" * 128))["customerAccessToken"] is not None


async def test_a_logout_ends_every_token(api: Api) -> None:
    """Also those of other devices, for reading and for writing; a new login gives a new token."""
    stolen, own = await signed_in(api), (await log_in(api))["customerAccessToken"]["accessToken"]
    assert (await api.data(LOG_OUT, {"token": own}))["customerAccessTokenDelete"] == {
        "deletedAccessToken": own,
        "userErrors": [],
    }
    order = '{ order(id: "gid://storefront/Order/1") { id } }'
    for token in (stolen, own):
        assert (await api.data(WHO, token=token))["customer"] is None
        assert (await api.data(WHO, {"token": token}))["customer"] is None
        for operation in (order, "mutation { cartCreate { cart { id } } }"):
            errors = (await api(operation, token=token))["errors"]
            assert [error["extensions"]["code"] for error in errors] == ["UNAUTHENTICATED"]
        again = (await api.data(LOG_OUT, {"token": token}))["customerAccessTokenDelete"]
        assert [error["code"] for error in again["userErrors"]] == ["INVALID"]
    assert await api.rows(tables.carts) == []
    new = (await log_in(api))["customerAccessToken"]["accessToken"]
    assert (await api.data(WHO, token=new))["customer"] is not None


async def test_a_logout_ends_the_token_for_the_rest_of_its_own_request(api: Api) -> None:
    """The second mutation is no longer the shopper's."""
    token = await signed_in(api)
    operation = """mutation($token: String!) {
      first: cartCreate { cart { id } }
      end: customerAccessTokenDelete(customerAccessToken: $token) { deletedAccessToken }
      second: cartCreate { cart { id } }
    }"""
    answer = await api(operation, {"token": token}, token)
    assert [error["path"] for error in answer["errors"]] == [["second"]]
    assert len(await api.rows(tables.carts)) == 1


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "Bearer x"])
async def test_a_token_that_is_none_belongs_to_nobody(api: Api, token: str) -> None:
    """It is not accepted as a token and cannot be logged out."""
    assert (await api.data(WHO, token=token))["customer"] is None
    assert (await api.data(WHO, {"token": token}))["customer"] is None
    answer = (await api.data(LOG_OUT, {"token": token}))["customerAccessTokenDelete"]
    assert [error["code"] for error in answer["userErrors"]] == ["INVALID"]


async def test_a_shopper_pages_through_own_orders_only(api: Api) -> None:
    """Each once, oldest first or reversed, forward and backward, though several came at the same moment."""
    shopper, other = await api.add_account(), await api.add_account()
    own = [await api.transact(lambda tx: add_order(tx, customer_id=shopper.customer_id)) for _ in range(5)]
    await api.transact(lambda tx: add_order(tx, customer_id=other.customer_id))
    later = tables.orders.c.id == own[0]
    await api.change(sa.update(tables.orders).where(later).values(created_at=NOW + timedelta(seconds=1)))
    expected = [global_id("Order", key) for key in (*own[1:], own[0])]
    assert await _orders(api, shopper.token, backward=False, reverse=False) == expected
    assert await _orders(api, shopper.token, backward=True, reverse=False) == expected
    assert await _orders(api, shopper.token, backward=False, reverse=True) == expected[::-1]
    assert await _orders(api, shopper.token, backward=True, reverse=True) == expected[::-1]


async def _orders(api: Api, token: str, backward: bool, reverse: bool) -> list[str]:
    """Ids of all orders, two to a page, in the order of the list."""
    pages: list[list[str]] = []
    cursor = None
    while True:
        asked = {"last": 2, "before": cursor} if backward else {"first": 2, "after": cursor}
        page = (await api.data(ORDERS, asked | {"reverse": reverse}, token))["customer"]["orders"]
        pages.append([node["id"] for node in page["nodes"]])
        info = page["pageInfo"]
        if not info["hasPreviousPage" if backward else "hasNextPage"]:
            return [gid for ids in (reversed(pages) if backward else pages) for gid in ids]
        cursor = info["startCursor" if backward else "endCursor"]


@contextmanager
def everything_logged() -> Iterator[io.StringIO]:
    """All log lines of this process as operators get them, at the most talkative level."""
    root = logging.getLogger()
    handlers, level, written = root.handlers[:], root.level, io.StringIO()
    kept = structlog.get_config()
    logs.configure("DEBUG", stream=written)
    structlog.configure(cache_logger_on_first_use=False)  # other tests configure it again
    try:
        yield written
    finally:
        structlog.configure(**kept)
        root.handlers[:] = handlers
        root.setLevel(level)


async def test_secrets_are_never_logged(api: Api) -> None:
    """Password, hash and token are in no log line of a sign-up, login, wrong login, failure and logout."""
    with everything_logged() as written:
        token = await signed_in(api)
        await log_in(api, password="a wrong password")
        await api.change(sa.text("ALTER TABLE staff_permissions RENAME TO elsewhere"))
        broken = await api(LOG_IN, {"email": "ada@example.com", "password": PASSWORD}, token)
        await api.change(sa.text("ALTER TABLE elsewhere RENAME TO staff_permissions"))
        await api.data(LOG_OUT, {"token": token})
    assert broken["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert PASSWORD not in str(broken)
    (account,) = await api.rows(tables.customers)
    lines = written.getvalue()
    assert broken["errors"][0]["extensions"]["incident"] in lines
    for secret in (PASSWORD, "a wrong password", account.password_hash, token, token.split(".")[2]):
        assert secret not in lines
