"""Handles: the names of products and collections in URLs."""

import re
import unicodedata

_APOSTROPHES = re.compile("['’]")
# Letters that no decomposition takes to the base letter that people type instead.
_PLAIN = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
MAX_HANDLE = 255


def handle_of(title: str) -> str:
    """The handle made from a title, in any alphabet; empty when the title has no letter or digit.

    >>> handle_of("Home & Garden"), handle_of("Cook's Möbel"), handle_of("家具"), handle_of("Обувь"), handle_of("!")
    ('home-garden', 'cooks-mobel', '家具', 'обувь', '')
    """
    plain = "".join(map(_plain, _APOSTROPHES.sub("", title))).lower().translate(_PLAIN)
    kept: list[str] = []
    base = ""
    for mark in unicodedata.normalize("NFD", plain):
        is_sign = unicodedata.category(mark).startswith("M")
        base = base if is_sign else mark
        # Latin letters lose their accents, other letters keep their vowel signs.
        if not (is_sign and base.isascii()):
            kept.append(mark if _is_letter(mark) else " ")
    return unicodedata.normalize("NFC", "-".join("".join(kept).split()))[:MAX_HANDLE].strip("-")


def _plain(mark: str) -> str:
    """The ASCII form of wide, circled and similar forms; other letters as they are."""
    plain = unicodedata.normalize("NFKC", mark)
    return plain if plain.replace("\u2044", "/").isascii() else mark


def _is_letter(mark: str) -> bool:
    return mark.isalnum() or unicodedata.category(mark).startswith("M")


def is_handle(handle: str) -> bool:
    """Whether it has only letters of any alphabet with their vowel signs, digits, hyphens and underscores."""
    return bool(handle) and all(mark in "-_" or _is_letter(mark) for mark in handle)


def normal_handle(handle: str) -> str:
    """A handle as it is stored: case does not count, nor whether accents are composed.

    >>> normal_handle("E7-P") == normal_handle("e7-p")
    True
    """
    return unicodedata.normalize("NFC", handle.strip().lower())
