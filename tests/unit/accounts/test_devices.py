"""Names of devices: proved by a cookie, or claimed in a header."""

import pytest

from services.accounts.devices import Devices

DEVICES = Devices("a secret of the tests, long enough to sign")


def test_a_cookie_proves_the_device_that_it_was_made_for() -> None:
    """In every process that has the secret."""
    device_id, cookie = DEVICES.new()
    assert Devices("a secret of the tests, long enough to sign").of_cookie(cookie) == device_id
    assert DEVICES.new()[0] != device_id


def test_a_cookie_that_was_changed_or_made_up_proves_nothing() -> None:
    """The cookie of another shop is not accepted either."""
    _, cookie = DEVICES.new()
    _, other = DEVICES.new()
    name, signature = cookie.split(".")
    forged = [
        name,
        f"{name}.",
        f".{signature}",
        f"{other.split('.')[0]}.{signature}",
        f"{name}.{signature}0",
        "",
        "ä.ä",
    ]
    assert [DEVICES.of_cookie(each) for each in forged] == [None] * len(forged)
    assert Devices("another secret of the tests, also long").of_cookie(cookie) is None


@pytest.mark.parametrize("claimed", ["", "short", "a" * 65, "with space in", "line\nbreak12", "ümläut-id", "{brace}12"])
def test_strange_names_are_not_taken(claimed: str) -> None:
    """Nothing of them gets into a key of Redis."""
    assert DEVICES.of_header(claimed) is None


def test_an_app_may_name_itself() -> None:
    """Apart from the names that the shop gives."""
    assert DEVICES.of_header("2F1C9A3E-app-install") == "claimed:2F1C9A3E-app-install"
