"""Relay paging over keysets: a client names a page by cursor, never by offset."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.kit.refusals import INPUT, RefusalCode, refuse

T = TypeVar("T")
S = TypeVar("S")
CursorKey = tuple[int | str | None, ...]
MAX_PAGE = 250


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One bounded page: `size` items after or before a cursor key, counted from the end when `backward`."""

    size: int
    after: CursorKey | None = None
    before: CursorKey | None = None
    backward: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Items in the order of the list, each with its cursor key."""

    items: tuple[T, ...]
    keys: tuple[CursorKey, ...]
    has_next: bool = False
    has_previous: bool = False

    def map(self, change: Callable[[T], S]) -> "Page[S]":
        """The same page with each item changed."""
        return Page(tuple(change(item) for item in self.items), self.keys, self.has_next, self.has_previous)


@dataclass(frozen=True, slots=True)
class CountedPage(Page[T]):
    """A page of a list whose length is known."""

    total: int = 0


def counted(page: Page[T], total: int) -> CountedPage[T]:
    """The same page, with the length of its list."""
    return CountedPage(page.items, page.keys, page.has_next, page.has_previous, total)


def page_request(
    first: int | None, after: str | None, last: int | None, before: str | None, default: int | None = None
) -> PageRequest:
    """Checks Relay arguments. Exactly one of `first` and `last` is required, from 0 to 250.

    >>> page_request(3, None, None, None)
    PageRequest(size=3, after=None, before=None, backward=False)
    """
    if first is None and last is None:
        first = default
    if (first is None) == (last is None):
        raise refuse(RefusalCode.BAD_PAGE, "Exactly one of `first` and `last` is required.", "first")
    size = first if first is not None else last
    assert size is not None
    if not 0 <= size <= MAX_PAGE:
        raise refuse(
            RefusalCode.BAD_PAGE, f"{INPUT} must be 0 to {MAX_PAGE}.", "first" if first is not None else "last"
        )
    return PageRequest(size, decode_cursor(after, "after"), decode_cursor(before, "before"), first is None)


def encode_cursor(key: CursorKey) -> str:
    """An opaque cursor.

    >>> decode_cursor(encode_cursor(("b", 2)), "after")
    ('b', 2)
    """
    return base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, field: str) -> CursorKey | None:
    """The key in a cursor. Refuses a cursor that `encode_cursor` did not make."""
    if cursor is None:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        key = None
    if not isinstance(key, list) or not key or not all(_is_part(part) for part in key):
        raise refuse(RefusalCode.BAD_CURSOR, "This cursor was not made by this shop.", field)
    return tuple(key)


def _is_part(part: object) -> bool:
    if isinstance(part, int):
        return not isinstance(part, bool) and -(2**63) <= part < 2**63
    return part is None or (isinstance(part, str) and len(part) <= 512 and _is_unicode(part))


def _is_unicode(text: str) -> bool:
    """False for unpaired surrogates: JSON can contain them, and no database accepts them."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def page_of(found: Sequence[T], asked: PageRequest, key: Callable[[T], CursorKey]) -> Page[T]:
    """The page from up to `size + 1` items in the requested direction. The extra item shows that more exist."""
    items = list(found[: asked.size])
    more = len(found) > asked.size
    if asked.backward:
        items.reverse()
    return Page(
        tuple(items),
        tuple(key(item) for item in items),
        has_next=asked.before is not None if asked.backward else more,
        has_previous=more if asked.backward else asked.after is not None,
    )


def slice_of(items: Sequence[T], asked: PageRequest, reverse: bool | None = False) -> Page[T]:
    """A page of a short list in memory, or of its reverse; cursors are positions."""
    if reverse:
        items = items[::-1]
    start = _position(asked.after, "after", -1) + 1
    stop = min(_position(asked.before, "before", len(items)), len(items))
    if asked.backward:
        start = max(start, stop - asked.size)
    else:
        stop = min(stop, start + asked.size)
    window = tuple(items[start:stop]) if start < stop else ()
    keys = tuple((position,) for position in range(start, start + len(window)))
    return Page(window, keys, has_next=stop < len(items), has_previous=start > 0)


def _position(key: CursorKey | None, field: str, default: int) -> int:
    if key is None:
        return default
    if len(key) != 1 or not isinstance(key[0], int):
        raise refuse(RefusalCode.BAD_CURSOR, "This cursor belongs to another list.", field)
    return max(key[0], 0)
