"""E-mail addresses as keys."""

import unicodedata


def mailbox(email: str) -> str:
    """A key that is equal for e-mail addresses that look alike: case, width and composition of characters do not count.

    >>> mailbox(" Ann@ｅxample.ORG") == mailbox("ann@example.org"), mailbox("a\u0308@x.de") == mailbox("ä@x.de")
    (True, True)
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", email).strip().casefold())
