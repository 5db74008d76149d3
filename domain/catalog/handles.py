"""Handles: the names of products and collections in URLs."""

import re
import unicodedata

_NOT_IN_HANDLES = re.compile(r"[^a-z0-9]+")
_APOSTROPHES = re.compile("['’]")
MAX_HANDLE = 255


def handle_of(title: str) -> str:
    """The handle made from a title; empty when the title has no letter or digit that a handle can contain.

    >>> handle_of("Home & Garden"), handle_of("Cook's Möbel"), handle_of("家具")
    ('home-garden', 'cooks-mobel', '')
    """
    plain = (
        unicodedata.normalize("NFKD", _APOSTROPHES.sub("", title).replace("ß", "ss"))
        .encode("ascii", "ignore")
        .decode()
        .lower()
    )
    return _NOT_IN_HANDLES.sub("-", plain).strip("-")[:MAX_HANDLE]
