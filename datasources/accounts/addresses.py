"""Address books. Each write happens with the row of the account locked, and touches its own addresses alone."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from datasources.kit import rows
from datasources.kit.database import Database, Row, Tx
from datasources.tables import customer_addresses
from domain.accounts import CustomerAddress
from domain.territories.delivery import Address

_ROWS = customer_addresses.c


class CustomerAddresses:
    """Reads of address books."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_customer(self, ids: Sequence[int]) -> list[tuple[CustomerAddress, ...]]:
        """The addresses of each account, oldest first."""
        query = sa.select(customer_addresses).where(_ROWS.customer_id.in_(ids)).order_by(_ROWS.id)
        found = await self._database.all(query)
        return rows.grouped(((row.customer_id, _address(row)) for row in found), ids)


async def of_owners(tx: Tx, owners: Sequence[int], ids: Sequence[int]) -> dict[int, Address]:
    """Those of these addresses that belong to one of the accounts."""
    if not owners:
        return {}
    query = sa.select(customer_addresses).where(_ROWS.customer_id.in_(owners), _ROWS.id.in_(ids))
    return {row.id: _address(row).address for row in await tx.all(query)}


async def count(tx: Tx, customer_id: int) -> int:
    """How many addresses an account has."""
    query = sa.select(sa.func.count().label("every")).where(_ROWS.customer_id == customer_id)
    row = await tx.one(query.select_from(customer_addresses))
    return 0 if row is None else int(row.every)


async def insert(tx: Tx, customer_id: int, address: Address, *, is_default: bool) -> int:
    """Adds an address and returns its key."""
    values = {"customer_id": customer_id, "is_default": is_default, **asdict(address)}
    return rows.inserted_key(await tx.run(sa.insert(customer_addresses), values))


async def replace(tx: Tx, customer_id: int, address_id: int, changes: dict[str, Any]) -> None:
    """Changes fields of an address of the account."""
    if changes:
        await tx.run(sa.update(customer_addresses).where(*_own(customer_id, address_id)).values(changes))


async def find(tx: Tx, customer_id: int, address_id: int) -> CustomerAddress | None:
    """An address of the account; None for that of another one."""
    row = await tx.one(sa.select(customer_addresses).where(*_own(customer_id, address_id)))
    return None if row is None else _address(row)


async def delete(tx: Tx, customer_id: int, address_id: int) -> bool:
    """Removes an address of the account; False if there is none."""
    return (await tx.run(sa.delete(customer_addresses).where(*_own(customer_id, address_id)))).rowcount == 1


async def set_default(tx: Tx, customer_id: int, address_id: int) -> None:
    """Makes one address of the account its default, and no other."""
    mine = sa.update(customer_addresses).where(_ROWS.customer_id == customer_id)
    await tx.run(mine.values(is_default=_ROWS.id == address_id))


def _own(customer_id: int, address_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (_ROWS.customer_id == customer_id, _ROWS.id == address_id)


def _address(row: Row) -> CustomerAddress:
    address = Address(
        country=row.country,
        first_name=row.first_name,
        last_name=row.last_name,
        company=row.company,
        address1=row.address1,
        address2=row.address2,
        city=row.city,
        province=row.province,
        zip=row.zip,
        phone=row.phone,
    )
    return CustomerAddress(row.id, address, row.is_default)
