"""What the owner of an account changes about it. The access token in the command is the authority."""

from datetime import timedelta

from datasources.accounts import customers as accounts
from datasources.kit.database import Database, Tx
from datasources.mail import queue
from datasources.webhooks.reports import report
from domain.accounts import AccessToken, AccountState, Credentials, ProfileChanges
from domain.events import CustomersChanged
from domain.kit.ids import new_secret
from domain.kit.mailboxes import mailbox
from domain.kit.refusals import INPUT, Refusal, RefusalCode, Refused, refuse
from domain.mail import AccountMail, MailKind, MailPlace
from services.accounts.owners import owner_of
from services.accounts.passwords import Passwords, check_password
from services.accounts.recovery import replace_password
from services.accounts.tokens import Tokens
from services.kit.clock import utc_now
from services.kit.texts import EMAIL_RULE, LINE_RULE, PHONE_RULE, is_email, is_line, is_phone

# How long after a login its token may change what a thief of the token would change first.
FRESH = timedelta(minutes=15)
# How long one login can be renewed.
LONGEST = timedelta(days=30)
_LONGEST_NAME = 255


class ProfileService:
    """Changes of accounts by their owners, and longer sessions."""

    def __init__(self, database: Database, hashes: Passwords, tokens: Tokens) -> None:
        self._database = database
        self._passwords = hashes
        self._tokens = tokens

    async def update(self, token: str, changes: ProfileChanges, place: MailPlace) -> AccessToken | None:
        """Changes the account; a new password ends all its tokens, and the answer is the next one.

        A new e-mail address counts as soon as its owner has followed the link that goes there, whether or not another
        account has it: only that owner learns so. Refused: INVALID, TOO_SHORT, TOO_LONG, UNIDENTIFIED_CUSTOMER without
        a login of the last 15 minutes.
        """
        known = await owner_of(self._database, self._tokens, token)
        checked = _checked(changes)
        if checked.password is not None or checked.email not in (None, known.email):
            self._require_fresh(token)
        hashed = None if checked.password is None else await self._passwords.hash(checked.password)

        async def update(tx: Tx) -> Credentials | None:
            account = await owner_of(tx, self._tokens, token)
            await accounts.set_profile(tx, account.customer_id, checked.texts, checked.accepts_marketing)
            await report(tx, CustomersChanged((account.customer_id,)))
            made = None
            if hashed is not None:
                made = await replace_password(tx, account, hashed, place)
            if checked.email is not None:
                await _set_email(tx, account, checked.email, place)
            return made

        made = await self._database.transact(update)
        return None if made is None else self._tokens.issue(made, utc_now())

    async def renew(self, token: str) -> AccessToken:
        """A token that ends later, for up to 30 days after the login. Refused: INVALID."""
        account = await owner_of(self._database, self._tokens, token)
        now, since = utc_now(), self._tokens.logged_in_at(token)
        if since is None or now - since > LONGEST:
            raise refuse(RefusalCode.INVALID, "The login was too long ago; log in again.", "token")

        permissions = await self._database.transact(lambda tx: accounts.permissions(tx, account.customer_id))
        credentials = Credentials(account.customer_id, None, permissions, account.token_version)
        return self._tokens.issue(credentials, now, since)

    def _require_fresh(self, token: str) -> None:
        since = self._tokens.logged_in_at(token)
        if since is None or utc_now() - since > FRESH:
            message = "To change the e-mail address or the password, log in again first."
            raise refuse(RefusalCode.UNIDENTIFIED_CUSTOMER, message, "token")


async def _set_email(tx: Tx, account: AccountState, email: str, place: MailPlace) -> None:
    """The address that the account already has ends the change to another one."""
    if email == account.email:
        await accounts.set_pending_email(tx, account.customer_id, None)
        return
    await accounts.set_pending_email(tx, account.customer_id, email)
    await queue.add_of_account(tx, AccountMail(MailKind.EMAIL_VERIFICATION, account.customer_id, new_secret(), place))


def _checked(changes: ProfileChanges) -> ProfileChanges:
    """The changes in their stored forms; raises `Refused` with all reasons at once."""
    refusals: list[Refusal] = []
    texts = {name: (text or "").strip() or None for name, text in changes.texts.items()}
    for name, text in texts.items():
        if text is not None and (refusal := _wrong(name, text)):
            refusals.append(refusal)
    email = None if changes.email is None else mailbox(changes.email)
    if email is not None and not is_email(email):
        refusals.append(Refusal(RefusalCode.INVALID, EMAIL_RULE, ("email",)))
    password = changes.password
    try:
        password = None if password is None else check_password(password)
    except Refused as refused:
        refusals += refused.refusals
    if refusals:
        raise Refused(*refusals)
    return ProfileChanges(texts, changes.accepts_marketing, email, password)


def _wrong(name: str, text: str) -> Refusal | None:
    if name == "phone":
        return None if is_phone(text) else Refusal(RefusalCode.INVALID, PHONE_RULE, (name,))
    if len(text) > _LONGEST_NAME:
        message = f"{INPUT} must have at most {_LONGEST_NAME} characters."
        return Refusal(RefusalCode.TOO_LONG, message, (name,))
    return None if is_line(text) else Refusal(RefusalCode.INVALID, LINE_RULE, (name,))
