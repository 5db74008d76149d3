"""Mails by SMTP, to a real server: encrypted, refused, and over connections that stay open."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP as Session
from aiosmtpd.smtp import AuthResult, Envelope

from datasources.mail import smtp
from datasources.mail.servers import MailServer, mail_server
from datasources.mail.smtp import SmtpServer
from datasources.mail.transport import NotSent, RecipientRefused
from domain.mail import Letter, MailKind
from services.mail.letters import message
from tests.kit.backends.certificates import Certificates
from tests.kit.mails import SENDER


class Postbox:
    """Takes mails, but answers those for some addresses with a status."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.connections: set[int] = set()
        self.statuses: dict[str, str] = {}

    async def handle_RCPT(  # the server's name for it
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accepts or refuses an address."""
        self.connections.add(id(session))
        if address in self.statuses:
            return self.statuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Session, session: Any, envelope: Envelope) -> str:
        """Keeps a mail."""
        assert isinstance(envelope.content, bytes)
        self.taken.append(envelope.content)
        return "250 OK"


@asynccontextmanager
async def serving(postbox: Postbox, **options: Any) -> AsyncIterator[int]:
    """A server on this machine; yields its port."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Session(postbox, loop=loop, **options), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def login(port: int) -> MailServer:
    """A server that wants a password."""
    return MailServer("127.0.0.1", port, is_wrapped=False, username="shop", password="p@ss")


def mail_to(address: str = "ann@example.com") -> EmailMessage:
    """A mail with characters of more than one script."""
    letter = Letter("Grüße 茶", "Tee für Jörg", "<p>Tee für Jörg</p>")
    return message(letter, SENDER, address, f"{MailKind.ORDER_CONFIRMED}:{address}")


@pytest.fixture
def encrypted(certificates: Certificates) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server and a client of it need."""
    return certificates.server_context(), ssl.create_default_context(cafile=str(certificates.ca))


async def test_a_mail_goes_encrypted_and_with_the_password(encrypted: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    """Three mails use one connection."""
    of_server, of_client = encrypted
    seen: list[bytes] = []

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        seen.append(data.password)
        return AuthResult(success=data.password == b"p@ss", handled=False, auth_data=data)

    postbox = Postbox()
    options = {"tls_context": of_server, "require_starttls": True, "auth_required": True, "authenticator": check}
    async with serving(postbox, **options) as port:
        server = SmtpServer(login(port), of_client)
        for _ in range(3):
            await server.send(mail_to(), "key")
        await server.close()
    assert (len(postbox.taken), len(postbox.connections), seen) == (3, 1, [b"p@ss"])
    assert b"Subject: =?utf-8?" in postbox.taken[0]


async def test_a_server_that_nobody_vouches_for_gets_nothing(
    encrypted: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    """Neither the mail nor the password."""
    of_server, _ = encrypted
    postbox = Postbox()
    async with serving(postbox, tls_context=of_server) as port:
        server = SmtpServer(login(port))
        with pytest.raises(NotSent, match="SSLCert"):
            await server.send(mail_to(), "key")
        await server.close()
    assert postbox.taken == []


async def test_only_this_machine_may_do_without_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server elsewhere that offers no STARTTLS, or an impostor that hides it, gets nothing."""
    postbox = Postbox()
    async with serving(postbox) as port:
        near = SmtpServer(MailServer("127.0.0.1", port, is_wrapped=False))
        await near.send(mail_to(), "key")
        await near.close()
        monkeypatch.setattr(MailServer, "may_be_plain", False)
        far = SmtpServer(MailServer("127.0.0.1", port, is_wrapped=False))
        with pytest.raises(NotSent):
            await far.send(mail_to(), "key")
        await far.close()
    assert len(postbox.taken) == 1


async def test_refusals_for_good_differ_from_those_for_now() -> None:
    """And neither shows the address; the connection stays good for the next mail."""
    postbox = Postbox()
    postbox.statuses = {"gone@example.com": "550 gone@example.com is not here", "full@example.com": "452 full"}
    async with serving(postbox) as port:
        server = SmtpServer(MailServer("127.0.0.1", port, is_wrapped=False))
        with pytest.raises(RecipientRefused, match=r"^SMTP 550$"):
            await server.send(mail_to("gone@example.com"), "key")
        with pytest.raises(NotSent, match=r"^SMTP 452$"):
            await server.send(mail_to("full@example.com"), "key")
        await server.send(mail_to(), "key")
        await server.close()
    assert (len(postbox.taken), len(postbox.connections)) == (1, 1)


async def test_a_server_that_is_away_or_silent_holds_up_nobody(
    silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each mail has a deadline."""
    monkeypatch.setattr(smtp, "SEND_SECONDS", 0.05)
    for port in (1, silent_port):
        server = SmtpServer(MailServer("127.0.0.1", port, is_wrapped=False))
        with pytest.raises(NotSent):
            await server.send(mail_to(), "key")
        await server.close()


@pytest.fixture
async def silent_port() -> Any:
    """A server that accepts connections and says nothing."""
    over = asyncio.Event()

    async def wait(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    server = await asyncio.start_server(wait, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    over.set()
    server.close()


async def test_many_mails_at_once_share_a_few_connections() -> None:
    """All are sent; the server is not flooded."""
    postbox = Postbox()
    async with serving(postbox) as port:
        server = SmtpServer(MailServer("127.0.0.1", port, is_wrapped=False))
        await asyncio.gather(*(server.send(mail_to(f"guest{number}@example.com"), "key") for number in range(40)))
        await server.close()
    assert len(postbox.taken) == 40
    assert len(postbox.connections) <= smtp.CONNECTIONS


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "smtp://mail.example/path", "smtp:mail", "mail"])
def test_an_address_that_names_no_server_is_refused(url: str) -> None:
    """With the rule, and without the address, which may hold a password."""
    with pytest.raises(ValueError, match="must be smtp://"):
        mail_server(url)


def test_an_address_names_server_port_and_login() -> None:
    """Ports have defaults; names and passwords may hold any character."""
    assert mail_server("smtps://shop%40x:p%2Fw@mail.example") == MailServer("mail.example", 465, True, "shop@x", "p/w")
    assert mail_server("smtp://mail.example") == MailServer("mail.example", 587, False)
