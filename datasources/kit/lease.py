"""A lease in Redis: one holder at a time over the whole fleet, for a limited time. If the holder dies, it expires.

A lease keeps two holders from doing the same work. It proves nothing to other stores: the work must be safe to repeat.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from datasources.kit.redis import ERRORS, Client
from domain.kit.ids import new_secret

# Both act only for the holder: a lease that expired may belong to someone else.
_EXTEND = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""
_RELEASE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""


class Lease:
    """One holder's claim to a lease. Every instance is a separate holder, also in one process."""

    def __init__(self, redis: Client, key: str, seconds: float) -> None:
        self._redis = redis
        self._key = key
        self._seconds = seconds
        self._token = new_secret()
        self._extend = redis.register_script(_EXTEND)
        self._release = redis.register_script(_RELEASE)

    async def take(self) -> bool:
        """Takes the lease if it is free; returns whether this holder has it now."""
        return bool(await self._redis.set(self._key, self._token, nx=True, px=_milliseconds(self._seconds)))

    async def extend(self, seconds: float | None = None) -> bool:
        """Sets the remaining time, by default the full time; False when this holder no longer has the lease."""
        left = self._seconds if seconds is None else seconds
        return bool(await self._extend(keys=[self._key], args=[self._token, _milliseconds(left)]))

    async def hold(self) -> bool:
        """Whether this holder has the lease now: extends its own lease, or takes a free one."""
        return await self.extend() or await self.take()

    async def release(self) -> bool:
        """Releases the lease; False when this holder no longer had it."""
        return bool(await self._release(keys=[self._key], args=[self._token]))

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Extends the lease while the block runs. If it cannot be extended, it expires by itself."""
        over = asyncio.Event()
        extending = asyncio.create_task(self._extend_until(over))
        try:
            yield
        finally:
            over.set()  # a client may turn a cancellation into an error
            extending.cancel()
            await asyncio.wait([extending])

    async def _extend_until(self, over: asyncio.Event) -> None:
        while not over.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), self._seconds / 3)
                return
            with suppress(*ERRORS):
                await self.extend()


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))
