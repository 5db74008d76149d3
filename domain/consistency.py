"""The result of comparing the stores with each other."""

from collections.abc import Sequence
from dataclasses import dataclass

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Found:
    """Inconsistencies of one part of the shop: how many, and a sentence with ids for each of the first.

    `complete`: the whole part was compared; if not, a sentence gives the reason.

    >>> Found(2, ("a", "b")) + Found(sentences=("nobody answers",), complete=False)
    Found(count=2, sentences=('a', 'b', 'nobody answers'), complete=False)
    """

    count: int = 0
    sentences: tuple[str, ...] = ()
    complete: bool = True

    def __add__(self, other: "Found") -> "Found":
        return Found(self.count + other.count, self.sentences + other.sentences, self.complete and other.complete)


NOTHING = Found()


def found(count: int, first: Sequence[str], others: str) -> Found:
    """What breaks one rule: a sentence for each of the first 20, and one sentence with the number of `others`.

    >>> found(2, ["a", "b"], "letters").sentences
    ('a', 'b')
    >>> found(22, ["x"] * 22, "letters").sentences[-1]
    'And 2 more letters.'
    """
    shown = tuple(first[:SHOWN])
    more = count - len(shown)
    return Found(count, (*shown, f"And {more} more {others}.") if more > 0 else shown)


def incomplete(sentence: str) -> Found:
    """Something could not be compared."""
    return Found(sentences=(sentence,), complete=False)
