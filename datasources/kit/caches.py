"""Caches in the memory of a process, bounded in bytes."""

from collections.abc import Iterator
from operator import itemgetter
from typing import Generic, TypeVar

from cachetools import LRUCache

K = TypeVar("K")
V = TypeVar("V")

# The size of an entry without its content: measured 220 bytes for its places in dictionaries, and a short key.
ENTRY_BYTES = 400


class ByteCache(Generic[K, V]):
    """A cache of at most `max_bytes`. The least recently used entries make room for a new one.

    Each entry counts `ENTRY_BYTES` in addition to its own size, which also limits the number of small entries.
    """

    def __init__(self, max_bytes: int) -> None:
        self._entries: LRUCache[K, tuple[V, int]] = LRUCache(max_bytes, itemgetter(1))

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: K) -> bool:
        return key in self._entries

    @property
    def bytes(self) -> int:
        """The size of all entries."""
        return int(self._entries.currsize)

    def get(self, key: K) -> V | None:
        """The value, which now counts as used."""
        # Catching an exception for a missing key would take ten times as long.
        return self._entries[key][0] if key in self._entries else None

    def put(self, key: K, value: V, size: int) -> None:
        """Stores a value of that many bytes in place of the old one. A value larger than the cache is not stored."""
        total = size + ENTRY_BYTES
        if total <= self._entries.maxsize:
            self._entries[key] = value, total
        else:
            self._entries.pop(key, None)

    def values(self) -> Iterator[V]:
        """All values, without counting them as used."""
        return (value for value, _ in self._entries.values())
