"""Which pages must be built again. Redis keeps a mark until a build that began after the mark is done.

Pages can also be marked for a later time: when a section appears or ends, or to retry a failed build.
"""

import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from datasources.kit.redis import Client
from domain.homepage.keys import HomepageKey, Platform
from domain.kit.ids import new_secret

# A mark set during a build is a new mark and stays.
_CLEAR = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])
"""
# A page leaves the list and gets its mark in one step: a worker that dies in between loses no page.
_MARK_DUE = """
local due = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'LIMIT', 0, 1000)
for _, page in ipairs(due) do
    redis.call('HSET', KEYS[1], page, ARGV[2])
    redis.call('ZREM', KEYS[2], page)
end
return #due
"""


class HomepageMarks:
    """One hash over all pages.

    Several marks of a page before its build are one. A mark begins with the time it was set.
    """

    def __init__(self, redis: Client, prefix: str) -> None:
        self._redis = redis
        self._key = f"{prefix}{{homepages}}:marked"
        self._due_key = f"{prefix}{{homepages}}:due"
        self._clear = redis.register_script(_CLEAR)
        self._mark_due = redis.register_script(_MARK_DUE)

    async def mark(self, keys: Iterable[HomepageKey]) -> None:
        """Marks these pages to be built."""
        mark = _new_mark()
        if marks := {field_of(key): mark for key in keys}:
            await self._redis.hset(self._key, mapping=marks)  # type: ignore[arg-type]  # text is bytes here

    async def mark_at(self, key: HomepageKey, at: datetime | None) -> None:
        """Marks a page to be built at a time, instead of any earlier request; None cancels the request."""
        if at is None:
            await self._redis.zrem(self._due_key, field_of(key))
        else:
            await self._redis.zadd(self._due_key, {field_of(key): at.timestamp()})

    async def mark_due(self, now: datetime) -> int:
        """Marks the pages whose time has come and returns how many there were."""
        return int(await self._mark_due(keys=[self._key, self._due_key], args=[now.timestamp(), _new_mark()]))

    async def marked(self) -> list[HomepageKey]:
        """The pages to be built."""
        return [key_of(field) for field in await self._redis.hkeys(self._key)]

    async def waiting(self) -> dict[HomepageKey, float]:
        """For how many seconds each marked page has been waiting for its build, since it was last marked."""
        marks: dict[Any, Any] = await self._redis.hgetall(self._key)
        now = time.time()
        return {key_of(field): max(0.0, now - float(bytes(mark).split(b" ")[0])) for field, mark in marks.items()}

    async def get(self, key: HomepageKey) -> bytes | str | None:
        """The mark of a page, to clear after a build that begins now; None when the page has no mark."""
        return await self._redis.hget(self._key, field_of(key))

    async def clear(self, key: HomepageKey, mark: bytes | str) -> bool:
        """Removes the mark; False when the page was marked again meanwhile."""
        return bool(await self._clear(keys=[self._key], args=[field_of(key), mark]))


def _new_mark() -> str:
    return f"{time.time():.3f} {new_secret()}"


def field_of(key: HomepageKey) -> str:
    """The name of a page in a hash over all pages."""
    return f"{key.territory}:{key.platform.value}"


def key_of(field: bytes | str) -> HomepageKey:
    """The page with such a name."""
    territory, _, platform = (field.decode() if isinstance(field, bytes) else field).partition(":")
    return HomepageKey(territory, Platform(platform))
