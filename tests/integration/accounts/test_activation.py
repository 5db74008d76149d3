"""Accounts that an import of orders made: their owners set the first password by a link from the shop."""

import asyncio

import pytest
import sqlalchemy as sa

from bff.stores.accounts import activation_service
from datasources import tables
from domain.kit.ids import global_id
from domain.kit.refusals import Refused
from tests.integration.accounts.test_graphql import PASSWORD, log_in, sign_up
from tests.kit.fixtures.graphql_api import Api, Record

pytestmark = pytest.mark.slow

ACTIVATE = """
mutation($id: ID!, $token: String!, $password: String!) {
  customerActivate(id: $id, input: { activationToken: $token, password: $password }) {
    customer { email } customerAccessToken { accessToken } userErrors { code field }
} }"""
EMAIL = "buyer@example.org"


async def imported_account(api: Api) -> int:
    """An account as an import makes it: without a password."""
    account = await api.add_account(email=EMAIL)
    mine = tables.customers.c.id == account.customer_id
    await api.change(sa.update(tables.customers).where(mine).values(password_hash=None))
    return account.customer_id


async def _activate(api: Api, customer_id: int, token: str, password: str = PASSWORD) -> Record:
    asked = {"id": global_id("Customer", customer_id), "token": token, "password": password}
    answer: Record = (await api.data(ACTIVATE, asked))["customerActivate"]
    return answer


async def test_a_buyer_of_imported_orders_gets_the_account_by_a_link(api: Api) -> None:
    """Signing up says so; whoever has the link sets the password, once."""
    customer_id = await imported_account(api)
    assert [error["code"] for error in (await sign_up(api, EMAIL))["userErrors"]] == ["CUSTOMER_DISABLED"]
    key, token = await activation_service(api.stores.database, api.stores.settings).link(EMAIL)
    assert key == customer_id
    short = await _activate(api, customer_id, token, "short")
    assert short["userErrors"] == [{"code": "TOO_SHORT", "field": ["input", "password"]}]
    done = await _activate(api, customer_id, token)
    assert (done["userErrors"], done["customer"]) == ([], {"email": EMAIL})
    assert (await log_in(api, EMAIL))["customerAccessToken"]
    again = await _activate(api, customer_id, token, "another password")
    assert again["userErrors"] == [{"code": "INVALID", "field": ["input", "activationToken"]}]
    assert [error["code"] for error in (await sign_up(api, EMAIL))["userErrors"]] == ["TAKEN"]


async def test_of_two_at_once_one_sets_the_password(api: Api) -> None:
    """The other one is refused, and its password does not count."""
    customer_id = await imported_account(api)
    _, token = await activation_service(api.stores.database, api.stores.settings).link(EMAIL)
    texts = ("first password", "second password")
    answers = await asyncio.gather(*(_activate(api, customer_id, token, text) for text in texts))
    won = [not answer["userErrors"] for answer in answers]
    assert sorted(won) == [False, True]
    assert [bool((await log_in(api, EMAIL, text))["customerAccessToken"]) for text in texts] == won


async def test_other_tokens_activate_nothing(api: Api) -> None:
    """Neither an access token, nor the link of another account, nor one from before."""
    customer_id = await imported_account(api)
    ann = await api.add_account(email="ann@example.com")
    _, token = await activation_service(api.stores.database, api.stores.settings).link(EMAIL)
    await api.change(sa.update(tables.customers).values(token_version=5))
    for key, given in ((customer_id, ann.token), (ann.customer_id, token), (customer_id, token), (customer_id, "")):
        answer = await _activate(api, key, given)
        assert [error["code"] for error in answer["userErrors"]] == ["INVALID"]


async def test_links_are_for_imported_accounts_alone(api: Api) -> None:
    """An operator cannot take over an account that has a password."""
    await sign_up(api)
    for email, code in (("ada@example.com", "TAKEN"), ("nobody@example.com", "NOT_FOUND")):
        with pytest.raises(Refused) as refused:
            await activation_service(api.stores.database, api.stores.settings).link(email)
        assert [each.code for each in refused.value.refusals] == [code]
