"""What a search is made of, the same on every engine: lists of matches, one after the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from datasources.search.texts import asked_words, code_key, filter_key, word_keys
from domain.search import SearchHits, SearchQuery, UnavailableProducts

AVAILABLE, SOLD_OUT = filter_key("available", "yes"), filter_key("available", "no")


@dataclass(frozen=True, slots=True)
class MatchList:
    """One list of matches: products with all of the words, all of these filter keys and none of the others.

    None has a key in `unwanted`. `labels_only` leaves descriptions out; `reverse` is the order of ranks, the least
    relevant first.
    """

    words: tuple[str, ...]
    keys: tuple[str, ...]
    without: tuple[str, ...]
    labels_only: bool = False
    reverse: bool = False
    unwanted: tuple[int, ...] = ()

    def having(self, *keys: str) -> "MatchList":
        """The same list with more filter keys."""
        return replace(self, keys=self.keys + keys)


@dataclass(frozen=True, slots=True)
class Tier:
    """Matches that are as good as each other: lists of those for sale, and of those sold out."""

    available: tuple[MatchList, ...]
    sold_out: tuple[MatchList, ...]


def parts(query: SearchQuery) -> list[MatchList]:
    """The lists of a search by relevance: products that the whole text identifies, then all others."""
    every = _every(query)
    exact, others = _exact(query), [] if every is None else _by_stock(every, query.unavailable)
    return [*others, *exact] if query.reverse else [*exact, *others]


def tiers(query: SearchQuery) -> list[Tier]:
    """From the best matches to all; only the first that finds something counts."""
    exact, every = _exact(query), _every(query)
    kinds = [] if every is None else _kinds(every)
    return [_tier(exact, [kind], query.unavailable) for kind in kinds] or [_tier(exact, [], query.unavailable)]


def joined(query: SearchQuery, pages: Sequence[Callable[[SearchQuery], SearchHits]]) -> SearchHits:
    """A page of several lists, each of which begins where the one before it ends."""
    found = SearchHits((), 0)
    for page in pages:
        size = query.size - len(found.product_ids)
        more = page(replace(query, offset=max(query.offset - found.total, 0), size=size))
        found = SearchHits(found.product_ids + more.product_ids, found.total + more.total)
    return found


def _every(query: SearchQuery) -> MatchList | None:
    """All matches but those of the exact list; None when the text has no word."""
    words, code = tuple(asked_words(query.text)), code_key(query.text)
    if query.text.strip() and not words:
        return None
    keys, without = _keys(query)
    every = MatchList(words, keys, without if code is None else (*without, code), reverse=query.reverse)
    return replace(every, unwanted=_unwanted(query))


def _exact(query: SearchQuery) -> list[MatchList]:
    code = code_key(query.text)
    if code is None:
        return []
    keys, without = _keys(query)
    return [MatchList((), (*keys, code), without, reverse=query.reverse, unwanted=_unwanted(query))]


def _keys(query: SearchQuery) -> tuple[tuple[str, ...], tuple[str, ...]]:
    wanted = tuple(filter_key(name, value) for name, value in query.filters)
    without = [*query.without, *(("collection", handle) for handle in sorted(query.unwanted.categories))]
    return wanted, tuple(filter_key(name, value) for name, value in without)


def _unwanted(query: SearchQuery) -> tuple[int, ...]:
    return tuple(sorted(query.unwanted.products))


def _by_stock(part: MatchList, unavailable: UnavailableProducts) -> list[MatchList]:
    if unavailable is UnavailableProducts.SHOW:
        return [part]
    first = part.having(AVAILABLE)
    return [first] if unavailable is UnavailableProducts.HIDE else [first, part.having(SOLD_OUT)]


def _kinds(every: MatchList) -> list[MatchList]:
    """Every word as it is in title or labels; there as a beginning or with typos; anywhere."""
    if not every.words:
        return [every]
    whole = replace(every.having(*word_keys(every.words)), words=())
    return [whole, replace(every, labels_only=True), every]


def _tier(exact: Sequence[MatchList], others: Sequence[MatchList], unavailable: UnavailableProducts) -> Tier:
    shown = exact if unavailable is UnavailableProducts.HIDE else [*exact, *others]
    return Tier(
        tuple(part.having(AVAILABLE) for part in (*exact, *others)), tuple(part.having(SOLD_OUT) for part in shown)
    )
