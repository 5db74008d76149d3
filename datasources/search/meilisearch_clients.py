"""Clients of one Meilisearch server, over persistent connections that the certificates of the URL verify."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ssl import SSLContext
from typing import Any

from meilisearch import Client
from meilisearch._httprequests import HttpRequests
from meilisearch.config import Config
from meilisearch.errors import MeilisearchApiError
from meilisearch.index import Index
from meilisearch.models.task import TaskInfo
from requests import PreparedRequest, Session
from requests.adapters import HTTPAdapter

from datasources.kit import tls
from datasources.kit.handshakes import broken_rule, was_closed
from domain.kit.refusals import Misconfigured, Unavailable

# Shorter than servers and proxies keep an idle connection, so that no request goes into a closing one.
_IDLE_SECONDS = 4.0
_WRONG_KEY_SECONDS = 30.0
_PLAIN_TEXT = "the server closed the connection without an answer; if it expects TLS, the URL needs https://."
# Under TLS 1.3 a client may already be sending, and then cannot see why the server ends the connection.
_NO_CERTIFICATE = (
    "the server closed the connection without an answer; if it needs a client certificate, the URL needs `ssl_cert`."
)


class Clients:
    """One client for each call that runs at a time: the package keeps a request's headers in its client.

    `timeout` in seconds holds for each request. Raises kit.tls.WrongTls.
    """

    def __init__(self, url: str, key: str, timeout: float, clock: Callable[[], float] = time.monotonic) -> None:
        address = tls.address(url)
        self._url, self._context = address.url.rstrip("/"), address.context
        self._key = key or None
        self._timeout = max(1, round(timeout))
        self._clock = clock
        self._idle: deque[tuple[KeptClient, float]] = deque()
        # The likely reason when a server that has never answered closes connections.
        self._suspicion = _PLAIN_TEXT if address.context is None else None if "ssl_cert=" in url else _NO_CERTIFICATE
        self._closed = False

    @contextmanager
    def client(self) -> Iterator["KeptClient"]:
        """A client for one call: the one that was used last, if any is free."""
        client = self._freed() or KeptClient(self._url, self._key, self._timeout, self._context)
        try:
            yield client
            self._suspicion = None
        finally:
            self._idle.append((client, self._clock()))
            if self._closed:
                self.close()

    def close(self) -> None:
        """Closes the connections; those of running calls close at their end."""
        self._closed = True
        while client := self._freed():
            client.session.close()

    def explained(self, error: Exception) -> Unavailable:
        """What a connection error means: Misconfigured where TLS does not fit."""
        if rule := broken_rule(error) or (self._suspicion if was_closed(error) else None):
            return Misconfigured(unavailable(), "STOREFRONT_SEARCH_URL", f"Meilisearch: {rule}")
        return unavailable()

    def _freed(self) -> "KeptClient | None":
        try:
            client, since = self._idle.pop()
        except IndexError:
            return None
        if self._clock() - since > _IDLE_SECONDS:
            client.session.close()
        return client


class KeptClient(Client):
    """The package's client with all its requests in one session."""

    def __init__(self, url: str, key: str | None, timeout: int, context: SSLContext | None) -> None:
        super().__init__(url, key, timeout=timeout)
        self.session = Session()
        if context is not None:
            self.session.mount("https://", _Verifying(context))
        self.http = self.task_handler.http = _KeptRequests(self.config, self.session)

    def index(self, uid: str) -> Index:
        """The package's index, which would otherwise make its own requests."""
        index = super().index(uid)
        index.http = index.task_handler.http = self.http
        return index

    def add_index(self, uid: str, primary_key: str) -> TaskInfo:
        """Does what `create_index` does, without its own requests."""
        return TaskInfo(**self.http.post(self.config.paths.index, {"uid": uid, "primaryKey": primary_key}))


class _KeptRequests(HttpRequests):
    """Sends requests through a session.

    The package calls `requests.post` and similar functions, which open a connection for each request and support
    neither private authorities nor client certificates. The package has no setting for it.
    """

    def __init__(self, config: Config, session: Session) -> None:
        super().__init__(config)
        self._session = session

    def send_request(self, http_method: Callable[..., Any], path: str, *args: Any, **options: Any) -> Any:
        """Sends the same request with the session's method of that name."""
        return super().send_request(getattr(self._session, http_method.__name__), path, *args, **options)


class _Verifying(HTTPAdapter):
    """Verifies with an SSL context alone. `requests` would add its own authorities, or those of REQUESTS_CA_BUNDLE."""

    def __init__(self, context: SSLContext) -> None:
        self._context = context
        super().__init__()

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The host and the context. Without `assert_hostname`, urllib3 checks names by itself."""
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {
            "ssl_context": self._context,
            "assert_hostname": None if self._context.check_hostname else False,
        }

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Leaves verification to the context."""


@contextmanager
def needing(right: str) -> Iterator[None]:
    """Raises Misconfigured with the right that the call needs when the server refuses the key."""
    try:
        yield
    except MeilisearchApiError as error:
        if error.status_code not in (401, 403):
            raise
        rule = f"Meilisearch: the key must be a valid one with the right `{right}`; the server refuses it."
        raise Misconfigured(unavailable(_WRONG_KEY_SECONDS), "STOREFRONT_SEARCH_KEY", rule) from None


def unavailable(retry_after: float = 1.0) -> Unavailable:
    """The error that shoppers see."""
    return Unavailable("SEARCH_UNAVAILABLE", "Search is not available at the moment; try again shortly.", retry_after)
