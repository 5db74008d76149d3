"""Meilisearch over TLS, and keys that are wrong or lack a right."""

import ssl
import traceback
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from datasources.search.meilisearch import MeilisearchEngine
from datasources.search.meilisearch_clients import Clients
from domain.kit.refusals import Misconfigured, Unavailable
from domain.search import SearchDocument, SearchQuery
from tests.kit.backends.certificates import Certificates
from tests.unit.search.meilisearch_server import KEY, Server

_QUERY = SearchQuery("mug", 1)
_MUG = SearchDocument(7, "mug", "Mug", "Kiln", "Mugs", (), (), (), (), "Holds tea.", True, 5)


@pytest.fixture
def server(certificates: Certificates) -> Iterator[Server]:
    """A server that accepts only TLS."""
    server = Server(certificates.server_context())
    yield server
    server.stop()


async def _search(url: str, key: str = KEY) -> None:
    engine = MeilisearchEngine(url, key, "", 5.0)
    try:
        await engine.prepare()
        assert (await engine.search(_QUERY)).total == 0
    finally:
        await engine.close()


async def _refused(url: str) -> str:
    """Why the server is not used, said without the key, in the whole traceback too."""
    with pytest.raises(Misconfigured) as raised:
        await _search(url)
    assert raised.value.code == "SEARCH_UNAVAILABLE"
    assert KEY not in "".join(traceback.format_exception(raised.value))
    assert "Meilisearch" not in raised.value.message
    return str(raised.value)


async def test_the_right_authority_opens(server: Server, certificates: Certificates) -> None:
    """Every request of the engine goes over TLS."""
    await _search(f"{server.url}/?ssl_ca={certificates.ca}")


async def test_the_wrong_authority_is_refused(server: Server, certificates: Certificates) -> None:
    """As is a private authority where only those of the system are trusted; no key was sent."""
    for parameters in (f"?ssl_ca={certificates.wrong_ca}", ""):
        rule = await _refused(server.url + parameters)
        assert rule.startswith("STOREFRONT_SEARCH_URL: Meilisearch: the server's certificate is not accepted: ")
    assert server.script.told == []


async def test_plain_text_at_a_tls_port_is_refused(server: Server) -> None:
    """The rule names the scheme that asks for TLS."""
    assert "if it expects TLS, the URL needs https://" in await _refused(server.url.replace("https", "http"))


async def test_a_server_that_once_answered_is_not_suspected() -> None:
    """It closes connections when it restarts, which is not an error in the settings."""
    server = Server()
    engine = MeilisearchEngine(server.url, KEY, "", 5.0)
    await engine.ping()
    server.script.hangs_up = True
    with pytest.raises(Unavailable) as raised:
        await engine.ping()
    await engine.close()
    server.stop()
    assert type(raised.value) is Unavailable


async def test_tls_at_a_plain_port_is_refused(certificates: Certificates) -> None:
    """The rule says that the server does not speak it."""
    server = Server()
    try:
        url = f"{server.url.replace('http', 'https')}?ssl_ca={certificates.ca}"
        assert "does not speak it at this port" in await _refused(url)
    finally:
        server.stop()


async def test_a_certificate_of_another_host_is_refused(certificates: Certificates) -> None:
    """Unless the URL leaves the name out of the check."""
    server = Server(certificates.server_context(elsewhere=True))
    try:
        url = f"{server.url}?ssl_ca={certificates.ca}"
        assert "IP address mismatch" in await _refused(url)
        await _search(f"{url}&ssl_check_hostname=false")
    finally:
        server.stop()


async def test_a_server_may_ask_for_a_client_certificate(certificates: Certificates) -> None:
    """The URL names certificate and key; without them the rule does."""
    context = certificates.server_context()
    context.load_verify_locations(certificates.ca)
    context.verify_mode = ssl.CERT_REQUIRED
    server = Server(context)
    url = f"{server.url}?ssl_ca={certificates.ca}"
    try:
        await _search(f"{url}&ssl_cert={certificates.client}&ssl_key={certificates.client_key}")
        assert "needs a client certificate" in await _refused(url)
    finally:
        server.stop()


@pytest.mark.parametrize(
    ("right", "call"),
    [
        ("search", lambda engine: engine.search(_QUERY)),
        ("documents.delete", lambda engine: engine.clear()),
        ("indexes.get", lambda engine: engine.prepare()),
    ],
)
async def test_a_wrong_key_names_the_setting_and_the_right(
    right: str, call: Callable[[MeilisearchEngine], Awaitable[Any]]
) -> None:
    """The server does not say whether the key is unknown or lacks the right."""
    server = Server()
    engine = MeilisearchEngine(server.url, "another-key", "", 5.0)
    try:
        with pytest.raises(Misconfigured) as raised:
            await call(engine)
    finally:
        await engine.close()
        server.stop()
    assert str(raised.value) == (
        "STOREFRONT_SEARCH_KEY: Meilisearch: the key must be a valid one "
        f"with the right `{right}`; the server refuses it."
    )
    assert raised.value.retry_after == 30.0


async def test_every_call_goes_over_the_session(server: Server, certificates: Certificates) -> None:
    """Parts of the package that make requests of their own would not know the authority."""
    engine = MeilisearchEngine(f"{server.url}?ssl_ca={certificates.ca}", KEY, "", 5.0)
    for call in (engine.prepare(), engine.index([_MUG]), engine.remove([7]), engine.clear(), engine.ping()):
        await call
    await engine.close()
    assert {told.method for told in server.script.told} == {"POST", "PATCH", "DELETE", "GET"}


async def test_authorities_of_the_environment_do_not_count(
    server: Server, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the URL says whom to trust, though `requests` would read REQUESTS_CA_BUNDLE first."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.wrong_ca))
    await _search(f"{server.url}?ssl_ca={certificates.ca}")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.ca))
    assert "is not accepted" in await _refused(f"{server.url}?ssl_ca={certificates.wrong_ca}")


@pytest.fixture
def handshakes(certificates: Certificates) -> Iterator[tuple[str, list[int]]]:
    """The URL of a server that keeps connections, as real ones do, and one entry for each handshake with it."""
    counted: list[int] = []
    context = certificates.server_context()
    context.sni_callback = lambda *_: counted.append(1)
    server = _Kept(context)
    yield f"{server.url}?ssl_ca={certificates.ca}", counted
    server.stop()


async def test_connections_are_kept(handshakes: tuple[str, list[int]]) -> None:
    """A handshake for each search would cost more than the search."""
    url, counted = handshakes
    engine = MeilisearchEngine(url, KEY, "", 5.0)
    for _ in range(5):
        await engine.search(_QUERY)
    await engine.close()
    assert len(counted) == 1


def test_connections_that_were_idle_for_long_are_not_used(handshakes: tuple[str, list[int]]) -> None:
    """The server may be closing them."""
    url, counted = handshakes
    now = 0.0
    clients = Clients(url, KEY, 5.0, lambda: now)
    for later in (0.0, 4.0, 4.5):
        now += later
        with clients.client() as client:
            client.get_raw_index("products")
    clients.close()
    assert len(counted) == 2


class _Kept(Server):
    """As real servers do: HTTP/1.1."""

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(context)
        self._server.RequestHandlerClass.protocol_version = "HTTP/1.1"  # type: ignore[attr-defined]  # of HTTP handlers
