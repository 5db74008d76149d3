"""The worker's part of mails: everything that the API does not load."""

import hmac
from hashlib import sha256

from bff.settings.variables import Settings
from bff.stores.accounts import account_links, account_tokens
from bff.stores.mail import mail_folder
from datasources.accounts.customers import Accounts
from datasources.content.reads import Content
from datasources.kit.database import Database
from datasources.kit.documents import Documents
from datasources.mail.queue import MailQueue
from datasources.mail.servers import mail_server
from datasources.mail.smtp import SmtpServer
from datasources.mail.templates import MailTemplates
from datasources.mail.transport import Transport
from datasources.orders.fulfillments import Fulfillments
from datasources.orders.reads import Orders
from datasources.orders.refunds import Refunds
from domain.kit.urls import ShopUrls, urls_at
from domain.territories.markets import Territories
from services.mail.account_facts import AccountMails
from services.mail.facts import AllMails
from services.mail.letters import Sender
from services.mail.order_facts import OrderMails, OrderReads
from services.mail.templating import TemplatesInUse
from workers.kit.jobs import Job
from workers.mail import MailSender, mail_jobs


def _transport(settings: Settings) -> Transport:
    """The server that the settings name, else the folder."""
    url = settings.mail_url.get_secret_value()
    return SmtpServer(mail_server(url)) if url else mail_folder(settings)


def outgoing_mail(
    settings: Settings,
    database: Database,
    documents: Documents,
    content: Content,
    orders: Orders,
    territories: Territories,
) -> list[Job]:
    """Sends mails."""
    queue = MailQueue(database)
    reads = OrderReads(orders, Fulfillments(database), Refunds(database), content)
    shown = AllMails(
        OrderMails(reads, territories, _urls(settings), settings.shop_name),
        AccountMails(
            Accounts(database),
            content,
            territories,
            _urls(settings),
            settings.shop_name,
            account_tokens(settings),
            account_links(settings),
        ),
    )
    sender = Sender(settings.shop_name, settings.mail_from)
    key = hmac.digest(settings.token_secret.get_secret_value().encode(), b"storefront mail address", sha256)
    return mail_jobs(
        MailSender(queue, shown, TemplatesInUse(MailTemplates(documents)), _transport(settings), sender, key)
    )


def _urls(settings: Settings) -> ShopUrls:
    """A worker has no request whose address it could use: production names the shop's own (`public_url`)."""
    address = settings.public_url or f"http://{settings.host}:{settings.port}"
    return urls_at(ShopUrls(settings.site_url, settings.files_url, settings.checkout_url), address)
