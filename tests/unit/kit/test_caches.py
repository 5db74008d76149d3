"""Caches hold at most their limit of bytes, and keep the most recently used values."""

from datasources.kit.caches import ENTRY_BYTES, ByteCache


def test_the_least_recently_used_entry_makes_room() -> None:
    """Reading counts as use."""
    cache = ByteCache[str, int](2 * (ENTRY_BYTES + 10))
    cache.put("one", 1, 10)
    cache.put("two", 2, 10)
    assert cache.get("one") == 1
    cache.put("three", 3, 1)
    assert [cache.get(key) for key in ("one", "two", "three")] == [1, None, 3]
    assert cache.bytes == 2 * ENTRY_BYTES + 11


def test_entries_without_a_size_are_bounded_in_number() -> None:
    """By what their places take."""
    cache = ByteCache[int, str](10 * ENTRY_BYTES)
    for number in range(1_000):
        cache.put(number, "", 0)
    assert (len(cache), 999 in cache, 989 in cache) == (10, True, False)


def test_what_is_larger_than_the_cache_is_not_kept() -> None:
    """Others stay; what it replaces goes, because it is out of date."""
    cache = ByteCache[str, int](2 * ENTRY_BYTES)
    cache.put("other", 0, 0)
    cache.put("one", 1, 0)
    cache.put("one", 2, 2 * ENTRY_BYTES)
    assert (cache.get("one"), cache.get("other")) == (None, 0)


def test_an_entry_that_grows_pushes_others_out() -> None:
    """Its new size counts, once."""
    cache = ByteCache[str, int](2 * ENTRY_BYTES + 10)
    cache.put("one", 1, 0)
    cache.put("two", 2, 0)
    cache.put("two", 2, 10)
    assert (cache.bytes, len(cache)) == (2 * ENTRY_BYTES + 10, 2)
    cache.put("two", 2, 11)
    assert (cache.get("one"), list(cache.values())) == (None, [2])
