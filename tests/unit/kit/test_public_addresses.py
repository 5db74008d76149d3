"""Addresses that requests to URLs of people may reach."""

import socket

import pytest

from datasources.kit.public_addresses import PrivateAddress, is_private_host, is_public, public_socket

PRIVATE = [
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "127.0.0.1", "127.1.2.3", "100.64.0.1", "169.254.169.254"),
    *("172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.1"),
    *("203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001:db8::1"),
    # An IPv4 address inside: mapped, compatible, NAT64, 6to4, Teredo, ISATAP.
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1", "::127.0.0.1"),
    *("64:ff9b::127.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b::c0a8:101", "64:ff9b:1::10.0.0.1"),
    *("2002:7f00:1::", "2002:a9fe:a9fe::", "2002:c0a8:101::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"),
    *("2a00:1450::5efe:10.0.0.1", "2a00:1450::200:5efe:127.0.0.1", "100::1", "3fff:fff::1"),
    *("localhost", "", "127.1", "0x7f.1", "2130706433"),
]
PUBLIC = [
    *("1.1.1.1", "8.8.8.8", "93.184.216.34", "172.15.255.255", "172.32.0.1", "192.167.255.255", "169.253.0.1"),
    *("2606:4700:4700::1111", "2a00:1450:4001::8a", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"),
]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused(address: str) -> None:
    """Loopback, private, link-local, multicast, reserved and documentation, also inside other addresses."""
    assert not is_public(address)
    with pytest.raises(PrivateAddress) as refused:
        public_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, 443)))
    assert str(refused.value) == "The host has no public address."


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_not(address: str) -> None:
    """The neighbours of private networks too."""
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1.", "127.1.", "0x7f000001.", "017700000001", "intranet", "ERP.Local.", "x.home.arpa", "fe80::1%eth0"],
)
def test_hosts_that_show_that_they_are_private(host: str) -> None:
    """Also with the dot at the end that names may have, and names that only a network of its own knows."""
    assert is_private_host(host)


@pytest.mark.parametrize("host", ["erp.example.", "8.8.8.8.", "mylocal.example", "2606:4700:4700::1111"])
def test_hosts_that_do_not(host: str) -> None:
    """Public addresses and names that may be public."""
    assert not is_private_host(host)
