"""What mails say, in each language; and what no name of a buyer can make of them."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any

import pytest

from domain.content import Brand, Shop
from domain.kit.money import Money
from domain.mail import OF_ACCOUNTS, Letter, MailKind
from domain.orders.life import OrderStatus
from domain.orders.records import Order, OrderLine
from domain.territories.delivery import Address
from domain.territories.markets import Territory
from services.mail.facts import color_of
from services.mail.letters import compose, default_template, digest_of, message, one_line, words
from services.mail.order_facts import locale_of, money_text, order_shown
from tests.kit.mails import SENDER

GERMANY = Territory("DE", "Germany", "EUR", countries=("DE",), language="DE")
LINES = (OrderLine(7, 0, 1, "S", "Mug", "Blue", 2, Money(2_500, "EUR")),)

ACCOUNT_LINK = "https://shop.example/account/reset/7/secret"


def facts(lines: tuple[OrderLine, ...] = LINES, **changes: Any) -> dict[str, Any]:
    """What the mail of an order shows."""
    home = Address(first_name="Ann", last_name="Lee", address1="Weg 1", zip="10115", city="Berlin", country="DE")
    fields: dict[str, Any] = {
        "subtotal": Money(5_000, "EUR"),
        "total": Money(5_490, "EUR"),
        "shipping_minor": 490,
        "address": home,
    }
    order = Order(
        id=7,
        name="#1007",
        token="secret",
        customer_id=None,
        email="ann@example.com",
        country="DE",
        status=OrderStatus.PAID,
        created_at=datetime(2026, 11, 27, tzinfo=UTC),
        **(fields | changes),
    )
    return {
        "shop": {"name": "Tea & Mugs", "color": "#18181b"},
        "order": order_shown(order, lines, "https://shop.example/orders/7/secret", locale_of(GERMANY)),
        "parcel": {"company": "DHL", "number": "JJD1", "url": None, "lines": []},
        "refund": {"amount": "5 €"},
        "account": {"url": ACCOUNT_LINK},
    }


def mail_of(kind: MailKind, language: str, shown: dict[str, Any]) -> Letter:
    """A mail from the shop's own template."""
    return compose(default_template(kind, language), language, shown)


@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize("language", ["EN", "DE", "FR", "PT-BR"])
def test_every_mail_is_written_in_every_language(kind: MailKind, language: str) -> None:
    """Nothing is left unfilled; a language without words gets English ones."""
    letter = mail_of(kind, language, facts())
    for text in (letter.subject, letter.text, letter.html):
        assert "{{" not in text
        assert ("#1007" in text) == (kind not in OF_ACCOUNTS)
    assert (ACCOUNT_LINK in letter.text and ACCOUNT_LINK in letter.html) == (kind in OF_ACCOUNTS)
    assert "Tea & Mugs" in letter.text
    assert "Tea &amp; Mugs" in letter.html
    assert (f'lang="{language.lower()}"' in letter.html) == (language != "PT-BR")


def test_all_languages_have_the_samewords() -> None:
    """A missing one would end every mail of its kind."""
    _, english = words("en")
    for language in ("de", "fr"):
        found, translated = words(language)
        assert found == language
        for kind, texts in english.items():
            assert set(translated[kind]) == set(texts)


@pytest.mark.parametrize("hostile", ["{{ 7*7 }}", "{% for x in y %}", "<script>alert(1)</script>", '"><img src=x>'])
def test_what_buyers_write_stays_text(hostile: str) -> None:
    """It is neither a template nor markup."""
    home = Address(first_name=hostile, last_name=hostile, address1=hostile, city=hostile, country="DE")
    lines = (OrderLine(7, 0, 1, "S", hostile, "Default Title", 1, Money(2_500, "EUR")),)
    letter = mail_of(MailKind.ORDER_CONFIRMED, "DE", facts(lines, address=home))
    assert hostile in letter.text
    assert "<script" not in letter.html
    assert "<img" not in letter.html
    assert "49" not in letter.html.replace("5.490", "").replace("4,90", "").replace("54,90", "")


@pytest.mark.parametrize(
    "hostile", ["#1\r\nBcc: all@example.com", "#1\nTo: x@example.com", "#1\u2028Bcc: x", "a" * 900]
)
def test_no_name_becomes_a_header(hostile: str) -> None:
    """Line breaks in the subject or in the shop's name begin no other header."""
    shown = facts()
    shown["order"]["name"] = hostile
    letter = mail_of(MailKind.ORDER_CANCELLED, "EN", shown)
    mail = message(letter, SENDER, "ann@example.com", "cause")
    read = message_from_bytes(mail.as_bytes(), policy=policy.default)
    assert (read["Bcc"], read["To"]) == (None, "ann@example.com")
    assert len(str(read["Subject"])) <= 200


@pytest.mark.parametrize(
    "address", ["ann@example.com\r\nBcc: x@example.com", "ann@example.com, bob@example.com", "ann"]
)
def test_a_mail_goes_to_one_address(address: str) -> None:
    """Anything else is refused before a server sees it."""
    with pytest.raises(ValueError):
        message(mail_of(MailKind.ORDER_CANCELLED, "EN", facts()), SENDER, address, "cause")


def test_mails_of_a_cause_have_one_message_id() -> None:
    """By which mail programs know a copy."""
    letter = mail_of(MailKind.ORDER_CANCELLED, "EN", facts())
    first, copy = (message(letter, SENDER, "ann@example.com", "ORDER_CANCELLED:7") for _ in range(2))
    other = message(letter, SENDER, "ann@example.com", "ORDER_CANCELLED:8")
    assert first["Message-ID"] == copy["Message-ID"] != other["Message-ID"]
    assert "example.com" not in digest_of("ann@example.com", b"key")
    assert one_line("  a\tb ") == "a b"


def test_numbers_and_countries_are_those_of_the_reader() -> None:
    """In the language of the territory."""
    locale = locale_of(GERMANY)
    assert money_text(Money(1_234_50, "EUR"), locale).replace("\u00a0", " ") == "1.234,50 €"
    assert facts(address=Address(zip="1010", city="Wien", country="AT"))["order"]["address"] == [
        "Wien 1010",
        "Österreich",
    ]
    assert str(locale_of(Territory("X", "Nowhere", "EUR", language="XX"))) == "en"


@pytest.mark.parametrize(
    ("color", "shown"),
    [("#0b5d51", "#0b5d51"), ("#ffff00", "#18181b"), ("red;background:url(//x)", "#18181b"), (None, "#18181b")],
)
def test_only_colors_that_can_be_read_are_shown(color: str | None, shown: str) -> None:
    """White text is on them; and nothing but a color gets into the mail."""
    shop = Shop("Tea", "", "https://shop.example", "EUR", brand=Brand(primary=((color, None),)))
    assert color_of(shop) == shown
    assert color_of(None) == "#18181b"
