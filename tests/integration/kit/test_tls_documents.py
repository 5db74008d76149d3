"""The document store behind TLS: the right authority opens, everything else is refused by a rule that is named."""

import traceback
from collections.abc import Iterator

import pytest
from pymongo.uri_parser import parse_uri

from datasources.kit.documents import Documents
from domain.kit.refusals import Misconfigured
from tests.kit.backends.certificates import Certificates
from tests.kit.backends.tls import tls_before
from tests.kit.fixtures.stores import present, unique_name

_PASSWORD = "a-password-that-must-not-leak"


@pytest.fixture
def plain_port() -> int:
    """The port of the server, which speaks no TLS."""
    ((_, port),) = parse_uri(present("mongo").url())["nodelist"]
    return int(port)


@pytest.fixture
def port(plain_port: int, certificates: Certificates) -> Iterator[int]:
    """A port that accepts only TLS."""
    with tls_before(plain_port, certificates.server, certificates.server_key) as port:
        yield port


async def _use(port: int, options: str, *, user: str = "", deadline: float = 1.0) -> None:
    url = f"mongodb://{user}127.0.0.1:{port}/?directConnection=true&{options}"
    documents = Documents(url, unique_name(), deadline=deadline)
    try:
        if not user:
            await documents.db["things"].insert_one({"_id": 1})
        assert await documents.by_ids("things", [1]) == {1: {"_id": 1}}
        await documents.db.client.drop_database(documents.db.name)
    finally:
        await documents.close()


async def _refused(port: int, options: str) -> str:
    """Why the server is not used, said without the password, in the whole traceback too."""
    with pytest.raises(Misconfigured) as raised:
        await _use(port, options, user=f"shop:{_PASSWORD}@")
    assert raised.value.code == "CONTENT_UNAVAILABLE"
    assert _PASSWORD not in "".join(traceback.format_exception(raised.value))
    assert "MongoDB" not in raised.value.message
    return str(raised.value)


async def test_the_right_authority_opens(port: int, certificates: Certificates) -> None:
    """A file of an authority turns TLS on, too."""
    await _use(port, f"tls=true&tlsCAFile={certificates.ca}", deadline=5.0)
    await _use(port, f"tlsCAFile={certificates.ca}", deadline=5.0)


async def test_the_wrong_authority_is_refused(port: int, certificates: Certificates) -> None:
    """As is a private authority where only those of the system are trusted."""
    for options in (f"tls=true&tlsCAFile={certificates.wrong_ca}", "tls=true"):
        rule = await _refused(port, options)
        assert rule.startswith("STOREFRONT_MONGO_URL: MongoDB: the server's certificate is not accepted: ")


async def test_plain_text_at_a_tls_port_is_refused(port: int) -> None:
    """The rule names the option that is missing."""
    assert "if it expects TLS, the URL needs `tls=true`" in await _refused(port, "retryReads=false")


async def test_a_certificate_of_another_host_is_refused(plain_port: int, certificates: Certificates) -> None:
    """A valid chain is not enough."""
    with tls_before(plain_port, certificates.elsewhere, certificates.elsewhere_key) as port:
        assert "IP address mismatch" in await _refused(port, f"tls=true&tlsCAFile={certificates.ca}")
