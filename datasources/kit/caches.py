"""Caches in the memory of a process, bounded in bytes: each by itself in nothing, all together by one budget."""

from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

# The size of an entry without its content: measured 260 bytes for its places in dictionaries, and a short key.
ENTRY_BYTES = 400
DEFAULT_BYTES = 64 * 1024 * 1024


class _Entry(Generic[K, V]):
    """One value of one cache; its identity is its place in the order of use."""

    __slots__ = ("cache", "key", "size", "value")

    def __init__(self, cache: "ByteCache[K, V]", key: K, value: V, size: int) -> None:
        self.cache = cache
        self.key = key
        self.value = value
        self.size = size


class MemoryBudget:
    """Bytes that all caches of a process may take together. The least recently used entries make room, of any cache.

    Entries of caches that `outlast` others make room only when nothing else is left: what clients send cannot push them
    out.
    """

    def __init__(self, max_bytes: int = DEFAULT_BYTES) -> None:
        self.max_bytes = max_bytes
        self.bytes = 0
        self.evicted = 0
        self._caches: list[ByteCache[Any, Any]] = []
        self._ordinary: OrderedDict[_Entry[Any, Any], None] = OrderedDict()
        self._lasting: OrderedDict[_Entry[Any, Any], None] = OrderedDict()

    def bytes_by_cache(self) -> Mapping[str, int]:
        """What each cache takes, by its name."""
        taken: dict[str, int] = {}
        for cache in self._caches:
            taken[cache.name] = taken.get(cache.name, 0) + cache.bytes
        return taken

    def order_of(self, cache: "ByteCache[Any, Any]", outlasts: bool) -> "OrderedDict[_Entry[Any, Any], None]":
        """The order of use that the entries of a new cache take part in."""
        self._caches.append(cache)
        return self._lasting if outlasts else self._ordinary

    def make_room(self) -> None:
        """Removes entries until all fit."""
        while self.bytes > self.max_bytes:
            order = self._ordinary or self._lasting
            entry = next(iter(order))
            entry.cache.pop(entry.key)
            self.evicted += 1


class ByteCache(Generic[K, V]):
    """A cache within a budget, under the `name` that operators see.

    Each entry counts `ENTRY_BYTES` in addition to its own size, which also limits the number of small entries.
    """

    def __init__(self, budget: MemoryBudget, name: str, *, outlasts: bool = False) -> None:
        self.name = name
        self.bytes = 0
        self._budget = budget
        self._order = budget.order_of(self, outlasts)
        self._used = self._order.move_to_end
        self._entries: dict[K, _Entry[K, V]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: K) -> bool:
        return key in self._entries

    def get(self, key: K) -> V | None:
        """The value, which now counts as used."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._used(entry)
        return entry.value

    def put(self, key: K, value: V, size: int) -> None:
        """Stores a value of that many bytes, its key included, in place of the old one.

        A value larger than the budget is not stored.
        """
        if key in self._entries:
            self.pop(key)
        total = size + ENTRY_BYTES
        if total > self._budget.max_bytes:
            return
        entry = self._entries[key] = _Entry(self, key, value, total)
        self._order[entry] = None
        self._count(total)
        if self._budget.bytes > self._budget.max_bytes:
            self._budget.make_room()

    def pop(self, key: K) -> None:
        """Removes a value, if there is one."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            del self._order[entry]
            self._count(-entry.size)

    def values(self) -> Iterator[V]:
        """All values, without counting them as used."""
        return (entry.value for entry in self._entries.values())

    def _count(self, size: int) -> None:
        self.bytes += size
        self._budget.bytes += size
