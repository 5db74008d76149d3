"""How suggestions compare words letter by letter."""

from collections.abc import Iterator
from itertools import product

import pytest

from resolvers.search.texts import is_near


class Read(str):
    """A word that counts which of its letters are read."""

    letters = 0

    def __iter__(self) -> Iterator[str]:
        for letter in str(self):
            self.letters += 1
            yield letter


@pytest.mark.parametrize(
    ("word", "other", "begins", "is_found"),
    [
        ("zebar", "zebra", False, True),
        ("ezbra", "zebra", False, True),
        ("zebr", "zebra", False, True),
        ("zebraa", "zebra", False, True),
        ("zobro", "zebra", False, False),
        ("zebar", "zebrafish", False, False),
        ("zebar", "zebrafish", True, True),
        ("zebrafish", "zebra", True, False),
    ],
)
def test_one_letter_may_be_added_left_out_replaced_or_swapped(
    word: str, other: str, begins: bool, is_found: bool
) -> None:
    """Anywhere in a word, or in the beginning of one."""
    assert is_near(word, other, 1, begins) == is_found


def test_no_letter_that_could_still_match_is_cut_off() -> None:
    """Whatever begins with a word after a change of one letter is near it."""
    words = ["".join(letters) for letters in product("ab", repeat=4)]
    for word, other in product(words, repeat=2):
        differing = [at for at in range(4) if word[at] != other[at]]
        if len(differing) <= 1:
            assert is_near(word, other, 1, False)
            assert is_near(word, f"{other}abab", 1, True)


def test_words_without_likeness_are_left_after_a_few_letters() -> None:
    """Also where a beginning is enough: one request compares thousands of words."""
    word = Read("collections")
    assert not is_near(word, "unrelatedwords", 2, True)
    assert 0 < word.letters <= 5
    longer = Read("collections" * 3)
    assert not is_near(longer, "collections", 2, True)
    assert longer.letters == 0
