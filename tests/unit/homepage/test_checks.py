"""What editors write is held against the rules that each kind declares."""

from collections.abc import Iterator
from dataclasses import dataclass, is_dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest

from domain.catalog.records import Image
from domain.homepage import sources
from domain.homepage.editing import GivenSection
from domain.homepage.kinds import Html, KeyOf, Kind, Needs, PlainSource, ShortText, UpTo, Url, rules_of
from domain.homepage.sources import (
    KINDS,
    Banner,
    BannerSection,
    FlashSaleSource,
    MenuSource,
    ProductsSource,
    ShelfSource,
    Timed,
    TopCategoriesSource,
)
from domain.kit.refusals import Path, Refusal, Refused
from services.homepage.checks import checked_page

PICTURE = Image("1", "/a.svg", None)
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
    quotes: Annotated[tuple[Quote, ...], UpTo(2)]
    products: Annotated[tuple[int, ...], KeyOf("product")] = ()

    @property
    def needs(self) -> Needs:
        return Needs(cards=self.columns * 300)


def _banner(url: str = "/", image: Image = PICTURE) -> BannerSection:
    return BannerSection("b", "", (Banner("", "", image, url),))


@pytest.fixture(autouse=True)
def _quotes_are_a_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sources._KIND_OF, QuotesSource, Kind("QUOTES", "quotes", QuotesSource))


def _quotes(**changes: Any) -> QuotesSource:
    quote = Quote("Ada", SCRIPT, "/ada")
    given: dict[str, Any] = {"intro": SCRIPT, "columns": 2, "first": quote, "quotes": (quote,)}
    return QuotesSource("q", "Quotes", **given | changes)


def _refusal(section: PlainSource) -> Refusal:
    with pytest.raises(Refused) as raised:
        checked_page("main", [GivenSection((section,))])
    (refusal,) = raised.value.refusals
    return refusal


def test_html_is_made_safe_wherever_a_kind_declares_it() -> None:
    """In the section, in a record inside it and in each of several, also when the section has times."""
    (timed,) = checked_page("main", [GivenSection((_quotes(),), datetime(2026, 1, 2, tzinfo=UTC))])
    assert isinstance(timed, Timed)
    made = timed.section
    assert isinstance(made, QuotesSource)
    assert {made.intro, made.first.words, *(quote.words for quote in made.quotes)} == {"<b>Hello</b>"}


@pytest.mark.parametrize(
    ("section", "code", "path"),
    [
        (_quotes(columns=0), "INVALID", ("quotes", "columns")),
        (_quotes(columns=5), "INVALID", ("quotes", "columns")),
        (_quotes(quotes=()), "INVALID", ("quotes", "quotes")),
        (_quotes(quotes=(Quote("Ada", "", "/"),) * 3), "INVALID", ("quotes", "quotes")),
        (_quotes(products=(1, 0)), "NOT_FOUND", ("quotes", "products", 1)),
        (_quotes(first=Quote("x" * 256, "", "/")), "TOO_LONG", ("quotes", "first", "author")),
        (_quotes(first=Quote("", "", "javascript:alert(1)")), "INVALID", ("quotes", "first", "source")),
        (_quotes(quotes=(Quote("", "", "/"), Quote("", "", "//x"))), "INVALID", ("quotes", "quotes", 1, "source")),
    ],
)
def test_a_kind_is_checked_by_what_it_declares(section: PlainSource, code: str, path: Path) -> None:
    """Numbers, counts, texts, URLs and keys, of the section and of the records inside it; the refusal says where."""
    refusal = _refusal(section)
    assert (refusal.code, refusal.path) == (code, ("sections", 0, *path))


def test_a_page_has_an_end() -> None:
    """The requirements of every kind count."""
    assert _refusal(_quotes(columns=4)).path == ("sections",)


@pytest.mark.parametrize(
    ("section", "code", "path"),
    [
        (ShelfSource("s", "", "mugs", 51), "INVALID", ("shelf", "size")),
        (ShelfSource("s", "", "x" * 256), "TOO_LONG", ("shelf", "collection")),
        (ShelfSource("s", "x" * 256, "mugs"), "TOO_LONG", ("title",)),
        (MenuSource("m", "", "x" * 256), "TOO_LONG", ("menu",)),
        (ProductsSource("p", "", tuple(range(1, 52))), "INVALID", ("products", "products")),
        (ProductsSource("p", "", (1, 0)), "NOT_FOUND", ("products", "products", 1)),
        (FlashSaleSource("f", "", 0), "NOT_FOUND", ("flash_sale", "sale_id")),
        (TopCategoriesSource("t", "", 21, 1), "INVALID", ("top_categories", "categories")),
        (BannerSection("b", "", ()), "INVALID", ("banners",)),
        (_banner(url="data:x"), "INVALID", ("banners", 0, "url")),
        (_banner(image=Image("1", "/a.svg", "x" * 256)), "TOO_LONG", ("banners", 0, "alt_text")),
        (_banner(image=Image("1", "data:x", None)), "INVALID", ("banners", 0, "image_url")),
    ],
)
def test_the_bounds_of_the_kinds_of_the_shop(section: PlainSource, code: str, path: Path) -> None:
    """Fifty products, twenty categories, 255 characters, and pictures that browsers may fetch."""
    refusal = _refusal(section)
    assert (refusal.code, refusal.path) == (code, ("sections", 0, *path))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_text_number_and_list_of_a_kind_has_a_rule(kind: Kind) -> None:
    """A field that nothing bounds could fill a document, or bring a script into a page."""
    assert list(_unruled(kind.record)) == []


def _unruled(record: type) -> Iterator[str]:
    rules = rules_of(record)
    for name, hint in get_type_hints(record).items():
        if not rules[name] and (hint in (str, int) or get_origin(hint) is tuple):
            yield f"{record.__name__}.{name}"
        for inner in get_args(hint):
            if is_dataclass(inner) and isinstance(inner, type):
                yield from _unruled(inner)
