"""Requests to endpoints: one attempt each, with a deadline, no redirects, and little read of the answer."""

import asyncio
import ssl
from collections.abc import Mapping

import aiohttp

from datasources.kit.public_addresses import PrivateAddress, public_socket
from domain.webhooks.records import WebhookAnswer

DEADLINE_SECONDS = 5.0
MAX_READ_BYTES = 4 * 1024
_MAX_HEAD = 8 * 1024
_NO_ANSWER = "There was no answer within 5 seconds."
_LEFT_OUT = ("Accept", "Accept-Encoding", "User-Agent")


class WebhookEndpoints:
    """All endpoints of a shop. With `private`, for development and tests, those of private networks too."""

    def __init__(self, *, private: bool = False, deadline: float = DEADLINE_SECONDS) -> None:
        self._private = private
        self._deadline = deadline
        self._session: aiohttp.ClientSession | None = None

    async def send(self, address: str, headers: Mapping[str, str], body: bytes) -> WebhookAnswer:
        """Posts a body once. Never raises: whatever goes wrong is the endpoint's answer."""
        session = self._session = self._session or self._opened()
        try:
            async with (
                asyncio.timeout(self._deadline),
                session.post(address, data=body, headers=headers, allow_redirects=False) as response,
            ):
                # A connection can be used again only after its answer is read.
                await response.content.read(MAX_READ_BYTES)
                if not response.content.at_eof():
                    response.close()
                return _answer(response.status)
        except TimeoutError:
            return WebhookAnswer(error=_NO_ANSWER)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return WebhookAnswer(error=_reason(error))

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        """A session, opened at the first request because aiohttp ties it to the event loop."""
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0,  # callers bound the requests to each endpoint
                keepalive_timeout=10.0,
                socket_factory=None if self._private else public_socket,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=_LEFT_OUT,
            timeout=aiohttp.ClientTimeout(total=None),
            auto_decompress=False,
            max_line_size=_MAX_HEAD,
            max_field_size=_MAX_HEAD,
        )


def _answer(status: int) -> WebhookAnswer:
    if 200 <= status < 300:
        return WebhookAnswer(status)
    return WebhookAnswer(status, "Redirects are not followed." if 300 <= status < 400 else f"The answer was {status}.")


def _reason(error: Exception) -> str:
    """The kind of failure, without addresses of the shop's own network."""
    causes = [error, error.__cause__, getattr(error, "os_error", None)]
    if any(isinstance(each, PrivateAddress) for each in causes):
        return str(PrivateAddress())
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError | ssl.SSLError):
        return "The certificate or the TLS connection failed."
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "The host name cannot be resolved."
    if isinstance(error, aiohttp.ClientConnectorError):
        return "The host refuses the connection."
    return "The connection broke or the answer is not HTTP."
