"""Where a visitor is: what a trusted proxy says, else where the client's address is registered.

Only proxies of the trusted networks are believed. The same headers of other clients are not read.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import iptocc
import maxminddb
from starlette.requests import HTTPConnection

from domain.kit.networks import Network, Networks, canonical

Lookup = Callable[[str], str | None]

_REMEMBERED = 8_192
_COUNTRY = re.compile("[A-Z]{2}")
# "Unknown" and "Tor", as proxies say it.
_NOWHERE = frozenset({"XX", "ZZ", "T1"})
_MAX_HOPS = 20
# Where a request keeps its client's address, which several parts need.
_FOUND = "storefront.address"
FORWARDED_HOST, FORWARDED_PROTO = "x-forwarded-host", "x-forwarded-proto"


class Visitors:
    """Finds countries and addresses of visitors. `headers`: where trusted proxies write the country, best first."""

    def __init__(self, proxies: Sequence[Network], headers: Sequence[str], lookup: Lookup) -> None:
        self._proxies = Networks(proxies)
        self._headers = tuple(header.lower() for header in headers)
        # Those of peers, which have 45 characters at most.
        self._is_trusted = lru_cache(_REMEMBERED)(self._proxies.__contains__)
        self._lookup = lru_cache(_REMEMBERED)(lookup)

    @property
    def varies_by(self) -> tuple[str, ...]:
        """The headers that decide about the country."""
        return self._headers if self._proxies else ()

    @property
    def forwarded_by(self) -> tuple[str, ...]:
        """The headers that decide about the address that a client used."""
        return (FORWARDED_HOST, FORWARDED_PROTO) if self._proxies else ()

    def forwarded(self, connection: HTTPConnection, header: str) -> str | None:
        """What a trusted proxy says; of several proxies the nearest, because clients can write what is before it."""
        if header not in connection.headers or not self._is_trusted(_peer(connection)):
            return None
        return ",".join(connection.headers.getlist(header)).rpartition(",")[2].strip() or None

    def country_said(self, connection: HTTPConnection) -> str | None:
        """The country that a trusted proxy says, as an ISO 3166 code; None when none does."""
        if not self._is_trusted(_peer(connection)):
            return None
        for header in self._headers:
            country = connection.headers.get(header, "").strip().upper()
            if _COUNTRY.fullmatch(country) and country not in _NOWHERE:
                return country
        return None

    def country_of_address(self, connection: HTTPConnection) -> str | None:
        """The country of the client's address; None when it is not known."""
        return self._lookup(self.address(connection))

    def address(self, connection: HTTPConnection) -> str:
        """The client's address: the last one of X-Forwarded-For that is not a proxy's, else the peer's."""
        found: str | None = connection.scope.get(_FOUND)
        if found is None:
            found = connection.scope[_FOUND] = self._address(connection)
        return found

    def _address(self, connection: HTTPConnection) -> str:
        peer = _peer(connection)
        if not self._is_trusted(peer):
            return peer
        lines = [value for name, value in connection.scope["headers"] if name == b"x-forwarded-for"]
        client = peer
        hops = b",".join(lines).decode("latin-1").split(",")
        for hop in reversed(hops[-_MAX_HOPS:]):
            if (address := _without_port(hop.strip())) is None:
                return client
            client = address
            if client not in self._proxies:
                return client
        return client


def _peer(connection: HTTPConnection) -> str:
    client: tuple[str, int] | None = connection.scope.get("client")
    return client[0] if client else ""


def _without_port(hop: str) -> str | None:
    """The address of a hop, which some proxies write with its port; None when it is not an address."""
    if "%" in hop:
        return None  # the name of an interface of another machine, of any length
    address = hop[1:].partition("]")[0] if hop.startswith("[") else hop
    if address.count(":") == 1:
        address = address.partition(":")[0]
    return canonical(address)


def country_lookup(file: Path | None) -> Lookup:
    """Countries of addresses by a MaxMind database, or by the registries' own lists when no file is given.

    Raises OSError or maxminddb.InvalidDatabaseError for a file that cannot be read.
    """
    return iptocc.country_code if file is None else _by_database(maxminddb.open_database(file))


def _by_database(database: maxminddb.Reader) -> Lookup:
    def lookup(address: str) -> str | None:
        try:
            found: Any = database.get(address)
        except ValueError:
            return None
        return _iso_code(found)

    return lookup


def _iso_code(found: Any) -> str | None:
    """Where free and paid databases write the country: in `country`, as an object or as its code."""
    country = found.get("country") if isinstance(found, dict) else None
    code = country.get("iso_code") if isinstance(country, dict) else country
    if code is None and isinstance(found, dict):
        code = found.get("country_code")
    return code if isinstance(code, str) and _COUNTRY.fullmatch(code) else None
