"""What mails about accounts show. Links are made here, when a mail is written, and stored nowhere.

No mail shows a name or another text that whoever caused it may have chosen: strangers could write to others with it.
"""

from collections.abc import Sequence
from typing import Any

from datasources.accounts.customers import Accounts
from datasources.content.reads import Content
from domain.accounts import AccountState, Credentials
from domain.kit.mailboxes import mailboxes_of
from domain.kit.urls import ShopUrls
from domain.mail import Mail, MailKind, TemplateKey
from domain.territories.markets import Territories
from services.accounts.links import AccountLinks, LinkKind
from services.accounts.tokens import Tokens
from services.kit.clock import utc_now
from services.mail.facts import MailFacts, shop_of, shop_shown

LOG_IN = "/account/login"


class AccountMails:
    """Reads all accounts of some mails with one statement."""

    def __init__(
        self,
        accounts: Accounts,
        content: Content,
        territories: Territories,
        urls: ShopUrls,
        shop_name: str,
        tokens: Tokens,
        links: AccountLinks,
    ) -> None:
        self._accounts = accounts
        self._content = content
        self._territories = territories
        self._urls = urls
        self._shop_name = shop_name
        self._tokens = tokens
        self._links = links

    async def facts(self, mails: Sequence[Mail]) -> dict[Mail, MailFacts | None]:
        """The facts of each mail; None without an account, or if its link would do nothing any more."""
        ids = sorted({mail.customer_id for mail in mails if mail.customer_id is not None})
        emails = sorted({mail.address for mail in mails if mail.customer_id is None and mail.address is not None})
        found = await self._accounts.states(ids, emails)
        shop = shop_shown(await shop_of(self._content), self._shop_name)
        return {mail: self._facts(mail, _account_of(mail, found), shop) for mail in mails}

    def _facts(self, mail: Mail, account: AccountState | None, shop: dict[str, str]) -> MailFacts | None:
        written = None if account is None else self._written(mail, account)
        if written is None:
            return None
        kind, recipient, url = written
        territory = self._territories.of_code(mail.place.territory)
        language = (mail.place.language or territory.language).upper()
        return MailFacts(recipient, TemplateKey(kind, territory.code, language), account_shown(shop, url))

    def _written(self, mail: Mail, account: AccountState) -> tuple[MailKind, str, str] | None:
        """What is written, to which address, and the link in it."""
        kind, is_active = mail.kind, account.password_hash is not None
        if kind is MailKind.PASSWORD_CHANGED:
            return kind, account.email, self._urls.page(LOG_IN)
        if kind is MailKind.EMAIL_CHANGED:
            return None if mail.address is None else (kind, mail.address, self._urls.page(LOG_IN))
        if kind is MailKind.EMAIL_VERIFICATION:
            if account.pending_email is None and account.is_email_verified:
                return None
            return kind, account.pending_email or account.email, self._link(LinkKind.VERIFICATION, account)
        if not is_active:
            return MailKind.ACCOUNT_ACTIVATION, account.email, self._activation(account)
        if kind is MailKind.PASSWORD_RESET:
            return kind, account.email, self._link(LinkKind.RESET, account)
        return None

    def _link(self, kind: LinkKind, account: AccountState) -> str:
        return self._urls.account(kind.value, account.customer_id, self._links.issue(kind, account))

    def _activation(self, account: AccountState) -> str:
        known = Credentials(account.customer_id, None, frozenset(), account.token_version)
        token = self._tokens.issue_activation(known, utc_now())
        return self._urls.account("activate", account.customer_id, token)


def account_shown(shop: dict[str, str], url: str) -> dict[str, Any]:
    """What templates show: `shop` and `account`."""
    return {"shop": shop, "account": {"url": url}}


def _account_of(mail: Mail, found: Sequence[AccountState]) -> AccountState | None:
    if mail.customer_id is not None:
        return next((each for each in found if each.customer_id == mail.customer_id), None)
    forms = mailboxes_of(mail.address or "")
    fitting = [each for each in found if each.email in forms]
    return min(fitting, key=lambda each: forms.index(each.email), default=None)
