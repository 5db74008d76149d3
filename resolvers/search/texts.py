"""Pages and collections that the words of a query find, folded as products are."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from datasources.search.texts import IndexedWords, asked_words, typos
from domain.catalog.records import Collection
from domain.content import Article, ContentPage
from domain.kit.folding import fold
from resolvers.content.outage import absent_in_outage
from resolvers.context import Context, Info
from services.kit.html import plain_text

T = TypeVar("T")
# The most titles that a word with typos is compared with: letter by letter, while the process does nothing else.
MAX_RESEMBLING = 500


def named(context: Context, text: str | None, every: Iterable[T], texts_of: Callable[[T], tuple[str, ...]]) -> list[T]:
    """The things with every word in their texts, in their order; all of them without a word to look for."""
    words = asked_words(text or "")
    known = context.shop.words
    return [each for each in every if not words or _has(known.of(texts_of(each)), words)]


@dataclass(frozen=True, slots=True)
class FoundPages:
    """Pages that match: those that the whole query names, and the others."""

    exact: tuple[ContentPage, ...] = ()
    others: tuple[ContentPage, ...] = ()

    @property
    def all(self) -> tuple[ContentPage, ...]:
        """All of them, the best first."""
        return self.exact + self.others


@absent_in_outage(FoundPages())
async def pages_found(info: Info, text: str) -> FoundPages:
    """Pages with every word in their title or text; those with all words in the title come first."""
    words, name = asked_words(text), fold(text.strip())
    if not words:
        return FoundPages()
    every = await info.context.reads.content.all_pages()
    known = info.context.shop.words
    found = [page for page in every if _has(_page_words(known, page), words)]
    found.sort(key=lambda page: (not _has(known.of((page.title,)), words), page.handle))
    exact = tuple(page for page in found if name in (fold(page.title), fold(page.handle)))
    return FoundPages(exact, tuple(page for page in found if page not in exact))


@absent_in_outage(())
async def articles_found(info: Info, text: str) -> Sequence[Article]:
    """Articles with every word in their title, text or tags."""
    if not asked_words(text):
        return ()
    every = await info.context.reads.content.blogs.all_articles()
    return named(info.context, text, every, lambda each: (each.title, each.text, " ".join(each.tags)))


async def collections_titled(context: Context, text: str, *, by_id: bool) -> list[Collection]:
    """Collections with every word in their titles, by id or by title."""
    words = asked_words(text)
    found = await context.reads.catalog.collections.titled(words, await context.unwanted())
    known = context.shop.words
    named_so = [each for each in found if not words or _has(known.of((each.title,)), words)]
    return sorted(named_so, key=lambda each: each.id) if by_id else named_so


async def collections_found(context: Context, text: str, limit: int) -> list[Collection]:
    """Collections with every word in their title; with typos where none has them as they are."""
    words = asked_words(text)
    if not words:
        return []
    lists, unwanted = context.reads.catalog.collections, await context.unwanted()
    known = context.shop.words
    found = [each for each in await lists.titled(words, unwanted) if _has(known.of((each.title,)), words)]
    if not found and any(typos(word) for word in words):
        found = [
            each
            for each in await lists.titled((), unwanted, MAX_RESEMBLING)
            if _resembles(known.of((each.title,)), words)
        ]
    return found[:limit]


def _has(known: frozenset[str], words: Sequence[str]) -> bool:
    """Whether a text has all words, the last one as a beginning."""
    *whole, last = words
    return known.issuperset(whole) and any(word.startswith(last) for word in known)


def _resembles(known: frozenset[str], words: Sequence[str]) -> bool:
    *whole, last = words
    return all(_like(known, word) for word in whole) and _like(known, last, begins=True)


def _like(known: Iterable[str], word: str, begins: bool = False) -> bool:
    allowed = typos(word)
    return any(is_near(word, other, allowed, begins) for other in known)


def is_near(word: str, other: str, allowed: int, begins: bool) -> bool:
    """Whether so many letters, added, left out, replaced or swapped, turn one word into the other, or its beginning."""
    if len(word) - len(other) > allowed or (not begins and len(other) - len(word) > allowed):
        return False
    other = other[: len(word) + allowed]
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(word, 1):
        older, before, row = before, row, [place]
        for at, theirs in enumerate(other, 1):
            best = min(before[at] + 1, row[at - 1] + 1, before[at - 1] + (letter != theirs))
            if place > 1 and at > 1 and letter == other[at - 2] and word[place - 2] == theirs:
                best = min(best, older[at - 2] + 1)
            row.append(best)
        # A swap reaches two rows back.
        if min(row) > allowed and min(before) > allowed:
            return False
    return (min(row) if begins else row[-1]) <= allowed


def _page_words(known: IndexedWords, page: ContentPage) -> frozenset[str]:
    return known.of((page.title, page.summary, page.html), _page_text)


def _page_text(parts: tuple[str, ...]) -> str:
    title, summary, html = parts
    return f"{title}\n{summary}\n{plain_text(html)}"
