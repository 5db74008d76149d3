"""Mails by SMTP: a few connections that stay open while there is something to send."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage

import aiosmtplib

from datasources.mail.servers import MailServer
from datasources.mail.transport import NotSent, RecipientRefused

CONNECTIONS = 8
SEND_SECONDS = 10.0
IDLE_SECONDS = 20.0


class SmtpServer:
    """Connections to one server. One that was idle for long, or failed, is closed."""

    def __init__(self, server: MailServer, context: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._context = context or ssl.create_default_context()
        self._places = asyncio.Semaphore(CONNECTIONS)
        self._idle: list[tuple[aiosmtplib.SMTP, float]] = []

    async def send(self, message: EmailMessage, key: str) -> None:  # noqa: ARG002  # a server knows no keys; `Message-ID` tells
        """Sends one mail within a deadline. Raises `RecipientRefused` and `NotSent`."""
        try:
            async with self._places, asyncio.timeout(SEND_SECONDS), self._connection() as connection:
                await connection.send_message(message)
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = [refused.code for refused in error.recipients]
            if codes and all(code >= 500 for code in codes):
                raise RecipientRefused(f"SMTP {codes[0]}") from error
            raise NotSent(f"SMTP {codes[0] if codes else '4xx'}") from error
        except aiosmtplib.SMTPResponseException as error:
            raise NotSent(f"SMTP {error.code}") from error
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise NotSent(type(error).__name__) from error

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[aiosmtplib.SMTP]:
        connection = await self._taken()
        try:
            yield connection
        except aiosmtplib.SMTPRecipientsRefused:
            await self._give_back(connection)  # the refusal of one address says nothing against the connection
            raise
        except BaseException:
            connection.close()
            raise
        await self._give_back(connection)

    async def _taken(self) -> aiosmtplib.SMTP:
        while self._idle:
            connection, since = self._idle.pop()
            if connection.is_connected and asyncio.get_running_loop().time() - since < IDLE_SECONDS:
                return connection
            connection.close()
        server = self._server
        connection = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.is_wrapped,
            start_tls=False if server.is_wrapped else (None if server.may_be_plain else True),
            tls_context=self._context,
            timeout=SEND_SECONDS,
        )
        try:
            await connection.connect()
        except BaseException:
            connection.close()
            raise
        return connection

    async def _give_back(self, connection: aiosmtplib.SMTP) -> None:
        if connection.is_connected:
            self._idle.append((connection, asyncio.get_running_loop().time()))

    async def tidy(self) -> int:
        """It keeps no mails."""
        return 0

    async def close(self) -> None:
        """Takes leave of the server."""
        for connection, _ in self._idle:
            try:
                async with asyncio.timeout(1.0):
                    await connection.quit()
            except (aiosmtplib.SMTPException, OSError, TimeoutError):
                connection.close()
        self._idle.clear()
