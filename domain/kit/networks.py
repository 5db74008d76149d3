"""Addresses of clients and the networks that they belong to. Every request looks at a few, so IPv4 is read in C."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from socket import AF_INET, inet_pton
from typing import TypeAlias

Network: TypeAlias = IPv4Network | IPv6Network

_IPV6_PREFIX = 64
_REMEMBERED = 8_192


class Networks:
    """A set of networks. An IPv4 address that is written as one of IPv6 is the same client."""

    def __init__(self, networks: Iterable[Network]) -> None:
        self._all = tuple(networks)
        of_ipv4 = [network for network in self._all if isinstance(network, IPv4Network)]
        self._of_ipv4 = [(int(network.network_address), int(network.netmask)) for network in of_ipv4]

    def __bool__(self) -> bool:
        return bool(self._all)

    def __contains__(self, address: str) -> bool:
        number = _ipv4(address)
        if number is not None:
            for first, mask in self._of_ipv4:  # noqa: SIM110  # a generator takes three times as long
                if number & mask == first:
                    return True
            return False
        parsed = _parsed(address)
        return parsed is not None and any(parsed in network for network in self._all)


def canonical(address: str) -> str | None:
    """The address in its usual form; None when it is none.

    >>> canonical("2001:DB8:0::1"), canonical("203.0.113.7"), canonical("203.0.113.07")
    ('2001:db8::1', '203.0.113.7', None)
    """
    if _ipv4(address) is not None:
        return address
    try:
        return str(ip_address(address))
    except ValueError:
        return None


# Bounded in bytes too: these are addresses of clients, of 45 characters at most.
@lru_cache(_REMEMBERED)
def network_of(address: str) -> str:
    """The network that has one budget: an address in IPv4, the first 64 bits in IPv6.

    >>> network_of("203.0.113.7"), network_of("::ffff:203.0.113.7"), network_of("2001:db8:1:2:3::4")
    ('203.0.113.7', '203.0.113.7', '2001:db8:1:2::/64')
    """
    if _ipv4(address) is not None:
        return address
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        return str(IPv6Network((int(parsed), _IPV6_PREFIX), strict=False))
    return address if parsed is None else str(parsed)


def _ipv4(address: str) -> int | None:
    """The number of an IPv4 address, which has one form only; None for everything else."""
    try:
        return int.from_bytes(inet_pton(AF_INET, address), "big")
    except (OSError, ValueError):
        return None


# Bounded in bytes too: these are addresses of clients, of 45 characters at most.
@lru_cache(_REMEMBERED)
def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed
