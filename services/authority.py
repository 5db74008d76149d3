"""Who may change what. Denied by default: a service asks here first, inside its transaction."""

from datasources import accounts
from datasources.mysql import Tx
from domain.accounts import Permission, Viewer
from domain.refusals import AccessDenied


async def require(tx: Tx, viewer: Viewer, permission: Permission) -> str:
    """The actor to be recorded with the change.

    Raises `AccessDenied` unless the viewer's token carries the permission and the account still holds it now.
    """
    if viewer.customer_id is None:
        raise AccessDenied("UNAUTHENTICATED")
    if not viewer.may(permission):
        raise AccessDenied
    if not await accounts.is_granted(tx, viewer.customer_id, viewer.token_version, permission):
        raise AccessDenied
    return f"staff:{viewer.customer_id}"
