"""Proof that the owner of an account reads the mail of its address, or of the one that shall replace it."""

from sqlalchemy.exc import IntegrityError

from datasources.accounts import customers as accounts
from datasources.kit.database import Database, Tx
from datasources.mail import queue
from datasources.webhooks.reports import report
from domain.accounts import AccountState
from domain.events import CustomersChanged
from domain.kit.refusals import RefusalCode, Refused, refuse
from domain.mail import AccountMail, MailKind, MailPlace
from services.accounts.links import AccountLinks, LinkKind
from services.kit.clock import utc_now


class VerificationService:
    """Takes the tokens of links. A token says nothing about the account and logs nobody in."""

    def __init__(self, database: Database, links: AccountLinks) -> None:
        self._database = database
        self._links = links

    async def verify(self, token: str, place: MailPlace) -> None:
        """Marks the address as proved; one that replaces another takes its place. Refused: INVALID, TAKEN."""
        proof = self._links.read(LinkKind.VERIFICATION, token)
        if proof is None:
            raise _invalid()

        async def verify(tx: Tx) -> None:
            account = await accounts.lock(tx, proof.customer_id)
            if account is None or not self._links.holds(proof, account):
                raise _invalid()
            if account.pending_email is None:
                await accounts.verify_email(tx, account.customer_id, utc_now())
            else:
                await _replace(tx, account, account.pending_email, place)
            await report(tx, CustomersChanged((account.customer_id,)))

        await self._database.transact(verify)


async def _replace(tx: Tx, account: AccountState, email: str, place: MailPlace) -> None:
    """Ends all sessions too, and tells the old address."""
    try:
        other = await accounts.lock_by_email(tx, email)
        if other not in (None, account.customer_id):
            raise _taken()
        await accounts.replace_email(tx, account.customer_id, email, utc_now())
    except IntegrityError:
        raise _taken() from None
    occasion = f"{account.customer_id}:{account.token_version + 1}"
    mail = AccountMail(MailKind.EMAIL_CHANGED, account.customer_id, occasion, place, account.email)
    await queue.add_of_account(tx, mail)


def _taken() -> Refused:
    return refuse(RefusalCode.TAKEN, "Email has already been taken.", "token")


def _invalid() -> Refused:
    return refuse(RefusalCode.INVALID, "The link is invalid, has expired or has already been used.", "token")
