"""MariaDB and MySQL over TLS: the right authority opens, everything else is refused by a rule that is named."""

import asyncio
import traceback
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import uvloop

from bff.stores.migrate import migrate_relational
from datasources.kit.database import Database
from domain.kit.refusals import Misconfigured
from tests.kit.backends.certificates import Certificates
from tests.kit.backends.relational import MySqlFamily
from tests.kit.backends.tls import TlsMariaDb, TlsMySql
from tests.kit.fixtures.stores import present
from tests.kit.fixtures.workers import kept_together

_PASSWORD = "a-password-that-must-not-leak"
_SERVERS = {TlsMariaDb.name: TlsMariaDb, TlsMySql.name: TlsMySql}


@pytest.fixture(scope="module", params=kept_together(_SERVERS, "tls"))
def server(request: pytest.FixtureRequest, certificates: Certificates) -> Iterator[MySqlFamily]:
    """A server that demands TLS, without any user but root."""
    server = _SERVERS[request.param](certificates)
    if reason := server.missing_program():
        pytest.skip(reason)
    yield server
    server.stop()


async def _cipher(url: str) -> str:
    """The cipher of one connection."""
    database = Database(url)
    try:
        row = await database.one(sa.text("SHOW STATUS LIKE 'Ssl_cipher'"))
        assert row is not None
        return str(row[1])
    finally:
        await database.close()


async def _refused(url: str) -> str:
    """Why the server is not used, said without the password, in the whole traceback too."""
    with pytest.raises(Misconfigured) as raised:
        await _cipher(url)
    assert raised.value.code == "DATABASE_UNAVAILABLE"
    assert _PASSWORD not in "".join(traceback.format_exception(raised.value))
    assert "MySQL" not in raised.value.message
    return str(raised.value)


async def test_the_right_authority_opens(server: MySqlFamily, certificates: Certificates) -> None:
    """The connection is encrypted, by name and by address."""
    url = f"{server.url()}?charset=utf8mb4&ssl_ca={certificates.ca}"
    assert await _cipher(url)
    assert await _cipher(url.replace("127.0.0.1", "localhost"))


def test_connections_are_secured_on_uvloop_too(server: MySqlFamily, certificates: Certificates) -> None:
    """The loop of the API and of the workers hands its sockets over as asyncio does."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(_cipher(f"{server.url()}?ssl_ca={certificates.ca}"))
        assert "not accepted" in runner.run(_refused(f"{server.url()}?ssl_ca={certificates.wrong_ca}"))


async def test_the_wrong_authority_is_refused(server: MySqlFamily, certificates: Certificates) -> None:
    """As is a private authority where only those of the system are trusted; `migrate` says the same."""
    url = server.url().replace("root@", f"root:{_PASSWORD}@")
    for parameters in (f"ssl_ca={certificates.wrong_ca}", "ssl=true"):
        rule = await _refused(f"{url}?{parameters}")
        assert rule.startswith("STOREFRONT_DATABASE_URL: MySQL: the server's certificate is not accepted: ")
    with pytest.raises(Misconfigured, match="certificate is not accepted"):
        await migrate_relational(f"{url}?ssl=true")


async def test_plain_text_is_refused_by_the_server(server: MySqlFamily) -> None:
    """The rule names the parameter that is missing."""
    rule = await _refused(server.url())
    assert "demands" in rule
    assert "`ssl_ca`" in rule


async def test_verification_ends_only_when_the_url_says_so(server: MySqlFamily, certificates: Certificates) -> None:
    """`ssl_verify_cert=false` accepts any certificate."""
    assert await _cipher(f"{server.url()}?ssl_ca={certificates.wrong_ca}&ssl_verify_cert=false")


async def test_a_certificate_of_another_host_is_refused(certificates: Certificates) -> None:
    """Unless the URL leaves the name out of the check; the chain still counts then."""
    options = (f"--ssl-cert={certificates.elsewhere}", f"--ssl-key={certificates.elsewhere_key}")
    server = TlsMariaDb(certificates, *options)
    if reason := server.missing_program():
        pytest.skip(reason)
    try:
        url = f"{server.url()}?ssl_check_hostname=%s&ssl_ca=%s"
        assert "IP address mismatch" in await _refused(url % ("true", certificates.ca))
        assert await _cipher(url % ("false", certificates.ca))
        assert "not accepted" in await _refused(url % ("false", certificates.wrong_ca))
    finally:
        server.stop()


async def test_a_client_shows_its_certificate(server: MySqlFamily, certificates: Certificates) -> None:
    """A user who must have one gets in with it, and is refused without."""
    url = f"{server.url()}?ssl_ca={certificates.ca}"
    database = Database(url)
    await database.transact(lambda tx: tx.run(sa.text("CREATE USER IF NOT EXISTS shop@'%' REQUIRE X509")))
    await database.close()
    shop = url.replace("root@", "shop@")
    assert "client certificate" in await _refused(shop)
    assert await _cipher(f"{shop}&ssl_cert={certificates.client}&ssl_key={certificates.client_key}")


@pytest.mark.parametrize("name", ["mariadb", "mysql"])
async def test_a_wrong_password_names_the_setting(name: str) -> None:
    """It is not an outage: waiting does not help."""
    url = present(name).url().replace("root@", f"root:{_PASSWORD}@")
    assert await _refused(url) == (
        "STOREFRONT_DATABASE_URL: MySQL: the server refuses the user or the password, or demands what the URL does not "
        "give: TLS (`ssl_ca`) or a client certificate (`ssl_cert`)."
    )


async def test_no_password_is_sent_to_a_server_that_offers_no_tls() -> None:
    """An attacker between shop and server cannot downgrade TLS: aiomysql alone would continue in plain text."""
    received = bytearray()
    greeting = b"\x0a8.0.0\x00" + b"\x01\x00\x00\x00" + b"saltsalt\x00" + b"\x00\xa2" + b"\x2d" + b"\x02\x00"
    greeting += b"\x08\x00" + b"\x15" + bytes(10) + b"saltsaltsalt\x00" + b"mysql_native_password\x00"

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(len(greeting).to_bytes(3, "little") + b"\x00" + greeting)
        received.extend(await reader.read())
        writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    rule = await _refused(f"mysql+aiomysql://root:{_PASSWORD}@127.0.0.1:{port}/?ssl=true")
    listener.close()
    await listener.wait_closed()
    assert rule == "STOREFRONT_DATABASE_URL: MySQL: the URL asks for TLS, but the server offers none."
    assert not received
