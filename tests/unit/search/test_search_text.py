"""How texts become words."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasources.search import texts as search_text
from datasources.search.engines import search_engine
from datasources.search.texts import MAX_LENGTH, MAX_WORDS, asked_words, indexed_words, typos
from domain.kit.folding import fold


@given(st.text(max_size=200))
def test_what_is_indexed_is_found_when_asked_for(text: str) -> None:
    """Every word of a question taken from a text is among the indexed words of the text."""
    assert set(asked_words(text)) <= set(indexed_words(text))


@given(st.text(max_size=3_000))
def test_questions_are_bounded(text: str) -> None:
    """Any question becomes a few words of bounded length, without an empty one or spaces."""
    words = asked_words(text)
    assert len(words) <= MAX_WORDS
    assert all(0 < len(word) <= MAX_LENGTH and not any(c.isspace() for c in word) for word in words)


@given(st.text(max_size=200))
def test_case_does_not_count(text: str) -> None:
    """Folding twice changes nothing in most scripts, and upper case equals lower case."""
    assert fold(text.upper().lower()) == fold(text.upper().casefold().lower())


@pytest.mark.parametrize(
    ("word", "allowed"), [("mug", 0), ("lamp", 1), ("lantern", 1), ("blankets", 2), ("10234567", 0)]
)
def test_longer_words_may_have_typos(word: str, allowed: int) -> None:
    """One from four letters, two from eight; a number is meant as it is."""
    assert typos(word) == allowed


def test_unknown_urls_are_refused() -> None:
    """Without showing them: they may hold a key."""
    with pytest.raises(ValueError, match="start with tantivy://") as raised:
        search_engine("ftp://key@host", "", "", 1.0)
    assert "key" not in str(raised.value)


def test_the_examples_hold() -> None:
    """What the docstrings show is what happens."""
    done = doctest.testmod(search_text)
    assert (done.attempted > 5, done.failed) == (True, 0)
