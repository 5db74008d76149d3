"""Connections to addresses of the public internet alone, for requests to URLs that people enter.

The check sees the address that is connected to: a name that resolves to another address a moment later gains nothing.
"""

import ipaddress
import socket
from ipaddress import IPv4Address, IPv6Address

from aiohttp import AddrInfoType

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# The newer block for documentation, which Python does not know.
_DOCUMENTATION = ipaddress.ip_network("3fff::/20")
_UNICAST = ipaddress.ip_network("2000::/3")
# The middle of addresses that hold an IPv4 address for a tunnel inside a site (ISATAP).
_ISATAP = (0x00005EFE, 0x02005EFE)


# Besides names without a dot, which only a network of its own resolves.
_PRIVATE_NAMES = (".localhost", ".local", ".internal", ".localdomain", ".home.arpa")


class PrivateAddress(OSError):
    """The address is not on the public internet. The message does not contain it."""

    def __init__(self) -> None:
        super().__init__("The host has no public address.")


def is_public(address: str) -> bool:
    """Whether an IP address is of one host on the public internet. Addresses inside other addresses count too.

    >>> is_public("93.184.216.34"), is_public("2606:2800:220:1::1")
    (True, True)
    >>> [is_public(each) for each in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "fd00::1")]
    [False, False, False, False, False, False]
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return _is_public_v4(ip) if isinstance(ip, IPv4Address) else _is_public_v6(ip)


def is_private_host(host: str) -> bool:
    """Whether the text of a host alone shows that it is not on the public internet; other names are resolved later.

    >>> [is_private_host(each) for each in ("10.0.0.8", "127.1", "2130706433.", "::1", "localhost", "erp.local.")]
    [True, True, True, True, True, True]
    >>> is_private_host("erp.example"), is_private_host("93.184.216.34")
    (False, False)
    """
    name = host.rstrip(".").lower()
    try:
        address = socket.inet_ntoa(socket.inet_aton(name))
    except OSError:
        if ":" not in name:
            return "." not in name or name.endswith(_PRIVATE_NAMES)
        address = name
    return not is_public(address)


def _is_public_v4(ip: IPv4Address) -> bool:
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _is_public_v6(ip: IPv6Address) -> bool:
    if ip.ipv4_mapped is not None:
        return _is_public_v4(ip.ipv4_mapped)
    if ip in _NAT64:
        return _is_public_v4(IPv4Address(int(ip) & 0xFFFFFFFF))
    if ip not in _UNICAST or ip in _DOCUMENTATION or not ip.is_global or ip.teredo is not None:
        return False
    inner = [ip.sixtofour] if ip.sixtofour is not None else []
    if (int(ip) >> 32) & 0xFFFFFFFF in _ISATAP:
        inner.append(IPv4Address(int(ip) & 0xFFFFFFFF))
    return all(map(_is_public_v4, inner))


def public_socket(address: AddrInfoType) -> socket.socket:
    """A socket for aiohttp's connector, which calls this right before it connects to the address.

    Raises `PrivateAddress`.
    """
    family, kind, protocol, _, target = address
    if not is_public(str(target[0])):
        raise PrivateAddress
    return socket.socket(family=family, type=kind, proto=protocol)
