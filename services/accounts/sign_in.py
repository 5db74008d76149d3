"""Sign-up, login and logout."""

from sqlalchemy.exc import IntegrityError

from datasources.accounts import customers as accounts
from datasources.kit.database import Database, Tx
from datasources.mail import queue
from datasources.webhooks.reports import report
from domain.accounts import AccessToken, Caller, Customer, LogIn, SignUp, Viewer
from domain.events import CustomersChanged
from domain.kit.ids import new_secret
from domain.kit.mailboxes import mailbox
from domain.kit.refusals import INPUT, AccessDenied, Refusal, RefusalCode, Refused, refuse
from domain.mail import ANYWHERE, AccountMail, MailKind, MailPlace
from services.accounts import passwords
from services.accounts.login_limit import LoginLimit
from services.accounts.passwords import Passwords
from services.accounts.tokens import Tokens
from services.kit.clock import utc_now
from services.kit.texts import EMAIL_RULE, LINE_RULE, PHONE_RULE, is_email, is_line, is_phone

_TO_ACTIVATE = "This e-mail address has bought here before. We have sent it a link that activates its account."
# Decomposed characters of a script take up to four code points.
_GUESSED = 4 * passwords.MAX_LENGTH


class AccountService:
    """Changes to accounts. Only sign-up reveals whether an e-mail address has an account."""

    def __init__(self, database: Database, hashes: Passwords, tokens: Tokens, limit: LoginLimit) -> None:
        self._database = database
        self._reads = accounts.Accounts(database)
        self._passwords = hashes
        self._tokens = tokens
        self._limit = limit

    async def sign_up(self, command: SignUp, place: MailPlace = ANYWHERE) -> Customer:
        """A new account, whose address a mail asks to confirm. The owner of an imported one gets a link instead.

        Refused: INVALID, TOO_SHORT, TOO_LONG, TAKEN, CUSTOMER_DISABLED.
        """
        account = _checked(command)
        password_hash = await self._passwords.hash(account.password)

        async def insert(tx: Tx) -> int | None:
            known = await accounts.lock_by_email(tx, command.email)
            if known is not None and not await accounts.has_password(tx, known):
                mail = AccountMail(MailKind.ACCOUNT_ACTIVATION, known, new_secret(), place)
                await queue.add_of_account(tx, mail)
                return None
            if known is not None:
                raise refuse(RefusalCode.TAKEN, "Email has already been taken.", "email")
            try:
                customer_id = await accounts.insert(tx, account, password_hash, utc_now())
            except IntegrityError:
                raise refuse(RefusalCode.TAKEN, "Email has already been taken.", "email") from None
            await queue.add_of_account(
                tx, AccountMail(MailKind.EMAIL_VERIFICATION, customer_id, str(customer_id), place)
            )
            await report(tx, CustomersChanged((customer_id,), created_ids=(customer_id,)))
            return customer_id

        customer_id = await self._database.transact(insert)
        if customer_id is None:
            raise refuse(RefusalCode.CUSTOMER_DISABLED, _TO_ACTIVATE, "email")
        customer = (await self._reads.customers_by_id([customer_id]))[0]
        assert customer is not None
        return customer

    async def log_in(self, command: LogIn, caller: Caller) -> AccessToken:
        """A token for the right password. Refused: UNIDENTIFIED_CUSTOMER."""
        email = command.email[:255]
        async with self._limit.guess(email, caller):
            account = await self._reads.credentials(email)
            known = account.password_hash if account else None
            right = await self._passwords.matches(
                command.password[:_GUESSED], known, is_preferred=self._limit.is_known(email, caller)
            )
        if not right or account is None:
            raise refuse(RefusalCode.UNIDENTIFIED_CUSTOMER, "The e-mail address and the password do not match.")
        await self._limit.forgive(email, caller)
        return self._tokens.issue(account, utc_now())

    async def log_out(self, viewer: Viewer) -> None:
        """Ends every token of the viewer's account."""
        customer_id = viewer.customer_id
        if customer_id is None:
            raise AccessDenied("UNAUTHENTICATED")

        async def end(tx: Tx) -> None:
            await accounts.end_tokens(tx, customer_id)

        await self._database.transact(end)


def _checked(command: SignUp) -> SignUp:
    """The command with a normalized e-mail address; raises `Refused` with all reasons at once."""
    email, password = mailbox(command.email), command.password
    refusals = []
    if not is_email(email):
        refusals.append(Refusal(RefusalCode.INVALID, EMAIL_RULE, ("email",)))
    try:
        password = passwords.check_password(password)
    except Refused as refused:
        refusals += refused.refusals
    if command.phone is not None and not is_phone(command.phone):
        refusals.append(Refusal(RefusalCode.INVALID, PHONE_RULE, ("phone",)))
    for term, name in (("first_name", command.first_name), ("last_name", command.last_name)):
        if name is not None and len(name) > 255:
            refusals.append(Refusal(RefusalCode.TOO_LONG, f"{INPUT} must have at most 255 characters.", (term,)))
        if name is not None and not is_line(name):
            refusals.append(Refusal(RefusalCode.INVALID, LINE_RULE, (term,)))
    if refusals:
        raise Refused(*refusals)
    return SignUp(email, password, command.first_name, command.last_name, command.phone, command.accepts_marketing)
