"""Redis and a Redis Cluster over TLS: the right authority opens, everything else is refused by a rule that is named."""

import traceback
from collections.abc import Iterator

import pytest

from datasources.kit import redis
from domain.kit.refusals import Misconfigured
from tests.kit.backends.certificates import Certificates
from tests.kit.backends.tls import TlsCluster, TlsRedis
from tests.kit.fixtures.workers import kept_together

_PASSWORD = "a-password-that-must-not-leak"
_SERVERS: dict[str, type[TlsRedis] | type[TlsCluster]] = {TlsRedis.name: TlsRedis, TlsCluster.name: TlsCluster}


@pytest.fixture(scope="module", params=kept_together(_SERVERS, "tls"))
def server(request: pytest.FixtureRequest, certificates: Certificates) -> Iterator[TlsRedis | TlsCluster]:
    """One server, and a cluster of three that speak TLS with each other too."""
    server = _SERVERS[request.param](certificates)
    if reason := server.missing_program():
        pytest.skip(reason)
    yield server
    server.stop()


async def _use(url: str) -> None:
    """Commands that reach every node."""
    client = redis.connect(url, deadline=5.0)
    try:
        await redis.ping(client)
        for number in range(20):
            await client.set(f"tls:{number}", str(number))
            assert await client.get(f"tls:{number}") == str(number).encode()
    finally:
        await client.close()


async def _refused(url: str) -> str:
    """Why the server is not used, said without the password, in the whole traceback too."""
    with pytest.raises(Misconfigured) as raised:
        await _use(url)
    assert raised.value.code == "CACHE_UNAVAILABLE"
    assert _PASSWORD not in "".join(traceback.format_exception(raised.value))
    assert "Redis" not in raised.value.message
    return str(raised.value)


async def test_the_right_authority_opens(server: TlsRedis | TlsCluster, certificates: Certificates) -> None:
    """Nodes that the cluster names are spoken to by TLS as well."""
    await _use(f"{server.url()}?ssl_ca_certs={certificates.ca}")


async def test_the_wrong_authority_is_refused(server: TlsRedis | TlsCluster, certificates: Certificates) -> None:
    """As is a private authority where only those of the system are trusted."""
    url = server.url().replace("://", f"://:{_PASSWORD}@")
    for parameters in (f"?ssl_ca_certs={certificates.wrong_ca}", ""):
        rule = await _refused(url + parameters)
        assert rule.startswith("STOREFRONT_REDIS_URL: Redis: the server's certificate is not accepted: ")


async def test_plain_text_at_a_tls_port_is_refused(server: TlsRedis | TlsCluster) -> None:
    """The rule names the schemes that ask for TLS."""
    url = server.url().replace("://", f"://:{_PASSWORD}@").replace("rediss", "redis")
    assert "if it expects TLS, the URL needs rediss://" in await _refused(url)


async def test_verification_ends_only_when_the_url_says_so(
    server: TlsRedis | TlsCluster, certificates: Certificates
) -> None:
    """`ssl_cert_reqs=none` accepts any certificate."""
    await _use(f"{server.url()}?ssl_ca_certs={certificates.wrong_ca}&ssl_cert_reqs=none")


async def test_a_client_shows_its_certificate(certificates: Certificates) -> None:
    """A server that demands one lets nobody in without."""
    server = TlsRedis(certificates, client_certificates=True)
    if reason := server.missing_program():
        pytest.skip(reason)
    try:
        url = f"{server.url()}?ssl_ca_certs={certificates.ca}"
        assert "a client certificate" in await _refused(url)
        await _use(f"{url}&ssl_certfile={certificates.client}&ssl_keyfile={certificates.client_key}")
    finally:
        server.stop()


async def test_a_wrong_password_names_the_setting(server: TlsRedis | TlsCluster, certificates: Certificates) -> None:
    """It is not an outage: waiting does not help."""
    url = server.url().replace("://", f"://nobody:{_PASSWORD}@")
    assert await _refused(f"{url}?ssl_ca_certs={certificates.ca}") == (
        "STOREFRONT_REDIS_URL: Redis: the server refuses the user or the password."
    )
