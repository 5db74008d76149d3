"""Where visitors are: whom the shop believes, and what it does not read."""

from ipaddress import ip_network
from pathlib import Path

import maxminddb
import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet
from starlette.requests import HTTPConnection

from bff.edge.visitors import Visitors, country_lookup

HEADERS = ["CloudFront-Viewer-Country", "CF-IPCountry"]
PROXIES = [ip_network("10.0.0.0/8"), ip_network("2001:db8:1::/48")]


def _known(address: str) -> str | None:
    return {"203.0.113.7": "FR", "10.1.1.1": "US", "2001:db8:2::1": "DE"}.get(address)


def _visitors(*, trusting: bool = True) -> Visitors:
    return Visitors(PROXIES if trusting else [], HEADERS, _known)


def _connection(peer: str | None, **headers: str) -> HTTPConnection:
    raw = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()]
    return HTTPConnection({"type": "http", "headers": raw, "client": None if peer is None else (peer, 1)})


@pytest.mark.parametrize("peer", ["10.2.3.4", "::ffff:10.2.3.4", "2001:db8:1::9"])
def test_a_trusted_proxy_says_the_country(peer: str) -> None:
    """In the first of its headers that names one."""
    said = _visitors().country_said(_connection(peer, CloudFront_Viewer_Country="gb", CF_IPCountry="US"))
    assert said == "GB"
    assert _visitors().country_said(_connection(peer, CloudFront_Viewer_Country="XX", CF_IPCountry="US")) == "US"


@pytest.mark.parametrize("value", ["", "XX", "T1", "ZZ", "GBR", "G", "G1", "ÄÖ", "GB,US"])
def test_a_country_that_is_none_is_not_read(value: str) -> None:
    """Proxies say "unknown" and "Tor" in that header too."""
    connection = HTTPConnection(
        {"type": "http", "headers": [(b"cf-ipcountry", value.encode("latin-1"))], "client": ("10.0.0.1", 1)}
    )
    assert _visitors().country_said(connection) is None


@pytest.mark.parametrize("peer", ["203.0.113.7", "2001:db8:2::1", "", None, "testclient"])
def test_others_are_not_believed(peer: str | None) -> None:
    """The shop ignores the country and the address that such clients send."""
    forged = _connection(peer, CloudFront_Viewer_Country="US", CF_IPCountry="US", X_Forwarded_For="10.1.1.1")
    assert _visitors().country_said(forged) is None
    assert _visitors().address(forged) == (peer or "")
    assert _visitors().country_of_address(forged) == _known(peer or "")


def test_without_trusted_proxies_nobody_is_believed() -> None:
    """The default: the peer is the client."""
    connection = _connection("10.0.0.1", CF_IPCountry="US", X_Forwarded_For="203.0.113.7")
    visitors = _visitors(trusting=False)
    assert visitors.country_said(connection) is None
    assert visitors.address(connection) == "10.0.0.1"
    assert visitors.varies_by == ()


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7", "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7, 10.5.5.5", "203.0.113.7"),
        ("203.0.113.7:4711", "203.0.113.7"),
        ("[2001:db8:2::1]:4711", "2001:db8:2::1"),
        ("2001:db8:2::1", "2001:db8:2::1"),
        ("10.6.6.6", "10.6.6.6"),
        ("203.0.113.7, nonsense", "10.0.0.1"),
        ("nonsense", "10.0.0.1"),
        ("", "10.0.0.1"),
        ("9.9.9.9," * 1_000 + "203.0.113.7", "203.0.113.7"),
    ],
)
def test_the_client_is_the_last_hop_that_is_no_proxy(forwarded: str, address: str) -> None:
    """The client may have invented everything before it."""
    assert _visitors().address(_connection("10.0.0.1", X_Forwarded_For=forwarded)) == address


def test_countries_come_from_a_database_file(tmp_path: Path) -> None:
    """In each of the forms in which free and paid databases have them."""
    file = tmp_path / "countries.mmdb"
    writer = MMDBWriter(ip_version=6, ipv4_compatible=True)
    writer.insert_network(IPSet(["203.0.113.0/24"]), {"country": {"iso_code": "FR"}})
    writer.insert_network(IPSet(["198.51.100.0/24"]), {"country": "DE"})
    writer.insert_network(IPSet(["192.0.2.0/24"]), {"country_code": "ES"})
    writer.insert_network(IPSet(["2001:db8::/32"]), {"city": "Nowhere"})
    writer.to_db_file(str(file))
    lookup = country_lookup(file)
    addresses = ["203.0.113.9", "198.51.100.1", "192.0.2.1", "2001:db8::1", "8.8.8.8", "nonsense", ""]
    assert [lookup(address) for address in addresses] == ["FR", "DE", "ES", None, None, None, None]


def test_a_file_that_is_no_database_is_refused_at_the_start(tmp_path: Path) -> None:
    """The operator gets the error, not a visitor."""
    file = tmp_path / "countries.mmdb"
    file.write_bytes(b"nothing")
    with pytest.raises(maxminddb.InvalidDatabaseError):
        country_lookup(file)


def test_without_a_file_the_registries_tell() -> None:
    """Addresses that have belonged to one country for decades."""
    lookup = country_lookup(None)
    answers = [lookup(address) for address in ("8.8.8.8", "193.0.0.1", "127.0.0.1", "nonsense", "")]
    assert answers == ["US", "NL", None, None, None]
