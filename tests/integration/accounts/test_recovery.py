"""Links from mails through GraphQL: forgotten passwords, imported accounts, proved e-mail addresses."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from datasources import tables
from domain.kit.ids import global_id
from tests.integration.accounts.test_activation import EMAIL, imported_account
from tests.integration.accounts.test_graphql import PASSWORD, WHO, log_in, sign_up, signed_in
from tests.kit.account_mails import Postman
from tests.kit.fixtures.graphql_api import Api, Record

pytestmark = pytest.mark.slow

ADA = "ada@example.com"
_RECOVER = """mutation($email: String!) { customerRecover(email: $email) {
  customerUserErrors { code field message } userErrors { code field }
} }"""
_LOGIN = "customer { email } customerAccessToken { accessToken }"
_RESET = f"""mutation($id: ID!, $token: String!, $password: String!) {{
  customerReset(id: $id, input: {{ resetToken: $token, password: $password }}) {{
    {_LOGIN} userErrors {{ code field }}
}} }}"""
_RESET_BY_URL = f"""mutation($url: URL!, $password: String!) {{
  customerResetByUrl(resetUrl: $url, password: $password) {{ {_LOGIN} userErrors {{ code field }} }}
}}"""
_ACTIVATE_BY_URL = f"""mutation($url: URL!, $password: String!) {{
  customerActivateByUrl(activationUrl: $url, password: $password) {{ {_LOGIN} customerUserErrors {{ code field }} }}
}}"""
_VERIFY = "mutation($token: String!) { customerVerifyEmail(token: $token) { userErrors { code field } } }"
_VERIFIED = "{ customer { email emailVerified } }"


async def recover(api: Api, email: str = ADA) -> Record:
    """What forgetting the password of an address came to."""
    answer: Record = (await api.data(_RECOVER, {"email": email}))["customerRecover"]
    return answer


async def _reset(api: Api, customer_id: int, token: str, password: str = "another password") -> Record:
    asked = {"id": global_id("Customer", customer_id), "token": token, "password": password}
    answer: Record = (await api.data(_RESET, asked))["customerReset"]
    return answer


async def verify(api: Api, token: str) -> list[str]:
    """The codes of the refusals of a link that proves an address."""
    errors = (await api.data(_VERIFY, {"token": token}))["customerVerifyEmail"]["userErrors"]
    return [error["code"] for error in errors]


async def _ada(api: Api, postman: Postman) -> tuple[int, str]:
    """Ada's account and token; her mail is read."""
    token = await signed_in(api)
    await postman.deliver()
    (row,) = await api.rows(tables.customers)
    return row.id, token


async def test_a_forgotten_password_is_set_by_a_link_once(api: Api) -> None:
    """The link ends all sessions, and the owner of the address reads that the password has changed."""
    postman = Postman(api)
    customer_id, old = await _ada(api, postman)
    assert await recover(api, " ADA@example.com") == {"customerUserErrors": [], "userErrors": []}
    to, url, token = await postman.link()
    assert (to, url) == (ADA, f"https://shop.example/account/reset/{customer_id}/{token}")
    short = await _reset(api, customer_id, token, "short")
    assert short["userErrors"] == [{"code": "TOO_SHORT", "field": ["input", "password"]}]
    done = await _reset(api, customer_id, token)
    assert (done["userErrors"], done["customer"]) == ([], {"email": ADA})
    assert (await api.data(WHO, token=done["customerAccessToken"]["accessToken"]))["customer"]["email"] == ADA
    assert (await api.data(WHO, {"token": old}))["customer"] is None
    assert (await log_in(api, ADA, "another password"))["customerAccessToken"]
    assert not (await log_in(api))["customerAccessToken"]
    again = await _reset(api, customer_id, token, "a third password")
    assert again["userErrors"] == [{"code": "INVALID", "field": ["input", "resetToken"]}]
    (told,) = await postman.deliver()
    assert (told["To"], "password" in told["Subject"]) == (ADA, True)


async def test_no_answer_and_no_row_shows_who_has_an_account(api: Api) -> None:
    """Both requests get the same answer and write the same row, and only the owner of an account gets a mail."""
    postman = Postman(api)
    await _ada(api, postman)
    statements, answers = [], []
    for email in (ADA, "nobody@example.com"):
        before = api.stores.database.statements
        answers.append(await recover(api, email))
        statements.append(api.stores.database.statements - before)
    assert (answers[0], statements[0]) == (answers[1], statements[1])
    waiting = [row for row in await api.rows(tables.mails) if row.state == "WAITING"]
    assert [(row.kind, row.customer_id, row.address) for row in waiting] == [
        ("PASSWORD_RESET", None, ADA),
        ("PASSWORD_RESET", None, "nobody@example.com"),
    ]
    assert [mail["To"] for mail in await postman.deliver()] == [ADA]
    assert [row.address for row in await api.rows(tables.mails)] == [None] * 3


async def test_limits_are_the_same_with_and_without_an_account(api: Api) -> None:
    """After ten requests for an address there is none for an hour, whoever asks."""
    await sign_up(api)
    for email in (ADA, "nobody@example.com"):
        answers = [await api(_RECOVER, {"email": email}) for _ in range(11)]
        codes = [answer["errors"][0]["extensions"]["code"] for answer in answers if "errors" in answer]
        assert codes == ["THROTTLED"]


async def test_an_address_gets_five_links_a_day(api: Api) -> None:
    """Strangers cannot fill a mailbox."""
    postman = Postman(api)
    await _ada(api, postman)
    for _ in range(7):
        await recover(api)
    assert len(await postman.deliver()) == 5


@pytest.mark.parametrize("ended_by", ["link", "password", "email"])
async def test_a_link_ends_with_what_it_was_made_for(api: Api, ended_by: str) -> None:
    """It never works after another link was used, or after the password or the address has changed."""
    postman = Postman(api)
    customer_id, _ = await _ada(api, postman)
    await recover(api)
    _, _, first = await postman.link()
    mine = sa.update(tables.customers).where(tables.customers.c.id == customer_id)
    if ended_by == "link":
        await recover(api)
        _, _, second = await postman.link()
        assert (await _reset(api, customer_id, second))["userErrors"] == []
    else:
        values: dict[str, Any] = {"password": {"password_hash": "x"}, "email": {"email": "new@example.com"}}[ended_by]
        await api.change(mine.values(values))
    assert [error["code"] for error in (await _reset(api, customer_id, first, "mine" * 3))["userErrors"]] == ["INVALID"]


async def test_of_two_at_once_one_sets_the_password(api: Api) -> None:
    """The other one is refused."""
    postman = Postman(api)
    customer_id, _ = await _ada(api, postman)
    await recover(api)
    _, _, token = await postman.link()
    texts = ("first password", "second password")
    answers = await asyncio.gather(*(_reset(api, customer_id, token, text) for text in texts))
    assert sorted(not answer["userErrors"] for answer in answers) == [False, True]


async def test_a_link_is_for_its_account_and_its_purpose(api: Api) -> None:
    """No other account, no other kind of token, and no link of another text."""
    postman = Postman(api)
    await sign_up(api)
    _, verify_url, verification = await postman.link()
    (row,) = await api.rows(tables.customers)
    bob = await api.add_account(email="bob@example.com")
    await recover(api)
    _, url, token = await postman.link()
    for customer_id, given in ((bob.customer_id, token), (row.id, verification), (row.id, bob.token), (row.id, "")):
        assert [each["code"] for each in (await _reset(api, customer_id, given))["userErrors"]] == ["INVALID"]
    assert await verify(api, token) == ["INVALID"]
    for wrong in (verify_url, "https://shop.example/", url.replace(str(row.id), str(bob.customer_id))):
        answer = await api.data(_RESET_BY_URL, {"url": wrong, "password": "another password"})
        assert answer["customerResetByUrl"]["userErrors"] == [{"code": "INVALID", "field": ["resetUrl"]}]
    answer = await api.data(_RESET_BY_URL, {"url": f"{url}?from=mail", "password": "another password"})
    assert answer["customerResetByUrl"]["customer"] == {"email": ADA}


async def test_nobody_but_its_buyer_opens_an_imported_account(api: Api) -> None:
    """Forgetting a password that never was, and signing up, both send the link to the address of the orders."""
    postman = Postman(api)
    await imported_account(api)
    await recover(api, EMAIL)
    to, url, _ = await postman.link()
    assert (to, "/account/activate/" in url) == (EMAIL, True)
    assert [error["code"] for error in (await sign_up(api, EMAIL))["userErrors"]] == ["CUSTOMER_DISABLED"]
    to, second, _ = await postman.link()
    assert (to, "/account/activate/" in second) == (EMAIL, True)
    asked = {"url": url, "password": PASSWORD}
    done = (await api.data(_ACTIVATE_BY_URL, asked))["customerActivateByUrl"]
    assert (done["customer"], done["customerUserErrors"]) == ({"email": EMAIL}, [])
    token = done["customerAccessToken"]["accessToken"]
    assert (await api.data(_VERIFIED, token=token))["customer"]["emailVerified"]
    late = (await api.data(_ACTIVATE_BY_URL, asked | {"url": second}))["customerActivateByUrl"]
    assert late["customerUserErrors"] == [{"code": "INVALID", "field": ["activationUrl"]}]


async def test_an_address_is_proved_by_a_link_once(api: Api) -> None:
    """Logging out in between does not end it; it logs nobody in."""
    postman = Postman(api)
    await sign_up(api)
    to, url, token = await postman.link()
    assert (to, "/account/verify/" in url) == (ADA, True)
    access = (await log_in(api))["customerAccessToken"]["accessToken"]
    assert not (await api.data(_VERIFIED, token=access))["customer"]["emailVerified"]
    await api.change(sa.update(tables.customers).values(token_version=1))
    assert (await verify(api, token), await verify(api, token)) == ([], ["INVALID"])
    access = (await log_in(api))["customerAccessToken"]["accessToken"]
    assert (await api.data(_VERIFIED, token=access))["customer"]["emailVerified"]


async def test_no_token_is_stored(api: Api) -> None:
    """Neither in a row nor in an event."""
    postman = Postman(api)
    customer_id, _ = await _ada(api, postman)
    await recover(api)
    _, _, token = await postman.link()
    await _reset(api, customer_id, token)
    for table in tables.metadata.sorted_tables:
        for row in await api.stores.database.all(sa.select(table)):
            assert token not in str(row)
            assert "another password" not in str(row)
