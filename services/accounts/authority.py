"""Who may change what. Denied by default: a service checks here before each write."""

from datasources import accounts
from datasources.kit.database import Database, Tx
from domain.accounts import Permission, Viewer
from domain.kit.refusals import AccessDenied


async def require(source: Database | Tx, viewer: Viewer, permission: Permission) -> str:
    """The actor to be recorded with the change. Checked before the input is judged.

    A write of rows checks inside its transaction, a write of documents right before it, by a read of its own.

    Raises `AccessDenied` unless the viewer's token carries the permission, no logout has ended it and the account
    still holds the permission now.
    """
    customer_id = viewer.customer_id
    if customer_id is None or not await accounts.is_current(source, customer_id, viewer.token_version):
        raise AccessDenied("UNAUTHENTICATED")
    version = viewer.token_version
    if not viewer.may(permission) or not await accounts.is_granted(source, customer_id, version, permission):
        raise AccessDenied
    return f"staff:{customer_id}"
