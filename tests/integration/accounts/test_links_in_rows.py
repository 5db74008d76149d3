"""Links and address books on each relational store: what happens at once happens once."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.accounts import customers as accounts
from datasources.kit.database import Database, Tx
from domain.accounts import Credentials
from domain.kit.refusals import RefusalCode, Refused
from domain.mail import ANYWHERE
from domain.territories.delivery import Address
from services.accounts.address_book import AddressBookService
from services.accounts.links import AccountLinks, LinkKind
from services.accounts.passwords import Passwords
from services.accounts.recovery import RecoveryService
from services.accounts.tokens import Tokens
from services.accounts.verification import VerificationService
from services.kit.clock import utc_now
from tests.kit.factories.accounts import add_customer

pytestmark = pytest.mark.slow

T = TypeVar("T")
SECRET = "s" * 32
LINKS, TOKENS = AccountLinks(SECRET), Tokens(SECRET, 60)
MAIL = "ada@example.com"
PASSWORD = "another password"


async def _ada(database: Database, **values: str) -> int:
    async def add(tx: Tx) -> int:
        customer_id = await add_customer(tx, email=MAIL, password_hash="x")
        if values:
            await tx.run(sa.update(tables.customers).where(tables.customers.c.id == customer_id).values(values))
        return customer_id

    return await database.transact(add)


async def _link(database: Database, kind: LinkKind, customer_id: int) -> str:
    account = await accounts.state(database, customer_id)
    assert account is not None
    return LINKS.issue(kind, account)


async def _codes(*works: Awaitable[T]) -> list[RefusalCode | None]:
    """The refusals of what runs at once, those that succeeded first."""
    answers = await asyncio.gather(*works, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, Refused):
            raise answer
    codes = [answer.refusals[0].code if isinstance(answer, Refused) else None for answer in answers]
    return sorted(codes, key=str)


async def test_a_link_that_two_use_at_once_works_once(database: Database) -> None:
    """One password counts, and one mail is written about it."""
    customer_id = await _ada(database)
    token = await _link(database, LinkKind.RESET, customer_id)
    recovery = RecoveryService(database, Passwords(), TOKENS, LINKS)
    codes = await _codes(*(recovery.reset(customer_id, token, PASSWORD, ANYWHERE) for _ in range(3)))
    assert sorted(map(str, codes)) == ["INVALID", "INVALID", "None"]
    (row,) = await database.all(sa.select(tables.customers))
    assert (row.token_version, row.email_verified_at is None) == (1, False)
    assert [each.kind for each in await database.all(sa.select(tables.mails))] == ["PASSWORD_CHANGED"]


async def test_of_two_accounts_one_gets_the_address(database: Database) -> None:
    """Both wait for it and confirm at once: the other one is refused, and loses nothing."""
    first = await _ada(database, pending_email="new@example.com")
    second = await database.transact(lambda tx: add_customer(tx, email="bob@example.com", password_hash="y"))
    await database.transact(lambda tx: accounts.set_pending_email(tx, second, "new@example.com"))
    links = [await _link(database, LinkKind.VERIFICATION, key) for key in (first, second)]
    verification = VerificationService(database, LINKS)
    codes = await _codes(*(verification.verify(link, ANYWHERE) for link in links))
    assert sorted(map(str, codes)) == ["None", "TAKEN"]
    emails = [row.email for row in await database.all(sa.select(tables.customers))]
    assert sorted(emails) in (["ada@example.com", "new@example.com"], ["bob@example.com", "new@example.com"])
    mails = await database.all(sa.select(tables.mails))
    assert [(mail.kind, mail.address in emails) for mail in mails] == [("EMAIL_CHANGED", False)]


async def test_first_addresses_at_once_make_one_default(database: Database) -> None:
    """Whichever comes first."""
    customer_id = await _ada(database)
    token = TOKENS.issue(Credentials(customer_id, None, frozenset(), 0), utc_now()).token
    book = AddressBookService(database, TOKENS)
    made = await asyncio.gather(*(book.create(token, Address("GB", city=str(number))) for number in range(4)))
    assert sum(each.is_default for each in made) == 1
    chosen = await asyncio.gather(*(book.choose_default(token, each.id) for each in made))
    assert chosen == [customer_id] * 4
    rows = await database.all(sa.select(tables.customer_addresses))
    assert sum(bool(row.is_default) for row in rows) == 1
