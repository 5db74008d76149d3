"""A shop over GraphQL with the worker that sends the mails of its accounts."""

import re
from email.message import EmailMessage
from functools import cached_property

from bff.stores.accounts import account_links, account_tokens
from datasources.accounts.customers import Accounts
from datasources.content.reads import Content
from datasources.mail.queue import MailQueue
from datasources.mail.templates import MailTemplates
from domain.kit.urls import ShopUrls
from services.mail.account_facts import AccountMails
from services.mail.facts import AllMails
from services.mail.templating import TemplatesInUse
from tests.kit.fixtures.graphql_api import Api
from tests.kit.mails import SENDER, MemoryServer, body_of
from workers.kit.jobs import AT_ONCE
from workers.mail import MailSender

_LINK = re.compile(r"https://shop\.example/account/[a-z]+/(\d+)/(\S+)")


class Postman:
    """Sends what waits, and reads what has come."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.server = MemoryServer()

    @cached_property
    def _worker(self) -> MailSender:
        stores = self.api.stores
        people = AccountMails(
            Accounts(stores.database),
            Content(stores.documents),
            stores.territories,
            ShopUrls(site="https://shop.example"),
            SENDER.name,
            account_tokens(stores.settings),
            account_links(stores.settings),
        )
        templates = TemplatesInUse(MailTemplates(stores.documents))
        return MailSender(MailQueue(stores.database), AllMails(people, people), templates, self.server, SENDER, b"key")

    async def deliver(self) -> list[EmailMessage]:
        """The mails that were sent just now."""
        before = len(self.server.taken)
        while await self._worker.turn() is AT_ONCE:
            pass
        return self.server.taken[before:]

    async def link(self) -> tuple[str, str, str]:
        """The address, the link and its token of the one mail that was sent just now."""
        (mail,) = await self.deliver()
        found = _LINK.search(body_of(mail, "plain"))
        assert found is not None
        assert found[0] in body_of(mail, "html")
        return str(mail["To"]), found[0], found[2]
