"""A lease in Redis: one holder at a time over the whole fleet, for a time. A holder that dies loses it by itself.

A lease keeps two from doing the same work; it proves nothing to other stores. Work under it must be safe to do twice.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from datasources.kit.redis import ERRORS, Client
from domain.kit.ids import new_secret

# Both act only for the holder: a lease that ran out meanwhile belongs to somebody else.
_EXTEND = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""
_RELEASE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""


class Lease:
    """One try of one holder at a lease; every instance is another holder, also in one process."""

    def __init__(self, redis: Client, key: str, seconds: float) -> None:
        self._redis = redis
        self._key = key
        self._seconds = seconds
        self._token = new_secret()
        self._extend = redis.register_script(_EXTEND)
        self._release = redis.register_script(_RELEASE)

    async def take(self) -> bool:
        """Whether the lease was free and is this holder's now."""
        return bool(await self._redis.set(self._key, self._token, nx=True, px=_milliseconds(self._seconds)))

    async def extend(self, seconds: float | None = None) -> bool:
        """Sets what is left of it, to its full time unless told; False when it is no longer this holder's."""
        left = self._seconds if seconds is None else seconds
        return bool(await self._extend(keys=[self._key], args=[self._token, _milliseconds(left)]))

    async def hold(self) -> bool:
        """Whether this holder has it now: extended when it had it, taken when nobody had."""
        return await self.extend() or await self.take()

    async def release(self) -> bool:
        """Gives it back; False when it was no longer this holder's."""
        return bool(await self._release(keys=[self._key], args=[self._token]))

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Extends it for as long as the work in here takes; one that cannot be extended ends by itself."""
        over = asyncio.Event()
        extending = asyncio.create_task(self._extend_until(over))
        try:
            yield
        finally:
            over.set()  # a client may make an error of a cancellation
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
