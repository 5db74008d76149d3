"""Permissions of staff. Operators change them on the command line; no viewer can grant any."""

from datasources.accounts import customers as accounts
from datasources.kit.database import Database, Tx
from domain.accounts import Permission
from domain.kit.refusals import RefusalCode, refuse

Permissions = frozenset[Permission]


class StaffService:
    """Grants and revokes permissions; each call returns the permissions of the account afterwards."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def grant(self, email: str, permissions: Permissions) -> Permissions:
        """Adds permissions to an account. Refused: NOT_FOUND."""
        return await self._change(email, permissions, frozenset())

    async def revoke(self, email: str, permissions: Permissions) -> Permissions:
        """Removes permissions from an account, effective at once for issued tokens too. Refused: NOT_FOUND."""
        return await self._change(email, frozenset(), permissions)

    async def _change(self, email: str, added: Permissions, removed: Permissions) -> Permissions:
        async def change(tx: Tx) -> Permissions:
            customer_id = await accounts.lock_by_email(tx, email)
            if customer_id is None:
                raise refuse(RefusalCode.NOT_FOUND, "No account has this e-mail address.", "email")
            permissions = (await accounts.permissions(tx, customer_id) | added) - removed
            await accounts.grant(tx, customer_id, permissions)
            return permissions

        return await self._database.transact(change)
