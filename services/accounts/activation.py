"""The first password of an account that an import of orders made: its owner proves the e-mail address by a link."""

from datasources.accounts import customers as accounts
from datasources.kit.database import Database, Tx
from datasources.webhooks.reports import report
from domain.accounts import AccessToken, Credentials
from domain.events import CustomersChanged
from domain.kit.refusals import RefusalCode, refuse
from services.accounts.passwords import Passwords, check_password
from services.accounts.tokens import Tokens
from services.kit.clock import utc_now


class ActivationService:
    """Issues links to operators, who send them to the address of the account, and takes the passwords."""

    def __init__(self, database: Database, hashes: Passwords, tokens: Tokens) -> None:
        self._database = database
        self._reads = accounts.Accounts(database)
        self._passwords = hashes
        self._tokens = tokens

    async def link(self, email: str) -> tuple[int, str]:
        """The key of an account without a password, and the token of its link. Refused: NOT_FOUND, TAKEN."""
        account = await self._reads.credentials(email)
        if account is None:
            raise refuse(RefusalCode.NOT_FOUND, "No account has this e-mail address.", "email")
        if account.password_hash is not None:
            raise refuse(RefusalCode.TAKEN, "The account already has a password.", "email")
        return account.customer_id, self._tokens.issue_activation(account, utc_now())

    async def activate(self, customer_id: int, token: str, password: str) -> AccessToken:
        """Sets the password and logs in. A link works once. Refused: INVALID, TOO_SHORT, TOO_LONG."""
        text = check_password(password)
        known = self._tokens.activation(token)
        if known is None or known[0] != customer_id:
            raise _invalid()
        version = known[1]
        password_hash = await self._passwords.hash(text)

        async def activate(tx: Tx) -> Credentials:
            if not await accounts.set_first_password(tx, customer_id, version, password_hash, utc_now()):
                raise _invalid()
            await report(tx, CustomersChanged((customer_id,)))
            return Credentials(customer_id, None, await accounts.permissions(tx, customer_id), version + 1)

        return self._tokens.issue(await self._database.transact(activate), utc_now())


def _invalid() -> Exception:
    return refuse(RefusalCode.INVALID, "The activation link is invalid, has expired or has already been used.", "token")
