"""Everybody without a certain permission."""

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from datasources import tables
from domain.accounts import Permission
from tests.kit.fixtures.graphql_api import Api, Record


@dataclass(frozen=True, slots=True)
class Asker:
    """What a request carries."""

    token: str | None = None
    device_id: str | None = None

    async def ask(self, api: Api, document: str) -> Record:
        """The whole answer."""
        headers = {} if self.device_id is None else {"X-Device-Id": self.device_id}
        return await api(document, token=self.token, headers=headers)


async def anonymous(api: Api, permission: Permission) -> Asker:
    return Asker()


async def device(api: Api, permission: Permission) -> Asker:
    return Asker(device_id="device-1")


async def shopper(api: Api, permission: Permission) -> Asker:
    return Asker((await api.add_account()).token)


async def other_staff(api: Api, permission: Permission) -> Asker:
    return Asker((await api.add_account(*set(Permission) - {permission})).token)


async def revoked_staff(api: Api, permission: Permission) -> Asker:
    staff = await api.add_account(*Permission)
    granted = tables.staff_permissions.c
    mine = (granted.customer_id == staff.customer_id) & (granted.permission == permission.value)
    await api.change(sa.delete(tables.staff_permissions).where(mine))
    return Asker(staff.token)


async def logged_out_staff(api: Api, permission: Permission) -> Asker:
    staff = await api.add_account(*Permission)
    await log_out(api, staff.token)
    return Asker(staff.token)


async def log_out(api: Api, token: str) -> None:
    """Ends every token of the account."""
    await api.data(f'mutation {{ customerAccessTokenDelete(customerAccessToken: "{token}") {{ deletedAccessToken }} }}')


async def forger(api: Api, permission: Permission) -> Asker:
    staff = await api.add_account(*Permission)
    return Asker(api.token(staff.customer_id, *Permission, secret="another secret, long enough to sign with"))


async def shopper_with_forged_permissions(api: Api, permission: Permission) -> Asker:
    """Even a token signed by the shop cannot give what the account was not granted."""
    account = await api.add_account()
    return Asker(api.token(account.customer_id, *Permission))


async def expired_staff(api: Api, permission: Permission) -> Asker:
    staff = await api.add_account(*Permission)
    return Asker(api.token(staff.customer_id, *Permission, age=timedelta(days=2)))


async def deleted_staff(api: Api, permission: Permission) -> Asker:
    return Asker(api.token(999_999, *Permission))


REFUSED: dict[Callable[[Api, Permission], Awaitable[Asker]], str] = {
    anonymous: "UNAUTHENTICATED",
    device: "UNAUTHENTICATED",
    shopper: "FORBIDDEN",
    other_staff: "FORBIDDEN",
    revoked_staff: "FORBIDDEN",
    shopper_with_forged_permissions: "FORBIDDEN",
    logged_out_staff: "UNAUTHENTICATED",
    forger: "UNAUTHENTICATED",
    expired_staff: "UNAUTHENTICATED",
    deleted_staff: "UNAUTHENTICATED",
}


async def everything(api: Api) -> dict[str, Any]:
    """All rows that staff can change, what goes with them, and all documents."""
    changeable = (
        *(tables.products, tables.variants, tables.stock_levels, tables.stock_movements, tables.outbox),
        *(tables.orders, tables.order_events, tables.payments, tables.refunds, tables.fulfillments),
        tables.discounts,
        tables.mails,
        *(tables.webhook_subscriptions, tables.webhook_deliveries),
        *(tables.locations, tables.location_priorities, tables.flash_sales, tables.flash_sale_items),
    )
    path = sa.make_url(api.stores.settings.database_url.get_secret_value()).database
    with closing(sqlite3.connect(str(path))) as database:
        rows = {
            each.name: database.execute(f"SELECT * FROM {each.name} ORDER BY 1, 2").fetchall() for each in changeable
        }
    names = await api.stores.documents.db.list_collection_names()
    return rows | {name: await api.stores.documents.first(name, 100) for name in sorted(names)}
