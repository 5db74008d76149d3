"""Who may change what. Denied by default: a service asks here first, inside its transaction."""

from datasources import accounts
from datasources.kit.database import Tx
from domain.accounts import Permission, Viewer
from domain.kit.refusals import AccessDenied


async def require(tx: Tx, viewer: Viewer, permission: Permission) -> str:
    """The actor to be recorded with the change. Asked before the input is judged.

    Raises `AccessDenied` unless the viewer's token carries the permission, no logout has ended it and the account
    still holds the permission now.
    """
    customer_id = viewer.customer_id
    if customer_id is None or not await accounts.is_current(tx, customer_id, viewer.token_version):
        raise AccessDenied("UNAUTHENTICATED")
    if not viewer.may(permission) or not await accounts.is_granted(tx, customer_id, viewer.token_version, permission):
        raise AccessDenied
    return f"staff:{customer_id}"
