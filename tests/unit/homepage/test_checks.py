"""What editors write is held against the rules that each kind declares."""

from collections.abc import Iterator
from dataclasses import dataclass, is_dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest

from domain.catalog.records import Image
from domain.homepage.kinds import Html, Kind, Needs, PlainSource, ShortText, UpTo, Url, rules_of
from domain.homepage.sources import (
    KINDS,
    Banner,
    BannerSection,
    MenuSource,
    ProductsSource,
    ShelfSource,
    Timed,
    TopCategoriesSource,
)
from domain.kit.refusals import Refused
from services.homepage.checks import checked_page

SCRIPT = "<b>Hello</b><script>alert(1)</script>"


@dataclass(frozen=True, slots=True)
class Quote:
    """A record inside a section of a kind that the shop does not have."""

    author: ShortText
    words: Html
    source: Url


@dataclass(frozen=True, slots=True)
class QuotesSource(PlainSource):
    """A kind that the shop does not have: the checks know only what it declares."""

    intro: Html
    columns: Annotated[int, UpTo(4)]
    first: Quote
    quotes: Annotated[tuple[Quote, ...], UpTo(2)] = ()

    @property
    def needs(self) -> Needs:
        return Needs(cards=self.columns * 300)


def _quotes(**changes: Any) -> QuotesSource:
    quote = Quote("Ada", SCRIPT, "/ada")
    given: dict[str, Any] = {"intro": SCRIPT, "columns": 2, "first": quote, "quotes": (quote,)}
    return QuotesSource("q", "Quotes", **given | changes)


def _refusal(section: PlainSource) -> tuple[str, str]:
    with pytest.raises(Refused) as raised:
        checked_page("main", [section])
    (refusal,) = raised.value.refusals
    return refusal.code, refusal.message


def test_html_is_made_safe_wherever_a_kind_declares_it() -> None:
    """In the section, in a record inside it and in each of several, also when the section has times."""
    (timed,) = checked_page("main", [Timed(_quotes())])
    assert isinstance(timed, Timed)
    made = timed.section
    assert isinstance(made, QuotesSource)
    assert {made.intro, made.first.words, *(quote.words for quote in made.quotes)} == {"<b>Hello</b>"}


@pytest.mark.parametrize(
    ("section", "code", "message"),
    [
        (_quotes(columns=0), "INVALID", "`columns` must be from 1 to 4."),
        (_quotes(columns=5), "INVALID", "`columns` must be from 1 to 4."),
        (_quotes(quotes=()), "INVALID", "`quotes` must have 1 to 2 items."),
        (_quotes(quotes=(Quote("Ada", "", "/"),) * 3), "INVALID", "`quotes` must have 1 to 2 items."),
        (_quotes(first=Quote("x" * 256, "", "/")), "TOO_LONG", "At most 255 characters"),
        (_quotes(first=Quote("", "", "javascript:alert(1)")), "INVALID", "A URL is a path of this shop"),
        (_quotes(quotes=(Quote("", "", "//elsewhere"),)), "INVALID", "A URL is a path of this shop"),
        (_quotes(columns=4), "INVALID", "A page shows 1000 products at most."),
    ],
)
def test_a_kind_is_checked_by_what_it_declares(section: PlainSource, code: str, message: str) -> None:
    """Numbers, counts, texts and URLs, of the section and of the records inside it; and how many cards it needs."""
    found = _refusal(section)
    assert (found[0], found[1][: len(message)]) == (code, message)


@pytest.mark.parametrize(
    ("section", "code"),
    [
        (ShelfSource("s", "", "mugs", 51), "INVALID"),
        (ShelfSource("s", "", "x" * 256), "TOO_LONG"),
        (MenuSource("m", "", "x" * 256), "TOO_LONG"),
        (ProductsSource("p", "", tuple(range(51))), "INVALID"),
        (TopCategoriesSource("t", "", 21, 1), "INVALID"),
        (BannerSection("b", "", (Banner("", "", Image("1", "/a.svg", "x" * 256), "/"),)), "TOO_LONG"),
        (BannerSection("b", "", (Banner("", "", Image("1", "data:x", None), "/"),)), "INVALID"),
    ],
)
def test_the_bounds_of_the_kinds_of_the_shop(section: PlainSource, code: str) -> None:
    """Fifty products, twenty categories, 255 characters, and pictures that browsers may fetch."""
    assert _refusal(section)[0] == code


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_text_number_and_list_of_a_kind_has_a_rule(kind: Kind) -> None:
    """A field that nothing bounds could fill a document, or bring a script into a page."""
    assert list(_unruled(kind.record)) == []


def _unruled(record: type) -> Iterator[str]:
    rules = dict(rules_of(record))
    for name, hint in get_type_hints(record).items():
        if name not in rules and (hint in (str, int) or get_origin(hint) is tuple):
            yield f"{record.__name__}.{name}"
        for inner in get_args(hint):
            if is_dataclass(inner) and isinstance(inner, type):
                yield from _unruled(inner)
