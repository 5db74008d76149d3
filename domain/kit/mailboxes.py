"""E-mail addresses and passwords in one form, however a keyboard composed them."""

import unicodedata

_WIDTHS = ("<wide>", "<narrow>")


def one_form(text: str) -> str:
    """A text with characters of usual width, composed, and with plain spaces: RFC 8265 with the width mapping of names.

    Look-alikes of other scripts stay different.

    >>> one_form("pａss") == "pass", one_form("a\u0308") == "\u00e4", one_form("\u0430") == "a"
    (True, True, False)
    """
    return unicodedata.normalize("NFC", "".join(map(_usual, text)))


def mailbox(email: str) -> str:
    """A key that is equal for forms of one e-mail address: case, width and composition of characters do not count.

    Domains also have no circled or otherwise styled letters: mail goes to the plain ones.

    >>> mailbox(" Ann@ｅxample.ORG") == mailbox("ann@example.org"), mailbox("a\u0308@x.de") == mailbox("ä@x.de")
    (True, True)
    >>> mailbox("ann@\u24d4xample.org")
    'ann@example.org'
    """
    name, at, domain = one_form(email).strip().lower().rpartition("@")
    return one_form(name) + at + unicodedata.normalize("NFKC", domain).lower()


def mailboxes_of(email: str) -> tuple[str, ...]:
    """The forms in which an account with this address may be stored: as now, else as versions before 0.2 stored it."""
    return tuple(dict.fromkeys((mailbox(email), email.strip().lower())))


def _usual(character: str) -> str:
    if character.isascii():
        return character
    if unicodedata.category(character) == "Zs":
        return " "
    width, _, usual = unicodedata.decomposition(character).partition(" ")
    return chr(int(usual, 16)) if width in _WIDTHS else character
