"""Checks the authority to change the shop. Each service calls it before each write."""

from datasources.accounts import customers as accounts
from datasources.kit.database import Database, Tx
from domain.accounts import Permission, Viewer
from domain.kit.refusals import AccessDenied


async def require(source: Database | Tx, viewer: Viewer, permission: Permission) -> str:
    """Returns the actor to record with the change. Services call it before they validate the input.

    For a write of rows, the check runs inside its transaction; for a write of documents, right before it, with its own
    read.

    Raises `AccessDenied` unless the viewer's token carries the permission, no logout has ended the token, and the
    account still holds the permission.
    """
    customer_id = viewer.customer_id
    if customer_id is None or not await accounts.is_current(source, customer_id, viewer.token_version):
        raise AccessDenied("UNAUTHENTICATED")
    version = viewer.token_version
    if not viewer.may(permission) or not await accounts.is_granted(source, customer_id, version, permission):
        raise AccessDenied
    return f"staff:{customer_id}"
