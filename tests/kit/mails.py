"""Mails of orders over one database: a server in memory that answers as told, and a clock that tests move."""

from collections import Counter
from email.message import EmailMessage
from typing import Any

import sqlalchemy as sa

from datasources import tables
from datasources.accounts.customers import Accounts
from datasources.content.reads import Content
from datasources.kit.documents import Documents
from datasources.kit.rows import seconds_from_now
from datasources.mail.queue import MailQueue
from datasources.mail.templates import MailTemplates
from datasources.mail.transport import NotSent, RecipientRefused
from datasources.orders.fulfillments import Fulfillments
from datasources.orders.reads import Orders
from datasources.orders.refunds import Refunds
from domain.kit.urls import ShopUrls
from services.accounts.links import AccountLinks
from services.accounts.tokens import Tokens
from services.mail.account_facts import AccountMails
from services.mail.facts import AllMails
from services.mail.letters import Sender
from services.mail.order_facts import OrderMails, OrderReads
from services.mail.templating import TemplatesInUse
from tests.kit.order_desk import TERRITORIES, Desk
from workers.kit.jobs import AT_ONCE
from workers.mail import MailSender

SECRET = "s" * 32
TOKENS = Tokens(SECRET, 60)
SENDER = Sender("Tea & Mugs", "orders@shop.example")


class LaterClock:
    """The database's clock, some seconds ahead."""

    def __init__(self) -> None:
        self.ahead = 0

    def __call__(self, dialect: str, seconds: int) -> sa.ColumnElement[Any]:
        """A time some seconds from then."""
        return seconds_from_now(dialect, seconds + self.ahead)


class MemoryServer:
    """Takes mails, except those for addresses that it refuses for good or for now."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.refused: set[str] = set()
        self.is_down = False

    async def send(self, message: EmailMessage, key: str) -> None:
        """Keeps the mail."""
        if self.is_down:
            raise NotSent("SMTP 451")
        if message["To"] in self.refused:
            raise RecipientRefused("SMTP 550")
        self.taken.append(message)

    async def tidy(self) -> int:
        """Nothing is old."""
        return 0

    async def close(self) -> None:
        """Nothing is open."""

    def subjects(self) -> list[str]:
        """What came, in order."""
        return [str(message["Subject"]) for message in self.taken]


class MailDesk:
    """A desk of orders with workers that send its mails."""

    def __init__(self, desk: Desk, documents: Documents) -> None:
        self.desk = desk
        self.clock = LaterClock()
        self.server = MemoryServer()
        self.documents = documents
        self.queue = MailQueue(desk.database, self.clock)
        self.worker = self.new_worker()

    def new_worker(self) -> MailSender:
        """Another worker of the fleet."""
        database = self.desk.database
        reads = OrderReads(Orders(database), Fulfillments(database), Refunds(database), Content(self.documents))
        urls = ShopUrls(site="https://shop.example", checkout="https://shop.example")
        people = AccountMails(
            Accounts(database), Content(self.documents), TERRITORIES, urls, SENDER.name, TOKENS, AccountLinks(SECRET)
        )
        shown = AllMails(OrderMails(reads, TERRITORIES, urls, SENDER.name), people)
        return MailSender(self.queue, shown, TemplatesInUse(MailTemplates(self.documents)), self.server, SENDER, b"key")

    async def turns(self) -> None:
        """Sends everything that is due."""
        while await self.worker.turn() is AT_ONCE:
            pass

    async def states(self) -> dict[str, int]:
        """How many mails are in each state."""
        return dict(Counter(row.state for row in await self.desk.rows(tables.mails)))


def body_of(message: EmailMessage, kind: str) -> str:
    """The text (`plain`) or the HTML (`html`) of a mail."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())
