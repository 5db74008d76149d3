"""Address books as their owners see and change them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TypeAlias

from strawberry import Parent

from domain.accounts import Customer, CustomerAddress
from domain.kit.ids import global_id, key_of
from domain.kit.paging import Page, page_request, slice_of
from domain.kit.refusals import Refusal, Refused
from domain.territories.delivery import Address
from resolvers.accounts.profile import ProfileOutcome, customer_of, spend_of_account
from resolvers.context import Context, Info
from resolvers.kit.arguments import After, Before, First, Last, Reverse

KIND = "MailingAddress"
ReadChanges: TypeAlias = Callable[[], Mapping[str, str | None]]


@dataclass(frozen=True, slots=True)
class OwnAddress(Address):
    """An address of an account as GraphQL shows it: unlike those of orders and carts, it has a key."""

    key: int = 0


@dataclass(frozen=True, slots=True)
class AddressOutcome:
    """The address as it is now, or why it did not change."""

    customer_address: OwnAddress | None = None
    deleted_customer_address_id: str | None = None
    user_errors: tuple[Refusal, ...] = ()


async def addresses(
    root: Parent[Customer],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    reverse: Reverse = False,
) -> Page[OwnAddress]:
    """A page of the shopper's addresses, oldest first."""
    known = await info.context.loaders.addresses.load(root.id)
    return slice_of([own(each) for each in known], page_request(first, after, last, before), reverse)


async def default_address(root: Parent[Customer], info: Info) -> OwnAddress | None:
    """The address that the shopper chose."""
    known = await info.context.loaders.addresses.load(root.id)
    return next((own(each) for each in known if each.is_default), None)


def own(known: CustomerAddress) -> OwnAddress:
    """The address as GraphQL shows it."""
    return OwnAddress(**asdict(known.address), key=known.id)


async def create(context: Context, token: str, address: Callable[[], Address]) -> AddressOutcome:
    """Adds the address that `address` reads from the input."""
    return await _changed(context, token, lambda: context.services.owners.address_book.create(token, address()))


async def update(context: Context, token: str, gid: str, changes: ReadChanges) -> AddressOutcome:
    """Makes the changes that `changes` reads from the input."""
    book = context.services.owners.address_book
    return await _changed(context, token, lambda: book.update(token, key_of(gid, KIND) or 0, changes()))


async def delete(context: Context, token: str, gid: str) -> AddressOutcome:
    """Removes an address."""
    key = key_of(gid, KIND) or 0
    await spend_of_account(context, token)
    try:
        await context.services.owners.address_book.delete(token, key)
        return AddressOutcome(deleted_customer_address_id=global_id(KIND, key))
    except Refused as refused:
        return AddressOutcome(user_errors=refused.refusals)
    finally:
        context.written()


async def choose_default(context: Context, token: str, gid: str) -> ProfileOutcome:
    """Makes an address the default."""
    await spend_of_account(context, token)
    try:
        await context.services.owners.address_book.choose_default(token, key_of(gid, KIND) or 0)
        context.written()
        return ProfileOutcome(await customer_of(context, token))
    except Refused as refused:
        return ProfileOutcome(user_errors=refused.refusals)


async def _changed(context: Context, token: str, change: Callable[[], Awaitable[CustomerAddress]]) -> AddressOutcome:
    await spend_of_account(context, token)
    try:
        return AddressOutcome(own(await change()))
    except Refused as refused:
        return AddressOutcome(user_errors=refused.refusals)
    finally:
        context.written()
