"""Shoppers and staff, inserted as rows."""

import itertools
from collections.abc import Sequence

import sqlalchemy as sa

from datasources import tables
from datasources.kit.database import Tx
from datasources.kit.rows import inserted_key
from domain.accounts import Permission
from tests.kit.factories.catalog import NOW

_numbers = itertools.count(1)


async def add_customer(
    tx: Tx, *, email: str | None = None, password_hash: str | None = None, permissions: Sequence[Permission] = ()
) -> int:
    """A customer, one of the staff when given permissions; answers the key."""
    row = {
        "email": email or f"shopper-{next(_numbers)}@example.com",
        "password_hash": password_hash,
        "first_name": "Ada",
        "last_name": "Lovelace",
        "accepts_marketing": False,
        "created_at": NOW,
    }
    customer_id = inserted_key(await tx.run(sa.insert(tables.customers).values(row)))
    if permissions:
        granted = [{"customer_id": customer_id, "permission": permission.value} for permission in permissions]
        await tx.run(sa.insert(tables.staff_permissions), granted)
    return customer_id
