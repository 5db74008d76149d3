"""Forms of one e-mail address and of one password, however a keyboard composed them."""

import pytest
import sqlalchemy as sa

from datasources import tables
from tests.integration.accounts.test_graphql import log_in, sign_up
from tests.kit.fixtures.graphql_api import Api

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("j\u00f6rg@example.com", "jo\u0308rg@example.com"),
        ("ada@example.com", "\uff21\uff44\uff41@example.com"),
        ("Ada@Example.com", " ada@example.COM "),
    ],
)
async def test_forms_of_one_address_are_one_account(api: Api, stored: str, typed: str) -> None:
    """Composed or not, wide or not, in any case: whoever signed up logs in, and nobody signs up a second time."""
    await sign_up(api, stored)
    assert (await log_in(api, typed))["customerUserErrors"] == []
    assert [error["code"] for error in (await sign_up(api, typed))["customerUserErrors"]] == ["TAKEN"]


async def test_look_alikes_of_other_scripts_are_other_accounts(api: Api) -> None:
    """A Cyrillic letter is not the Latin one that it resembles."""
    await sign_up(api, "ada@example.com")
    cyrillic = "\u0430da@example.com"
    assert (await log_in(api, cyrillic))["customerUserErrors"] != []
    assert (await sign_up(api, cyrillic))["customerUserErrors"] == []


@pytest.mark.parametrize(
    "typed", ["mot de passe \u00e9t\u00e9", "mot de passe e\u0301te\u0301", "\uff4dot\u00a0de passe \u00e9t\u00e9"]
)
async def test_forms_of_one_password_are_one_password(api: Api, typed: str) -> None:
    """Keyboards compose characters and spaces in their own ways."""
    await sign_up(api, password="mot de passe e\u0301t\u00e9")
    assert (await log_in(api, password=typed))["customerUserErrors"] == []
    assert (await log_in(api, password="mot de passe ete"))["customerUserErrors"] != []


async def test_an_account_of_an_older_version_logs_in_whatever_form_it_was_stored_in(api: Api) -> None:
    """Versions before 0.2 stored addresses as they were typed, in lower case; nobody takes such an address again."""
    decomposed = "jo\u0308rg@example.com"
    await sign_up(api, decomposed)
    await api.change(sa.update(tables.customers).values(email=decomposed))
    assert (await log_in(api, decomposed))["customerUserErrors"] == []
    assert [error["code"] for error in (await sign_up(api, decomposed))["customerUserErrors"]] == ["TAKEN"]
