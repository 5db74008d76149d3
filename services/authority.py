"""Who may change what. Denied by default: a service asks here first, inside its transaction."""

from datasources import accounts
from datasources.mysql import Tx
from domain.accounts import Permission, Viewer
from domain.refusals import AccessDenied


def claim(viewer: Viewer, permission: Permission) -> int:
    """The account whose token carries the permission; asked before an input is judged, without any store.

    Raises `AccessDenied`.
    """
    if viewer.customer_id is None:
        raise AccessDenied("UNAUTHENTICATED")
    if not viewer.may(permission):
        raise AccessDenied
    return viewer.customer_id


async def require(tx: Tx, viewer: Viewer, permission: Permission) -> str:
    """The actor to be recorded with the change.

    Raises `AccessDenied` unless the viewer's token carries the permission, no logout has ended it and the account
    still holds the permission now.
    """
    customer_id = claim(viewer, permission)
    if not await accounts.is_current(tx, customer_id, viewer.token_version):
        raise AccessDenied("UNAUTHENTICATED")
    if not await accounts.is_granted(tx, customer_id, viewer.token_version, permission):
        raise AccessDenied
    return f"staff:{customer_id}"
