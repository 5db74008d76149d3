"""`python -m tests.torture.mail_worker`: a process that sends mails until none is due, or it is killed.

Its clock is ahead by some seconds, so that a test need not wait for the times between tries. With `--alone` it moves
its clock on until nothing waits.
"""

import argparse
import asyncio

from datasources.content.reads import Content
from datasources.kit.database import Database
from datasources.kit.documents import Documents
from datasources.mail.queue import MailQueue
from datasources.mail.reads import Mails
from datasources.mail.servers import mail_server
from datasources.mail.smtp import SmtpServer
from datasources.mail.templates import MailTemplates
from datasources.orders.fulfillments import Fulfillments
from datasources.orders.reads import Orders
from datasources.orders.refunds import Refunds
from domain.kit.urls import ShopUrls
from domain.mail import MailState
from services.mail.order_facts import OrderMails, OrderReads
from services.mail.templating import TemplatesInUse
from tests.kit.mails import SENDER, LaterClock
from tests.kit.order_desk import TERRITORIES
from workers.kit.jobs import AT_ONCE
from workers.mail import MailSender


async def work(database_url: str, mongo_url: str, mail_url: str, ahead: int, is_alone: bool) -> None:
    """Takes turns until nothing is due."""
    database, documents = Database(database_url), Documents(mongo_url, "mails")
    clock = LaterClock()
    clock.ahead = ahead
    reads = OrderReads(Orders(database), Fulfillments(database), Refunds(database), Content(documents))
    orders = OrderMails(reads, TERRITORIES, ShopUrls(checkout="https://shop.example"), SENDER.name)
    templates, server = TemplatesInUse(MailTemplates(documents)), SmtpServer(mail_server(mail_url))
    sender = MailSender(MailQueue(database, clock), orders, templates, server, SENDER, b"key")
    while await sender.turn() is AT_ONCE or (is_alone and (await Mails(database).counts()).get(MailState.WAITING)):
        clock.ahead += 60 if is_alone else 0
    await sender.close()
    await documents.close()
    await database.close()


def main() -> None:
    """Reads what a test says."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("database", "mongo", "mail"):
        parser.add_argument(name)
    parser.add_argument("ahead", type=int)
    parser.add_argument("--alone", action="store_true")
    given = parser.parse_args()
    asyncio.run(work(given.database, given.mongo, given.mail, given.ahead, given.alone))


if __name__ == "__main__":
    main()
