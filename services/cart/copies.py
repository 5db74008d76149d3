"""Addresses of address books that carts copy: those of accounts that the request has proved, and of nobody else."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from datasources.accounts.addresses import of_owners
from datasources.kit.database import Tx
from domain.kit.refusals import RefusalCode, refuse
from domain.territories.delivery import ChangeAddress, NewAddress
from services.cart import addresses

Given = TypeVar("Given", NewAddress, ChangeAddress)


async def with_copies(tx: Tx, given: Sequence[Given], *owners: int | None) -> tuple[Given, ...]:
    """The addresses with the contents of those that they copy. `owners` are accounts by a token of this request.

    The account of a cart is not among them: whoever knows the cart would read its owner's addresses. Refused:
    ADDRESS_NOT_FOUND and as for other addresses.
    """
    keys = [each.copied_from for each in given if each.copied_from is not None]
    if not keys:
        return tuple(given)
    known = await of_owners(tx, [owner for owner in owners if owner is not None], keys)
    filled: list[Given] = []
    for position, each in enumerate(given):
        if each.copied_from is None:
            filled.append(each)
        elif each.copied_from in known:
            filled.append(replace(each, address=known[each.copied_from]))
        else:
            message = "The account of this request has no such address."
            raise refuse(RefusalCode.ADDRESS_NOT_FOUND, message, "addresses", position, "copied_from")
    addresses.check(filled)
    return tuple(filled)
