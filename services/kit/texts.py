"""Validates texts that people enter."""

import re

import email_validator
import phonenumbers

from domain.kit.mailboxes import mailbox
from domain.kit.refusals import INPUT

# Characters that end a line or a text elsewhere, such as in mail headers or files.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROL_BUT_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_PHONE = re.compile(r"\+?[0-9 ().-]{4,31}")
_MAX_EMAIL = 255
EMAIL_RULE = f"{INPUT} must be one e-mail address of at most {_MAX_EMAIL} characters, such as ada@example.com."
PHONE_RULE = f"{INPUT} must be a phone number with as many digits as its country has, such as +44 20 7946 0000."
LINE_RULE = f"{INPUT} must not contain line breaks or control characters."
# Shops run on private networks too, where mail goes to `staff@shop.local`. The library has one such list per process.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()


def is_line(text: str) -> bool:
    """Whether the text is one line without control characters.

    >>> is_line("Ada Lovelace"), is_line("Ada\\nBcc: all"), is_line("")
    (True, False, True)
    """
    return _CONTROL.search(text) is None


def is_text(text: str) -> bool:
    """Whether the text is one or more lines without control characters.

    >>> is_text("Ring twice.\\n\\tThen wait."), is_text("Ring\\0")
    (True, False)
    """
    return _CONTROL_BUT_LINES.search(text) is None


def is_email(text: str) -> bool:
    """Whether the text has the form of a mail address: in any alphabet, without quotes or a display name.

    >>> is_email("ada@example.com"), is_email("ada@example.com, bob@example.com"), is_email("ada")
    (True, False, False)
    """
    if max(len(text), len(mailbox(text))) > _MAX_EMAIL:
        return False
    try:
        email_validator.validate_email(text, check_deliverability=False, strict=True)
    except email_validator.EmailNotValidError:
        return False
    return True


def is_phone(text: str, country: str | None = None) -> bool:
    """Whether the text is a phone number as people write them, with as many digits as the country's numbers have.

    Without a country code and a country, only the form counts.

    >>> is_phone("+44 (0)20 7946-0000"), is_phone("020 7946 0000", "GB"), is_phone("+1 555"), is_phone("call me")
    (True, True, False, False)
    """
    if _PHONE.fullmatch(text) is None:
        return False
    if country is None and not text.startswith("+"):
        return True
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(text, country))
    except phonenumbers.NumberParseException:
        return False
