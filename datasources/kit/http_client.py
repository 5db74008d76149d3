"""Short requests to one server over persistent connections, with aiohttp.

A request that changes something is sent once. If its answer is lost, it raises `NoAnswer`: the server may or may not
have seen the request.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

MAX_ANSWER_BYTES = 1024 * 1024
# Headers that a JSON server does not need.
_LEFT_OUT = ("Accept", "Accept-Encoding", "User-Agent")


class NoAnswer(Exception):
    """No complete answer came back."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """Status and body of an answer."""

    status: int
    body: bytes


class HttpClient:
    """A client of one server. Callers set the deadline; a cancelled request closes its connection.

    More than `connections` requests at a time wait for each other. A connection that was idle for `idle_seconds` is
    closed before the server closes it, so that no request goes into a closing connection. An `https://` server is
    verified by `context`; without one, by the system's certificate authorities.
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
    ) -> HttpAnswer:
        """The answer, whatever its status. `path` must be quoted already. Raises `NoAnswer`."""
        session = self._session = self._session or self._opened()
        try:
            async with session.request(
                method, self._url + path, data=body, headers=headers, allow_redirects=False
            ) as response:
                return HttpAnswer(response.status, await _body(response))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NoAnswer(str(error)) from error

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        """A session, opened at the first request because aiohttp ties it to the event loop."""
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
