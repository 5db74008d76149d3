"""Accounts: reads in batches, writes inside a transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from datasources.kit import rows
from datasources.kit.database import Database, Row, Tx
from datasources.tables import Time, customers, staff_permissions
from domain.accounts import AccountState, Credentials, Customer, Permission, SignUp
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

    async def states(self, ids: Sequence[int], emails: Sequence[str]) -> list[AccountState]:
        """Accounts by key, or by an e-mail address in any of its forms, in no order."""
        forms = sorted({form for email in emails for form in mailboxes_of(email)})
        found = sa.or_(customers.c.id.in_(ids), customers.c.email.in_(forms))
        return [_state(row) for row in await self._database.all(sa.select(customers).where(found))]


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


async def state(source: Database | Tx, customer_id: int) -> AccountState | None:
    """The account as it is now."""
    row = await source.one(sa.select(customers).where(customers.c.id == customer_id))
    return None if row is None else _state(row)


async def lock(tx: Tx, customer_id: int) -> AccountState | None:
    """The account, its row locked until the end of the transaction."""
    row = await tx.one(sa.select(customers).where(customers.c.id == customer_id).with_for_update())
    return None if row is None else _state(row)


async def set_password(tx: Tx, customer_id: int, password_hash: str, verified_at: datetime | None) -> None:
    """Sets the password of a locked account: ends its tokens, its links, and the change of its address under way.

    `verified_at`: when its owner has just proved to read the mail of the address.
    """
    changes: dict[str, Any] = {
        "password_hash": password_hash,
        "token_version": customers.c.token_version + 1,
        "pending_email": None,
    }
    if verified_at is not None:
        changes["email_verified_at"] = sa.func.coalesce(customers.c.email_verified_at, _time(verified_at))
    await _change(tx, customer_id, changes)


async def set_pending_email(tx: Tx, customer_id: int, email: str | None) -> None:
    """The address that replaces that of the account once it is confirmed; None for no change."""
    await _change(tx, customer_id, {"pending_email": email})


async def verify_email(tx: Tx, customer_id: int, now: datetime) -> None:
    """The owner of a locked account has proved to read the mail of its address."""
    await _change(tx, customer_id, {"email_verified_at": now})


async def replace_email(tx: Tx, customer_id: int, email: str, now: datetime) -> None:
    """Gives a locked account its new, proved address and ends its tokens.

    Raises `sqlalchemy.exc.IntegrityError` when the e-mail is taken.
    """
    version = customers.c.token_version + 1
    changes = {"email": email, "pending_email": None, "email_verified_at": now, "token_version": version}
    await _change(tx, customer_id, changes)


async def set_profile(tx: Tx, customer_id: int, texts: Mapping[str, str | None], accepts: bool | None) -> None:
    """Sets names and phone as far as given, and whether the shopper accepts marketing."""
    known = {name: texts[name] for name in ("first_name", "last_name", "phone") if name in texts}
    changes = known if accepts is None else {**known, "accepts_marketing": accepts}
    if changes:
        await _change(tx, customer_id, changes)


async def _change(tx: Tx, customer_id: int, changes: Mapping[str, Any]) -> None:
    await tx.run(sa.update(customers).where(customers.c.id == customer_id).values(changes))


async def set_first_password(tx: Tx, customer_id: int, token_version: int, password_hash: str, now: datetime) -> bool:
    """Sets the password of an account that has none; False for every other one. Ends the tokens of that version.

    Only the link that went to the address of the account leads here, so the address is proved.
    """
    mine = (customers.c.id == customer_id, customers.c.token_version == token_version)
    change = sa.update(customers).where(*mine, customers.c.password_hash.is_(None))
    verified = sa.func.coalesce(customers.c.email_verified_at, _time(now))
    values = {"password_hash": password_hash, "token_version": token_version + 1, "email_verified_at": verified}
    done = await tx.run(change.values(values))
    return done.rowcount == 1


async def grant(tx: Tx, customer_id: int, permissions: frozenset[Permission]) -> None:
    """Sets the permissions of an account to exactly these."""
    await tx.run(sa.delete(staff_permissions).where(staff_permissions.c.customer_id == customer_id))
    granted = [{"customer_id": customer_id, "permission": permission.value} for permission in sorted(permissions)]
    if granted:
        await tx.run(sa.insert(staff_permissions), granted)


async def end_tokens(tx: Tx, customer_id: int) -> None:
    """Invalidates every token of the account."""
    await _change(tx, customer_id, {"token_version": customers.c.token_version + 1})


def _time(at: datetime) -> sa.ColumnElement[datetime]:
    return sa.literal(at, Time())


def _state(row: Row) -> AccountState:
    return AccountState(
        customer_id=row.id,
        email=row.email,
        pending_email=row.pending_email,
        password_hash=row.password_hash,
        is_email_verified=row.email_verified_at is not None,
        token_version=row.token_version,
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
        is_email_verified=row.email_verified_at is not None,
    )
