"""The address book of an account, which its owner alone reads and changes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, replace
from typing import TypeVar

from datasources.accounts import addresses as book
from datasources.kit.database import Database, Tx
from datasources.webhooks.reports import report
from domain.accounts import CustomerAddress
from domain.events import CustomersChanged
from domain.kit.refusals import RefusalCode, Refused, refuse
from domain.territories.delivery import Address
from services.accounts.owners import owner_of
from services.accounts.tokens import Tokens
from services.territories import check_address

T = TypeVar("T")
MAX_ADDRESSES = 100


class AddressBookService:
    """The access token is the authority; an address of somebody else is as one that does not exist."""

    def __init__(self, database: Database, tokens: Tokens) -> None:
        self._database = database
        self._tokens = tokens

    async def create(self, token: str, address: Address) -> CustomerAddress:
        """Adds an address; the first one is the default. Refused: INVALID, TOO_LONG."""
        check_address(address)

        async def create(tx: Tx, owner: int) -> CustomerAddress:
            known = await book.count(tx, owner)
            if known >= MAX_ADDRESSES:
                message = f"An account must have at most {MAX_ADDRESSES} addresses."
                raise refuse(RefusalCode.INVALID, message, "address")
            address_id = await book.insert(tx, owner, address, is_default=known == 0)
            return CustomerAddress(address_id, address, known == 0)

        return await self._change(token, create)

    async def update(self, token: str, address_id: int, changes: Mapping[str, str | None]) -> CustomerAddress:
        """Changes the given fields of an address. Refused: INVALID, TOO_LONG, NOT_FOUND."""

        async def update(tx: Tx, owner: int) -> CustomerAddress:
            known = await book.find(tx, owner, address_id)
            if known is None:
                raise _unknown("id")
            address = replace(known.address, **changes)  # type: ignore[arg-type]  # the country is a text
            check_address(address)
            await book.replace(tx, owner, address_id, asdict(address))
            return replace(known, address=address)

        return await self._change(token, update)

    async def delete(self, token: str, address_id: int) -> None:
        """Removes an address. Without the default there is none until the owner chooses one.

        Refused: INVALID, NOT_FOUND.
        """

        async def delete(tx: Tx, owner: int) -> None:
            if not await book.delete(tx, owner, address_id):
                raise _unknown("id")

        await self._change(token, delete)

    async def choose_default(self, token: str, address_id: int) -> int:
        """Makes an address the default; the key of the account. Refused: INVALID, NOT_FOUND."""

        async def choose(tx: Tx, owner: int) -> int:
            if await book.find(tx, owner, address_id) is None:
                raise _unknown("id")
            await book.set_default(tx, owner, address_id)
            return owner

        return await self._change(token, choose)

    async def _change(self, token: str, work: Callable[[Tx, int], Awaitable[T]]) -> T:
        """Runs the work with the account of the token locked."""

        async def change(tx: Tx) -> T:
            owner = (await owner_of(tx, self._tokens, token)).customer_id
            made = await work(tx, owner)
            await report(tx, CustomersChanged((owner,)))
            return made

        return await self._database.transact(change)


def _unknown(term: str) -> Refused:
    return refuse(RefusalCode.NOT_FOUND, "The account has no such address.", term)
