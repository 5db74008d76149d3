"""Short requests to one server over kept connections, by aiohttp.

A request that changes something is sent once. What is lost on the way raises `NoAnswer`: whether the server has seen it
is not known then.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

MAX_ANSWER_BYTES = 1024 * 1024
# What a server of JSON has no use for.
_LEFT_OUT = ("Accept", "Accept-Encoding", "User-Agent")


class NoAnswer(Exception):
    """No complete answer came back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body of an answer."""

    status: int
    body: bytes


class HttpClient:
    """Asks one server; callers set the deadline, and a request that is given up takes its connection with it.

    More than `connections` requests at a time wait for each other. A connection that was idle for `idle_seconds` is not
    used again: let go before the server does so, lest a request be sent into a closing one. An `https://` server is
    verified by `context`, by the authorities of the system without one.
    """

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        connections: int = 64,
        idle_seconds: float = 10.0,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._url = url.rstrip("/")
        self._headers = headers
        self._context = context
        self._connections = connections
        self._idle_seconds = idle_seconds
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer, whatever its status. `path` is quoted already. Raises `NoAnswer`."""
        session = self._session = self._session or self._opened()
        try:
            async with session.request(
                method, self._url + path, data=body, headers=headers, allow_redirects=False
            ) as response:
                return Answer(response.status, await _body(response))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NoAnswer(str(error)) from error

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        """Opened at the first request: aiohttp ties it to the event loop."""
        return aiohttp.ClientSession(
            headers=self._headers,
            connector=aiohttp.TCPConnector(
                limit=self._connections, keepalive_timeout=self._idle_seconds, ssl=self._context or True
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=_LEFT_OUT,
            timeout=aiohttp.ClientTimeout(total=None),
            auto_decompress=False,
        )


async def _body(response: aiohttp.ClientResponse) -> bytes:
    body = b""
    async for part in response.content.iter_any():
        body += part
        if len(body) > MAX_ANSWER_BYTES:
            response.close()
            raise NoAnswer("the answer is too long")
    return body
