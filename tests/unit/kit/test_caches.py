"""All caches of a process hold at most its budget of bytes, and keep the most recently used values."""

import pytest

from datasources.kit.caches import ENTRY_BYTES, ByteCache, MemoryBudget


def test_the_least_recently_used_entry_makes_room() -> None:
    """Reading counts as use."""
    cache = ByteCache[str, int](MemoryBudget(2 * (ENTRY_BYTES + 10)), "numbers")
    cache.put("one", 1, 10)
    cache.put("two", 2, 10)
    assert cache.get("one") == 1
    cache.put("three", 3, 1)
    assert [cache.get(key) for key in ("one", "two", "three")] == [1, None, 3]
    assert cache.bytes == 2 * ENTRY_BYTES + 11


def test_entries_without_a_size_are_bounded_in_number() -> None:
    """By what their places take."""
    cache = ByteCache[int, str](MemoryBudget(10 * ENTRY_BYTES), "texts")
    for number in range(1_000):
        cache.put(number, "", 0)
    assert (len(cache), 999 in cache, 989 in cache) == (10, True, False)


def test_what_is_larger_than_the_budget_is_not_kept() -> None:
    """Others stay; what it replaces goes, because it is out of date."""
    cache = ByteCache[str, int](MemoryBudget(2 * ENTRY_BYTES), "numbers")
    cache.put("other", 0, 0)
    cache.put("one", 1, 0)
    cache.put("one", 2, 2 * ENTRY_BYTES)
    assert (cache.get("one"), cache.get("other")) == (None, 0)


def test_an_entry_that_grows_pushes_others_out() -> None:
    """Its new size counts, once."""
    cache = ByteCache[str, int](MemoryBudget(2 * ENTRY_BYTES + 10), "numbers")
    cache.put("one", 1, 0)
    cache.put("two", 2, 0)
    cache.put("two", 2, 10)
    assert (cache.bytes, len(cache)) == (2 * ENTRY_BYTES + 10, 2)
    cache.put("two", 2, 11)
    assert (cache.get("one"), list(cache.values())) == (None, [2])


def test_caches_share_one_budget() -> None:
    """The entry that nobody has used for longest goes first, whichever cache has it."""
    budget = MemoryBudget(3 * ENTRY_BYTES)
    one, other = ByteCache[str, int](budget, "one"), ByteCache[str, int](budget, "other")
    one.put("a", 1, 0)
    other.put("a", 2, 0)
    other.put("b", 3, 0)
    assert one.get("a") == 1
    one.put("c", 4, 0)
    assert ([*one.values()], [*other.values()]) == ([1, 4], [3])
    assert budget.bytes_by_cache() == {"one": 2 * ENTRY_BYTES, "other": ENTRY_BYTES}
    assert (budget.bytes, budget.evicted) == (3 * ENTRY_BYTES, 1)


@pytest.mark.parametrize("outlasts", [True, False])
def test_what_outlasts_others_makes_room_last(outlasts: bool) -> None:
    """A flood of entries pushes out only itself."""
    budget = MemoryBudget(4 * ENTRY_BYTES)
    pages, junk = ByteCache[int, str](budget, "pages", outlasts=outlasts), ByteCache[int, str](budget, "junk")
    for number in (1, 2):
        pages.put(number, "page", 0)
    for number in range(100):
        junk.put(number, "", 0)
    assert (len(pages), len(junk)) == ((2, 2) if outlasts else (0, 4))


def test_what_outlasts_others_is_bounded_too() -> None:
    """With nothing else left, its own oldest entry goes."""
    pages = ByteCache[int, str](MemoryBudget(2 * ENTRY_BYTES), "pages", outlasts=True)
    for number in (1, 2, 3):
        pages.put(number, "page", 0)
    assert (1 in pages, len(pages)) == (False, 2)


def test_an_entry_that_is_removed_is_not_counted() -> None:
    """Neither is one that was never there."""
    budget = MemoryBudget(2 * ENTRY_BYTES)
    cache = ByteCache[str, int](budget, "numbers")
    cache.put("one", 1, 0)
    for key in ("one", "one", "two"):
        cache.pop(key)
    assert (budget.bytes, cache.bytes, len(cache)) == (0, 0, 0)
