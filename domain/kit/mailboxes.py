"""E-mail addresses as keys."""

import unicodedata


def mailbox(email: str) -> str:
    """Equal for e-mail addresses that look alike: capitals, widths and compositions of characters do not count.

    >>> mailbox(" Ann@ｅxample.ORG") == mailbox("ann@example.org"), mailbox("a\u0308@x.de") == mailbox("ä@x.de")
    (True, True)
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", email).strip().casefold())
