"""Paging: walking page by page, in both directions, returns every item once; strange cursors are refused without a
crash."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kit.paging import (
    MAX_PAGE,
    CursorKey,
    Page,
    PageRequest,
    decode_cursor,
    encode_cursor,
    page_request,
    slice_of,
)
from domain.kit.refusals import Refused

parts = st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1), st.text(max_size=512))
keys = st.lists(parts, min_size=1, max_size=3).map(tuple)
lists = st.lists(st.integers(), max_size=40)
sizes = st.integers(1, 15)


@given(keys)
def test_cursors_give_their_key_back(key: CursorKey) -> None:
    """Every sort key survives the way through a client."""
    assert decode_cursor(encode_cursor(key), "after") == key


@given(st.one_of(st.text(max_size=80), st.binary(max_size=80).map(lambda raw: raw.decode("latin-1"))))
def test_any_text_is_a_cursor_or_refused(text: str) -> None:
    """No input raises anything but a refusal."""
    try:
        key = decode_cursor(text, "after")
    except Refused as refused:
        assert refused.refusals[0].code == "BAD_CURSOR"
    else:
        assert key


@pytest.mark.parametrize(
    "made",
    [
        *("null", "1", "{}", "[]", "[true]", "[[1]]", "[1.5]", f"[{2**63}]", '["' + "x" * 513 + '"]', "[" * 5000),
        *('["\\ud800", 1]', '["a\\udfff", 1]'),
    ],
)
def test_cursors_of_other_shapes_are_refused(made: str) -> None:
    """Valid base64 of valid JSON is not yet a cursor."""
    with pytest.raises(Refused):
        decode_cursor(encode_cursor_text(made), "after")


def encode_cursor_text(text: str) -> str:
    """The cursor that would carry this JSON text."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@given(lists, sizes)
def test_walking_forward_meets_every_item_once(items: list[int], size: int) -> None:
    """Each page continues after the last key of the one before, until there is no next."""
    met: list[int] = []
    page: Page[int] = slice_of(items, PageRequest(size))
    met += page.items
    while page.has_next:
        page = slice_of(items, PageRequest(size, after=page.keys[-1]))
        assert page.has_previous
        met += page.items
    assert met == items


@given(lists, sizes)
def test_walking_backward_meets_every_item_once(items: list[int], size: int) -> None:
    """The same from the end, with pages in the order of the list."""
    page: Page[int] = slice_of(items, PageRequest(size, backward=True))
    met = list(page.items)
    while page.has_previous:
        page = slice_of(items, PageRequest(size, before=page.keys[0], backward=True))
        assert page.has_next
        met = [*page.items, *met]
    assert met == items


@given(lists, sizes)
def test_the_first_page_of_a_reversed_list_is_its_end(items: list[int], size: int) -> None:
    """From the last item on."""
    assert list(slice_of(items, PageRequest(size), reverse=True).items) == items[::-1][:size]


@given(lists, st.integers(0, 15), st.integers(-5, 50), st.integers(-5, 50), st.booleans())
def test_a_page_lies_between_its_cursors(items: list[int], size: int, after: int, before: int, backward: bool) -> None:
    """At most `size` items, all strictly between the two cursors."""
    page = slice_of(items, PageRequest(size, (after,), (before,), backward))
    assert len(page.items) == len(page.keys) <= size
    for (position,), item in zip(page.keys, page.items, strict=True):
        assert isinstance(position, int)
        assert max(after, 0) < position < max(before, 0)
        assert items[position] == item


@pytest.mark.parametrize(("first", "last"), [(None, None), (1, 1), (-1, None), (None, -1), (MAX_PAGE + 1, None)])
def test_pages_without_a_bound_are_refused(first: int | None, last: int | None) -> None:
    """Exactly one of first and last, from 0 to 250."""
    with pytest.raises(Refused) as refused:
        page_request(first, None, last, None)
    assert refused.value.refusals[0].code == "BAD_PAGE"
