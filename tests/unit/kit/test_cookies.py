"""Cookies are bound to their host wherever that is possible."""

import pytest

from resolvers.kit.cookies import DEVICE_COOKIE, LOGIN_COOKIE, Cookies

BOUND = f"__Host-{DEVICE_COOKIE}"


def test_browsers_accept_a_bound_cookie() -> None:
    """They demand `Secure`, `Path=/` and no `Domain`. Over plain HTTP they would keep none of that name."""
    cookies = Cookies()
    name, *attributes = cookies.line(DEVICE_COOKIE, "ann", is_secure=True).split("; ")
    assert name == f"{BOUND}=ann"
    assert set(attributes) == {"Path=/", "Max-Age=31536000", "HttpOnly", "SameSite=Lax", "Secure"}
    plain = cookies.line(DEVICE_COOKIE, "ann", is_secure=False)
    assert plain.startswith(f"{DEVICE_COOKIE}=ann; ")
    assert "Secure" not in plain


@pytest.mark.parametrize(
    ("sent", "read", "read_in_production"),
    [
        ({}, "", ""),
        ({DEVICE_COOKIE: "ann"}, "ann", ""),
        ({BOUND: "ann"}, "ann", "ann"),
        ({BOUND: "ann", DEVICE_COOKIE: "mallory"}, "ann", "ann"),
        ({f"__Host-{LOGIN_COOKIE}": "ann"}, "", ""),
    ],
)
def test_a_cookie_of_another_host_never_wins(sent: dict[str, str], read: str, read_in_production: str) -> None:
    """Cookies of earlier versions are read where no bound one is there, but not in production."""
    assert Cookies().read(sent, DEVICE_COOKIE) == read
    assert Cookies(only_bound=True).read(sent, DEVICE_COOKIE) == read_in_production
