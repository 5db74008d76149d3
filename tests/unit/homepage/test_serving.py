"""What a page shows of products that have sold out since it was built."""

from dataclasses import replace

import pytest

from domain.homepage.records import HomepageRecord, TopCategories
from domain.homepage.serving import cards_of, product_key, served
from domain.homepage.sources import SoldOut, TextSection
from tests.kit.homepages import card, flash_sale, full_page, page, shelf

TEXT = TextSection("text", "Text", "<p>Hello</p>")


def _keys(record: HomepageRecord) -> list[int]:
    return [product_key(each) for each in cards_of(record)]


def test_a_page_on_which_nothing_sold_out_is_served_as_it_is() -> None:
    """Piece by piece the same objects."""
    record = page(shelf("mugs", card(1), card(2)), TEXT)
    answer = served(record, frozenset())
    assert all(mine is theirs for mine, theirs in zip(answer.sections, record.sections, strict=True))
    assert (answer.version, answer.menu, answer.is_stale, answer.personalized) == (1, record.menu, False, False)


def test_products_that_sold_out_disappear() -> None:
    """Rows that have no other product disappear with them, and so do sections of such rows."""
    rows = TopCategories("top", "Top", (shelf("a", card(1), card(2)), shelf("b", card(3))))
    record = page(rows, shelf("c", card(3)), TEXT)
    assert _keys(served(record, frozenset({1, 3}))) == [2]
    assert served(record, frozenset({1, 2, 3})).sections == (TEXT,)


def test_a_section_may_show_what_is_sold_out() -> None:
    """As not for sale."""
    answer = served(page(shelf("a", card(1), card(2), sold_out=SoldOut.SHOW)), frozenset({1}))
    assert [each.available_for_sale for each in cards_of(answer)] == [False, True]


def test_what_came_back_shows_again() -> None:
    """A card that was built as sold out."""
    record = page(shelf("a", card(1, available=False), card(2)))
    assert _keys(served(record, None)) == [2]
    assert _keys(served(record, frozenset())) == [1, 2]


def test_offers_stay_when_they_are_gone() -> None:
    """A visitor who comes too late sees that the sale is over."""
    answer = served(page(flash_sale(card(1), card(2))), frozenset({1}))
    assert [(product_key(each), each.available_for_sale) for each in cards_of(answer)] == [(1, False), (2, True)]


@pytest.mark.parametrize("sold_out", [None, frozenset(), frozenset(range(1, 20))])
def test_a_record_is_never_changed(sold_out: frozenset[int] | None) -> None:
    """The next answer is made of it again."""
    record = full_page()
    before = replace(record)
    served(record, sold_out)
    assert record == before
