"""Texts as words. Indexed texts and queries are folded in the same way, so that they match.

Accents, case, possessives and punctuation do not count. Every character of a script without spaces is a word: Chinese,
Japanese, Thai, Lao, Burmese and Khmer.
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence

MAX_TEXT = 1_000
MAX_WORDS = 10
MAX_LENGTH = 40

# Marks that distinguish one Japanese syllable from another. All other combining marks are accents.
_VOICED = "\u3099\u309a"
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_POSSESSIVE = re.compile(r"['’]s(?![^\W_])")
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_IDEOGRAPHS += "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_WORD = re.compile(rf"[{_IDEOGRAPHS}]|(?:(?![{_IDEOGRAPHS}])[^\W_])+")
_BETWEEN_IDEOGRAPHS = re.compile(rf"(?<=[{_IDEOGRAPHS}]) (?=[{_IDEOGRAPHS}])")
# Parts that punctuation joins: "t-shirt", "o'neill", "SKU-10/2".
_COMPOUND = re.compile(r"[^\W_]+(?:['’\-_./&+][^\W_]+)+")


def fold(text: str) -> str:
    """Text without case and accents.

    >>> fold("Crème BRÛLÉE, Straße")
    'creme brulee, strasse'
    """
    letters = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in letters if c in _VOICED or not unicodedata.combining(c))
    return unicodedata.normalize("NFC", plain).casefold().translate(_LETTERS)


def asked_words(text: str) -> list[str]:
    """The words of a query: at most 10, of at most 40 letters, from its first thousand characters.

    >>> asked_words("Women's T-shirt ☕ 茶碗")
    ['women', 't', 'shirt', '茶', '碗']
    """
    return list(dict.fromkeys(_words(fold(text[:MAX_TEXT]))))[:MAX_WORDS]


def indexed_words(text: str) -> list[str]:
    """The words of an indexed text. Words that punctuation joins are also one word.

    >>> indexed_words("Women's T-shirt")
    ['women', 't', 'shirt', 'womens', 'tshirt']
    """
    folded = fold(text)
    joined = ("".join(_WORD.findall(compound))[:MAX_LENGTH] for compound in _COMPOUND.findall(folded))
    return [*_words(folded), *joined]


def as_text(words: Sequence[str]) -> str:
    """Words for an engine that splits texts itself. Ideographs stay together, as in the indexed text.

    >>> as_text(["t", "shirt", "茶", "碗"])
    't shirt 茶碗'
    """
    return _BETWEEN_IDEOGRAPHS.sub("", " ".join(words))


def _words(folded: str) -> list[str]:
    return [word[:MAX_LENGTH] for word in _WORD.findall(_POSSESSIVE.sub("", folded))]


def typos(word: str) -> int:
    """How many typos a word may have: one from 4 letters, two from 8, none in a number.

    >>> typos("mug"), typos("lamp"), typos("blankets"), typos("2024")
    (0, 1, 2, 0)
    """
    if word.isdigit() or len(word) < 4:
        return 0
    return 1 if len(word) < 8 else 2


def filter_key(name: str, value: str) -> str:
    """A word that stands for one value of one filter, whatever characters the value has. Case does not count.

    >>> filter_key("tag", "Gift") == filter_key("tag", "gift")
    True
    >>> filter_key("tag", "gift") == filter_key("vendor", "gift")
    False
    """
    told = f"{name}\0{unicodedata.normalize('NFC', value).casefold()}"
    return hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
