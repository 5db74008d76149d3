"""Accounts: reads in batches, writes inside a transaction."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from datasources.kit import rows
from datasources.kit.database import Database, Row, Tx
from datasources.tables import customers, staff_permissions
from domain.accounts import Credentials, Customer, Permission, SignUp
from domain.kit.mailboxes import mailboxes_of


class Accounts:
    """Shoppers and staff by key and by e-mail."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def customers_by_id(self, ids: Sequence[int]) -> list[Customer | None]:
        """Customers in the order of `ids`."""
        found = await self._database.all(sa.select(customers).where(customers.c.id.in_(ids)))
        return rows.aligned({row.id: _customer(row) for row in found}, ids)

    async def staff(self) -> dict[str, frozenset[Permission]]:
        """Every account that holds a permission, ordered by e-mail."""
        found = await self._database.all(
            sa.select(customers.c.email, staff_permissions.c.permission)
            .join(staff_permissions, staff_permissions.c.customer_id == customers.c.id)
            .order_by(customers.c.email)
        )
        emails = tuple(dict.fromkeys(row.email for row in found))
        held = rows.grouped(((row.email, Permission(row.permission)) for row in found), emails)
        return {email: frozenset(permissions) for email, permissions in zip(emails, held, strict=True)}

    async def credentials(self, email: str) -> Credentials | None:
        """What a login needs, by an e-mail address in any of its forms."""
        emails = mailboxes_of(email)
        found = await self._database.all(
            sa.select(customers, staff_permissions.c.permission)
            .outerjoin(staff_permissions, staff_permissions.c.customer_id == customers.c.id)
            .where(customers.c.email.in_(emails))
        )
        if not found:
            return None
        best = min(found, key=lambda row: emails.index(row.email)).id
        found = [row for row in found if row.id == best]
        granted = frozenset(Permission(row.permission) for row in found if row.permission is not None)
        return Credentials(found[0].id, found[0].password_hash, granted, found[0].token_version)


async def is_current(source: Database | Tx, customer_id: int, token_version: int) -> bool:
    """Whether tokens of that version are still valid for the account."""
    query = sa.select(customers.c.id).where(customers.c.id == customer_id, customers.c.token_version == token_version)
    return await source.one(query) is not None


async def is_granted(source: Database | Tx, customer_id: int, token_version: int, permission: Permission) -> bool:
    """Whether an account holds a permission now and a token of that version is still valid for it."""
    query = (
        sa.select(customers.c.id)
        .join(staff_permissions, staff_permissions.c.customer_id == customers.c.id)
        .where(
            customers.c.id == customer_id,
            customers.c.token_version == token_version,
            staff_permissions.c.permission == permission.value,
        )
    )
    return await source.one(query) is not None


async def email(tx: Tx, customer_id: int | None) -> str | None:
    """The e-mail address of an account, if there is one."""
    if customer_id is None:
        return None
    row = await tx.one(sa.select(customers.c.email).where(customers.c.id == customer_id))
    return None if row is None else str(row.email)


async def lock_by_email(tx: Tx, email: str) -> int | None:
    """The key of an account by its address in any form, its row locked; None if the account does not exist."""
    emails = mailboxes_of(email)
    found = await tx.all(sa.select(customers).where(customers.c.email.in_(emails)).with_for_update())
    return int(min(found, key=lambda row: emails.index(row.email)).id) if found else None


async def permissions(tx: Tx, customer_id: int) -> frozenset[Permission]:
    """What an account may do as staff."""
    query = sa.select(staff_permissions.c.permission).where(staff_permissions.c.customer_id == customer_id)
    return frozenset(Permission(row.permission) for row in await tx.all(query))


async def insert(tx: Tx, account: SignUp, password_hash: str, now: datetime) -> int:
    """Adds an account and returns its key. Raises `sqlalchemy.exc.IntegrityError` when the e-mail is taken."""
    result = await tx.run(
        sa.insert(customers),
        {
            "email": account.email,
            "password_hash": password_hash,
            "first_name": account.first_name,
            "last_name": account.last_name,
            "phone": account.phone,
            "accepts_marketing": account.accepts_marketing,
            "created_at": now,
        },
    )
    return rows.inserted_key(result)


async def has_password(tx: Tx, customer_id: int) -> bool:
    """Whether somebody can log in to the account; nobody can to that of a buyer whose orders were imported."""
    row = await tx.one(sa.select(customers.c.password_hash).where(customers.c.id == customer_id))
    return row is not None and row.password_hash is not None


async def set_first_password(tx: Tx, customer_id: int, token_version: int, password_hash: str) -> bool:
    """Sets the password of an account that has none; False for every other one. Ends the tokens of that version."""
    mine = (customers.c.id == customer_id, customers.c.token_version == token_version)
    change = sa.update(customers).where(*mine, customers.c.password_hash.is_(None))
    done = await tx.run(change.values(password_hash=password_hash, token_version=token_version + 1))
    return done.rowcount == 1


async def grant(tx: Tx, customer_id: int, permissions: frozenset[Permission]) -> None:
    """Sets the permissions of an account to exactly these."""
    await tx.run(sa.delete(staff_permissions).where(staff_permissions.c.customer_id == customer_id))
    granted = [{"customer_id": customer_id, "permission": permission.value} for permission in sorted(permissions)]
    if granted:
        await tx.run(sa.insert(staff_permissions), granted)


async def end_tokens(tx: Tx, customer_id: int) -> None:
    """Invalidates every token of the account."""
    await tx.run(
        sa.update(customers).where(customers.c.id == customer_id).values(token_version=customers.c.token_version + 1)
    )


def _customer(row: Row) -> Customer:
    return Customer(
        id=row.id,
        email=row.email,
        first_name=row.first_name,
        last_name=row.last_name,
        phone=row.phone,
        accepts_marketing=row.accepts_marketing,
        created_at=row.created_at,
    )
