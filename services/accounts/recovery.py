"""A forgotten password: a link to the address of the account, by which its owner sets another one."""

from datasources.accounts import customers as accounts
from datasources.kit.database import Database, Tx
from datasources.mail import queue
from datasources.webhooks.reports import report
from domain.accounts import AccessToken, AccountState, Credentials
from domain.events import CustomersChanged
from domain.kit.ids import new_secret
from domain.kit.mailboxes import mailbox
from domain.kit.refusals import RefusalCode, Refused, refuse
from domain.mail import AccountMail, MailKind, MailPlace
from services.accounts.links import AccountLinks, LinkKind, Proof
from services.accounts.passwords import Passwords, check_password
from services.accounts.tokens import Tokens
from services.kit.clock import utc_now
from services.kit.texts import EMAIL_RULE, is_email


class RecoveryService:
    """Nothing here reveals whether an e-mail address has an account."""

    def __init__(self, database: Database, hashes: Passwords, tokens: Tokens, links: AccountLinks) -> None:
        self._database = database
        self._passwords = hashes
        self._tokens = tokens
        self._links = links

    async def recover(self, email: str, place: MailPlace) -> None:
        """Lets a worker look for the account and write to it. Refused: INVALID.

        The request does the same for every address: one row, which holds the address until the worker has found out.
        """
        address = mailbox(email)
        if not is_email(address):
            raise refuse(RefusalCode.INVALID, EMAIL_RULE, "email")
        mail = AccountMail(MailKind.PASSWORD_RESET, None, new_secret(), place, address)
        await self._database.transact(lambda tx: queue.add_of_account(tx, mail))

    async def reset(self, customer_id: int, token: str, password: str, place: MailPlace) -> AccessToken:
        """Sets the password, ends all sessions and logs in. A link works once.

        Refused: INVALID, TOO_SHORT, TOO_LONG.
        """
        text = check_password(password)
        proof = self._links.read(LinkKind.RESET, token)
        if proof is None or proof.customer_id != customer_id:
            raise _invalid()
        if not self._links.holds(proof, await accounts.state(self._database, customer_id)):
            raise _invalid()  # before the work of hashing
        password_hash = await self._passwords.hash(text)
        account = await self._database.transact(lambda tx: self._set(tx, proof, password_hash, place))
        return self._tokens.issue(account, utc_now())

    async def _set(self, tx: Tx, proof: Proof, password_hash: str, place: MailPlace) -> Credentials:
        known = await accounts.lock(tx, proof.customer_id)
        if known is None or not self._links.holds(proof, known):
            raise _invalid()
        return await replace_password(tx, known, password_hash, place, is_proved=True)


async def replace_password(
    tx: Tx, account: AccountState, password_hash: str, place: MailPlace, *, is_proved: bool = False
) -> Credentials:
    """Sets the password of a locked account, ends its tokens and writes to its owner; what the next token says.

    `is_proved`: the owner came by a link that went to the address of the account.
    """
    customer_id, version = account.customer_id, account.token_version + 1
    await accounts.set_password(tx, customer_id, password_hash, utc_now() if is_proved else None)
    mail = AccountMail(MailKind.PASSWORD_CHANGED, customer_id, f"{customer_id}:{version}", place)
    await queue.add_of_account(tx, mail)
    await report(tx, CustomersChanged((customer_id,)))
    return Credentials(customer_id, None, await accounts.permissions(tx, customer_id), version)


def _invalid() -> Refused:
    return refuse(RefusalCode.INVALID, "The link is invalid, has expired or has already been used.", "token")
