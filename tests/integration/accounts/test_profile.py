"""Accounts that their owners change: profile, e-mail address, password, and sessions that are renewed."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from datasources import tables
from domain.accounts import Permission
from tests.integration.accounts.test_graphql import PASSWORD, WHO, log_in, signed_in
from tests.integration.accounts.test_recovery import ADA, recover, verify
from tests.kit.account_mails import Postman
from tests.kit.fixtures.graphql_api import Api, Record

pytestmark = pytest.mark.slow

NEW = "ada@new.example.com"
_UPDATE = """mutation($token: String!, $changes: CustomerUpdateInput!) {
  customerUpdate(customer: $changes, customerAccessToken: $token) {
    customer { firstName lastName phone acceptsMarketing email }
    customerAccessToken { accessToken } customerUserErrors { code field } userErrors { code field }
} }"""
_RENEW = """mutation($token: String!) { customerAccessTokenRenew(customerAccessToken: $token) {
  customerAccessToken { accessToken expiresAt } userErrors { code field }
} }"""
_ENDED = [{"code": "INVALID", "field": ["customerAccessToken"]}]


async def _update(api: Api, token: str, **changes: object) -> Record:
    answer: Record = (await api.data(_UPDATE, {"token": token, "changes": changes}))["customerUpdate"]
    assert answer["userErrors"] == answer["customerUserErrors"]
    return answer


async def _renew(api: Api, token: str) -> Record:
    answer: Record = (await api.data(_RENEW, {"token": token}))["customerAccessTokenRenew"]
    return answer


async def test_owners_change_what_they_give(api: Api) -> None:
    """What is omitted stays, null empties, and the token goes on."""
    token = await signed_in(api)
    given: Record = {"firstName": "Ada", "lastName": "King", "phone": "+44 20 7946 0000", "acceptsMarketing": True}
    assert (await _update(api, token, **given))["customer"] == {**given, "email": ADA}
    answer = await _update(api, token, lastName=None, acceptsMarketing=False)
    expected = {**given, "lastName": None, "acceptsMarketing": False, "email": ADA}
    assert (answer["customer"], answer["customerAccessToken"]) == (expected, None)
    refused = await _update(api, token, firstName="A\nB", phone="call me", email="ada", password="short")
    assert [error["field"][-1] for error in refused["userErrors"]] == ["firstName", "phone", "email", "password"]
    assert (await _update(api, token))["customer"] == expected


async def test_an_owner_changes_nothing_else(api: Api) -> None:
    """Inputs have no field for a role, an owner or a state."""
    token = await signed_in(api)
    before = await api.rows(tables.customers)
    for name in ("id", "customerId", "tokenVersion", "permissions", "emailVerified", "passwordHash", "pendingEmail"):
        assert (await api(_UPDATE, {"token": token, "changes": {name: "1"}}))["errors"]
    assert await api.rows(tables.customers) == before


async def test_another_token_changes_nothing(api: Api) -> None:
    """Not a forged one, not one that has ended, and the header of the request does not count."""
    token = await signed_in(api)
    bob = await api.add_account(email="bob@example.com")
    await api.change(sa.update(tables.customers).where(tables.customers.c.email == ADA).values(token_version=1))
    before = await api.rows(tables.customers)
    for wrong in (token, "x.y.z", "", api.token(bob.customer_id, secret="x" * 32)):
        answer = await api.data(_UPDATE, {"token": wrong, "changes": {"firstName": "Eve"}}, bob.token)
        assert answer["customerUpdate"]["userErrors"] == _ENDED
        assert (await _renew(api, wrong))["userErrors"] == _ENDED
    assert await api.rows(tables.customers) == before


async def test_a_new_password_ends_other_sessions(api: Api) -> None:
    """The answer has the next token, and the owner gets a mail."""
    postman = Postman(api)
    token = await signed_in(api)
    await postman.deliver()
    answer = await _update(api, token, password="another password")
    assert (await api.data(WHO, {"token": token}))["customer"] is None
    assert (await api.data(WHO, {"token": answer["customerAccessToken"]["accessToken"]}))["customer"]["email"] == ADA
    assert not (await log_in(api, ADA, PASSWORD))["customerAccessToken"]
    assert [(mail["To"], "password" in mail["Subject"]) for mail in await postman.deliver()] == [(ADA, True)]


@pytest.mark.parametrize("change", [{"password": "another password"}, {"email": NEW}])
async def test_a_stolen_token_does_not_take_the_account_over(api: Api, change: Record) -> None:
    """A password and an address need a login of the last minutes; renewing a token is no login."""
    ada = await api.add_account(email=ADA)
    old = api.token(ada.customer_id, age=timedelta(minutes=16))
    renewed = (await _renew(api, old))["customerAccessToken"]["accessToken"]
    for token in (old, renewed):
        answer = await _update(api, token, firstName="Eve", **change)
        assert answer["userErrors"] == [{"code": "UNIDENTIFIED_CUSTOMER", "field": ["customerAccessToken"]}]
    assert (await _update(api, old, email=ADA))["customer"]["firstName"] == "Ada"


async def test_a_new_address_counts_once_it_is_confirmed(api: Api) -> None:
    """By the link that goes there; then all sessions end and the old address reads about it."""
    postman = Postman(api)
    token = await signed_in(api)
    await postman.deliver()
    await recover(api)
    _, _, reset = await postman.link()
    assert (await _update(api, token, email=f" {NEW.upper()}"))["customer"]["email"] == ADA
    to, _, proof = await postman.link()
    assert to == NEW
    assert (await log_in(api))["customerAccessToken"]
    assert (await verify(api, proof), await verify(api, proof)) == ([], ["INVALID"])
    assert (await api.data(WHO, {"token": token}))["customer"] is None
    assert (await log_in(api, NEW))["customerAccessToken"]
    assert not (await log_in(api))["customerAccessToken"]
    (told,) = await postman.deliver()
    assert (told["To"], "address" in told["Subject"], NEW in str(told)) == (ADA, True, False)
    assert [row.address for row in await api.rows(tables.mails) if row.address] == []
    assert await verify(api, reset) == ["INVALID"]


async def test_a_change_of_address_ends_with_another_one_or_a_password(api: Api) -> None:
    """Whoever began one with a stolen session cannot end it after the owner has reacted."""
    postman = Postman(api)
    token = await signed_in(api)
    await postman.deliver()
    await _update(api, token, email=NEW)
    _, _, first = await postman.link()
    await _update(api, token, email="ada@newer.example.com")
    _, _, second = await postman.link()
    assert await verify(api, first) == ["INVALID"]
    await _update(api, token, password="another password")
    assert await verify(api, second) == ["INVALID"]
    assert [row.email for row in await api.rows(tables.customers)] == [ADA]


async def test_a_taken_address_shows_only_to_its_owner(api: Api) -> None:
    """The change looks as for a free one; the link in the mail to its owner is refused."""
    postman = Postman(api)
    token = await signed_in(api)
    await postman.deliver()
    await api.add_account(email=NEW)
    assert await _update(api, token, email=NEW) == await _update(api, token, email="free@example.com")
    await postman.deliver()
    await _update(api, token, email=NEW)
    to, _, proof = await postman.link()
    assert (to, await verify(api, proof)) == (NEW, ["TAKEN"])


async def test_a_token_is_renewed_for_thirty_days(api: Api) -> None:
    """With the permissions that the account has now, and never beyond a login of long ago."""
    staff = await api.add_account(Permission.ORDERS)
    await api.change(sa.delete(tables.staff_permissions))
    made = (await _renew(api, staff.token))["customerAccessToken"]["accessToken"]
    viewer = api.tokens().viewer(made)
    assert viewer is not None
    assert (viewer.customer_id, viewer.permissions) == (staff.customer_id, frozenset())
    ancient = api.token(staff.customer_id, logged_in=timedelta(days=31))
    assert (await _renew(api, ancient))["userErrors"] == _ENDED
    expired = api.token(staff.customer_id, age=timedelta(days=1))
    assert (await _renew(api, expired))["userErrors"] == _ENDED
