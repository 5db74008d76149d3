"""Whose account an access token in the arguments of a mutation speaks for."""

from datasources.accounts import customers as accounts
from datasources.kit.database import Database, Tx
from domain.accounts import AccountState
from domain.kit.refusals import RefusalCode, Refused, refuse
from services.accounts.tokens import Tokens


async def owner_of(source: Database | Tx, tokens: Tokens, token: str) -> AccountState:
    """The account; its row is locked in a transaction. Refused: INVALID unless the token is valid now."""
    viewer = tokens.viewer(token)
    if viewer is None or viewer.customer_id is None:
        raise _ended()
    if isinstance(source, Tx):
        account = await accounts.lock(source, viewer.customer_id)
    else:
        account = await accounts.state(source, viewer.customer_id)
    if account is None or account.token_version != viewer.token_version:
        raise _ended()
    return account


def _ended() -> Refused:
    return refuse(RefusalCode.INVALID, "The access token does not exist or has expired.", "token")
