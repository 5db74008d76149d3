"""Which e-mail addresses the shop takes."""

import pytest

from services.kit.texts import is_email


@pytest.mark.parametrize(
    "email",
    [
        "ada@example.com",
        "a.d-a+shop@mail.example.co.uk",
        "o'b%!#$&*/=?^`{|}~@example.org",
        "ada@shop.local",
        "ada@example.test",
        "josé@example.com",
        "ada@münchen.de",
        "ada@xn--mnchen-3ya.de",
        "用户@例子.广告",
        "a\u0308@ｅxample.org",
        "a" * 64 + "@example.org",
    ],
)
def test_addresses_of_any_alphabet_and_network_are_taken(email: str) -> None:
    """Private networks and names reserved for examples and tests included."""
    assert is_email(email)


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ada",
        "@example.com",
        "ada@localhost",
        "ada@example.com, bob@example.com",
        "Ada <ada@example.com>",
        '"ada, bob"@example.com',
        "ada@[127.0.0.1]",
        "ada@1.2.3.4",
        "ada..b@example.com",
        ".ada@example.com",
        "ada@example..com",
        "ada@-example.com",
        "ada@example.com\nBcc: all@example.com",
        "ada\u200b@example.com",
        "\u202eada@example.com",
        "\ud800@example.com",
        "a" * 65 + "@example.org",
        "a@" + "x" * 64 + ".org",
    ],
)
def test_what_no_mail_can_be_sent_to_is_refused(email: str) -> None:
    """Also texts that a mail header would read as several addresses."""
    assert not is_email(email)
