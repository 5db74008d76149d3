"""Caches in the memory of a process, bounded in bytes."""

from collections.abc import Iterator
from operator import itemgetter
from typing import Generic, TypeVar

from cachetools import LRUCache

K = TypeVar("K")
V = TypeVar("V")

# What an entry takes besides what it holds: by measurement 220 for its places in dictionaries, and a short key.
ENTRY_BYTES = 400


class ByteCache(Generic[K, V]):
    """Entries of `max_bytes` together; the least recently used ones make room for a new one.

    Each entry counts `ENTRY_BYTES` besides its own size, so that small ones are bounded in number.
    """

    def __init__(self, max_bytes: int) -> None:
        self._entries: LRUCache[K, tuple[V, int]] = LRUCache(max_bytes, itemgetter(1))

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: K) -> bool:
        return key in self._entries

    @property
    def bytes(self) -> int:
        """What all entries take."""
        return int(self._entries.currsize)

    def get(self, key: K) -> V | None:
        """The value, which counts as used now."""
        # Where an exception for what is not there would take ten times as long.
        return self._entries[key][0] if key in self._entries else None

    def put(self, key: K, value: V, size: int) -> None:
        """Keeps a value of so many bytes in place of the one before; one that is larger than the cache is not kept."""
        total = size + ENTRY_BYTES
        if total <= self._entries.maxsize:
            self._entries[key] = value, total
        else:
            self._entries.pop(key, None)

    def values(self) -> Iterator[V]:
        """All values; none of them counts as used."""
        return (value for value, _ in self._entries.values())
