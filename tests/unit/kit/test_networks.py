"""Addresses and networks: what is read in C says the same as Python's own `ipaddress`."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kit.networks import Networks, canonical, network_of

NETWORKS = [ip_network(each) for each in ("10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32", "::1/128")]
ADDRESSES = st.one_of(
    st.ip_addresses().map(str),
    st.ip_addresses(v=4).map(lambda each: f"::ffff:{each}"),
    st.ip_addresses(v=4, network="10.0.0.0/8").map(str),
    st.ip_addresses(v=6, network="2001:db8::/32").map(str),
    st.text(max_size=20),
    st.from_regex(r"[0-9]{1,4}(\.[0-9]{1,4}){2,4}", fullmatch=True),
)


@given(ADDRESSES)
def test_an_address_belongs_to_a_network_exactly_when_ipaddress_says_so(address: str) -> None:
    """Of any form; what is no address belongs to none."""
    try:
        parsed = ip_address(address)
    except ValueError:
        assert address not in Networks(NETWORKS)
        assert canonical(address) is None
        return
    client = getattr(parsed, "ipv4_mapped", None) or parsed
    assert (address in Networks(NETWORKS)) == any(client in network for network in NETWORKS)
    assert canonical(address) == str(parsed)


@pytest.mark.parametrize(
    "address", ["203.0.113.07", "203.0.113", "0x7f.0.0.1", "203.0.113.7\0", " 203.0.113.7", "٢.0.0.1"]
)
def test_only_the_usual_form_of_an_address_of_four_numbers_is_one(address: str) -> None:
    """Otherwise one client could be many."""
    assert canonical(address) is None
    assert network_of(address) == address


@given(st.ip_addresses(v=4).map(str))
def test_one_client_has_one_network_however_its_address_is_written(address: str) -> None:
    """As IPv4, or as IPv6 that contains it."""
    assert network_of(address) == network_of(f"::ffff:{address}") == address


def test_no_networks_contain_nothing() -> None:
    """A shop without proxies trusts nobody."""
    assert not Networks([])
    assert "127.0.0.1" not in Networks([])
