"""Texts without case and accents, and the order of texts for people. All stores use the same keys, so all agree."""

import unicodedata

# Marks that distinguish one Japanese syllable from another. All other combining marks are accents.
_VOICED = "\u3099\u309a"
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
# The order of punctuation in the default table of the Unicode collation, before all digits and letters.
_PUNCTUATION = {mark: chr(0x22 + place) for place, mark in enumerate("_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$")}
_SPACE, _OTHER_MARK, _FIRST_DIGIT = "!", "B", 0x43
KEY_LENGTH = 255


def fold(text: str) -> str:
    """Text without case and accents.

    >>> fold("Crème BRÛLÉE, Straße")
    'creme brulee, strasse'
    """
    letters = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in letters if c in _VOICED or not unicodedata.combining(c))
    return unicodedata.normalize("NFC", plain).casefold().translate(_LETTERS)


def collation_key(text: str) -> str:
    """A key whose order by code points is that of the Unicode collation without case and accents, 255 characters.

    Spaces come first, then punctuation, symbols, digits and letters, those of Latin before all others. A key has no
    character up to the space: databases that pad texts with spaces to compare them do so without effect.

    >>> sorted(["zebra", "Éclair", "apple", "Äpfel", "10 cups", "(new) mug"], key=collation_key)
    ['(new) mug', '10 cups', 'Äpfel', 'apple', 'Éclair', 'zebra']
    >>> collation_key("CRÈME") == collation_key("creme")
    True
    """
    return "".join(_weight(character) for character in fold(text))[:KEY_LENGTH]


def _weight(character: str) -> str:
    if "a" <= character <= "z":
        return character
    if character in _PUNCTUATION:
        return _PUNCTUATION[character]
    kind = unicodedata.category(character)
    if kind in ("Zs", "Zl", "Zp", "Cc"):
        return _SPACE
    if kind == "Nd":
        return chr(_FIRST_DIGIT + unicodedata.digit(character))
    if kind in ("Cf", "Cs"):
        return ""
    return character if kind[0] in "LMN" else _OTHER_MARK + character
