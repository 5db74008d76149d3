"""What texts that people give may hold."""

import re

from domain.kit.mailboxes import mailbox

# What ends a line or a text elsewhere: in mail headers, in files.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROL_BUT_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# What RFC 5322 lets stand in addresses without quotes, in any alphabet (RFC 6532).
_EMAIL = re.compile(r"[^@\s()<>\[\]:;,\\\"]{1,64}@[^@\s()<>\[\]:;,\\\"]{1,180}\.[^@\s()<>\[\]:;,\\\".]{2,}")
_PHONE = re.compile(r"\+?[0-9 ().-]{4,31}")
_MAX_EMAIL = 255


def is_line(text: str) -> bool:
    """Whether it is one line that can be seen.

    >>> is_line("Ada Lovelace"), is_line("Ada\\nBcc: all"), is_line("")
    (True, False, True)
    """
    return _CONTROL.search(text) is None


def is_text(text: str) -> bool:
    """The same of several lines.

    >>> is_text("Ring twice.\\n\\tThen wait."), is_text("Ring\\0")
    (True, False)
    """
    return _CONTROL_BUT_LINES.search(text) is None


def is_email(text: str) -> bool:
    """Whether mail can be sent there, as far as its form tells.

    >>> is_email("ada@example.com"), is_email("ada@example.com, bob@example.com"), is_email("ada")
    (True, False, False)
    """
    is_short = max(len(text), len(mailbox(text))) <= _MAX_EMAIL
    return is_short and text.isprintable() and _EMAIL.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """Whether it is a number as people write them.

    >>> is_phone("+44 (0)20 7946-0000"), is_phone("call me")
    (True, False)
    """
    return _PHONE.fullmatch(text) is not None
