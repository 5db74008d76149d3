"""Texts as words. Indexed texts and queries are folded in the same way, so that they match.

Accents, case, possessives and punctuation do not count. Every character of a script without spaces is a word: Chinese,
Japanese, Thai, Lao, Burmese and Khmer.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence

from datasources.kit.caches import ByteCache, MemoryBudget
from domain.kit.folding import fold
from domain.search import SearchDocument

MAX_TEXT = 1_000
MAX_WORDS = 10
MAX_LENGTH = 40
MAX_CODE = 255

# Measured: what a word takes in a set besides its letters.
_WORD_BYTES = 120
_POSSESSIVE = re.compile(r"['’]s(?![^\W_])")
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_IDEOGRAPHS += "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_WORD = re.compile(rf"[{_IDEOGRAPHS}]|(?:(?![{_IDEOGRAPHS}])[^\W_])+")
_BETWEEN_IDEOGRAPHS = re.compile(rf"(?<=[{_IDEOGRAPHS}]) (?=[{_IDEOGRAPHS}])")
# Parts that punctuation joins: "t-shirt", "o'neill", "SKU-10/2".
_COMPOUND = re.compile(r"[^\W_]+(?:['’\-_./&+][^\W_]+)+")


def asked_words(text: str) -> list[str]:
    """The words of a query: at most 10, of at most 40 letters, from its first thousand characters.

    >>> asked_words("Women's T-shirt ☕ 茶碗")
    ['women', 't', 'shirt', '茶', '碗']
    """
    return list(dict.fromkeys(_words(fold(text[:MAX_TEXT]))))[:MAX_WORDS]


def has_too_many_words(text: str) -> bool:
    """Whether `asked_words` leaves some out. Ideographs that stand together count as one word.

    >>> has_too_many_words("a b c d e f g h i j 茶碗"), has_too_many_words("a b c d e f g h i 茶碗")
    (True, False)
    """
    return len(as_text(list(dict.fromkeys(_words(fold(text))))).split()) > MAX_WORDS


def indexed_words(text: str) -> list[str]:
    """The words of an indexed text. Words that punctuation joins are also one word.

    >>> indexed_words("Women's T-shirt")
    ['women', 't', 'shirt', 'womens', 'tshirt']
    """
    folded = fold(text)
    joined = ("".join(_WORD.findall(compound))[:MAX_LENGTH] for compound in _COMPOUND.findall(folded))
    return [*_words(folded), *joined]


class IndexedWords:
    """The words of texts that many queries look at, each text folded once."""

    def __init__(self, memory: MemoryBudget) -> None:
        self._words: ByteCache[tuple[str, ...], frozenset[str]] = ByteCache(memory, "words")

    def of(self, texts: tuple[str, ...], joined: Callable[[tuple[str, ...]], str] = "\n".join) -> frozenset[str]:
        """The `indexed_words` of texts, which `joined` makes one text."""
        words = self._words.get(texts)
        if words is None:
            words = frozenset(indexed_words(joined(texts)))
            size = sum(map(len, texts)) + sum(len(word) + _WORD_BYTES for word in words)
            self._words.put(texts, words, size)
        return words


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


def code_key(text: str) -> str | None:
    """The filter key of a text as a handle, SKU or barcode; None for a text that is none.

    >>> code_key(' "mug-101" ') == filter_key("code", "MUG-101")
    True
    """
    code = " ".join(text.strip().strip("\"'").split())
    return filter_key("code", code) if 0 < len(code) <= MAX_CODE else None


def stem(word: str) -> str:
    """A folded word without the ending of an English plural.

    >>> [stem(word) for word in ("mugs", "dishes", "cherries", "glass", "bus")]
    ['mug', 'dish', 'cherry', 'glass', 'bus']
    """
    if not word.isascii() or len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("sses", "shes", "ches", "xes", "zes")) else word[:-1]


def word_keys(words: Sequence[str]) -> list[str]:
    """Filter keys of words, whether singular or plural."""
    return list(dict.fromkeys(filter_key("word", stem(word)) for word in words))


def filter_keys(product: SearchDocument) -> list[str]:
    """Everything that filters find a product by."""
    codes = [("handle", product.handle), *(("sku", sku) for sku in product.skus)]
    codes += [("barcode", barcode) for barcode in product.barcodes]
    named = [("tag", tag) for tag in product.tags] + [("collection", handle) for handle in product.collections]
    named += [("vendor", product.vendor), ("product_type", product.product_type), *codes]
    named.append(("available", "yes" if product.available else "no"))
    named += [("excluded", code) for code in product.excluded]
    labels = " ".join((product.title, *labels_of(product)))
    keys = [filter_key(name, value) for name, value in named]
    exact = [key for _, value in codes if (key := code_key(value))]
    return list(dict.fromkeys([*keys, *exact, *word_keys(indexed_words(labels))]))


def labels_of(product: SearchDocument) -> list[str]:
    """Short texts beside the title that say what a product is."""
    return [product.vendor, product.product_type, *product.tags, *product.skus]
