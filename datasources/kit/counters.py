"""Counts recent tries, for the whole fleet. All rate limits use this module.

Redis keeps the times of the last tries of each subject, by its own clock. While Redis does not answer, each process
counts for itself: nobody is locked out, and nobody may try without limit.
"""

import hashlib
import time
from collections.abc import Callable

import structlog
from cachetools import TTLCache

from datasources.kit.caches import ENTRY_BYTES
from datasources.kit.deadlines import within_deadline
from datasources.kit.redis import ERRORS, Client

logger = structlog.get_logger(__name__)

PATIENCE_SECONDS = 0.5
LOCAL_BYTES = 8 * 1024 * 1024
_TIME_BYTES = 32
# Milliseconds to wait; 0 when the try counts. It is a single command, so that simultaneous tries are all counted.
_TAKE = """
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('LLEN', KEYS[1]) >= limit then
  local wait = redis.call('LINDEX', KEYS[1], -limit) + window - now
  if wait > 0 then return wait end
end
redis.call('RPUSH', KEYS[1], now)
redis.call('LTRIM', KEYS[1], -limit, -1)
redis.call('PEXPIRE', KEYS[1], window)
return 0
"""
Times = tuple[float, ...]


class RateCounter:
    """Allows each subject `limit` tries within any `seconds`. `name` separates the keys of different counters.

    Subjects may be e-mail addresses, so keys contain a digest of them that needs `secret` to compute.
    """

    def __init__(
        self,
        redis: Client,
        prefix: str,
        name: str,
        secret: str,
        *,
        limit: int,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._redis = redis
        self._prefix = f"{prefix}rate:{name}:"
        self._secret = hashlib.sha256(f"rate {secret}".encode()).digest()
        self._limit = limit
        self._seconds = seconds
        self._take = redis.register_script(_TAKE)
        self._local = _LocalCounter(limit, seconds, clock)

    async def take(self, subject: str) -> float:
        """Counts a try and returns 0.0.

        When the limit is reached, counts nothing and returns the seconds until the next try.
        """
        key = self._key(subject)
        arguments = [self._limit, int(self._seconds * 1000)]
        try:
            wait: int = await within_deadline(self._take(keys=[key], args=arguments), PATIENCE_SECONDS)
        except ERRORS as error:
            _lost(error)
            return self._local.take(key)
        return wait / 1000

    async def give_back(self, subject: str) -> None:
        """Takes back the last try, because nothing came of it."""
        key = self._key(subject)
        self._local.give_back(key)
        try:
            await within_deadline(self._redis.rpop(key), PATIENCE_SECONDS)
        except ERRORS as error:
            _lost(error)

    async def reset(self, subject: str) -> None:
        """Clears all tries of this subject."""
        key = self._key(subject)
        self._local.reset(key)
        try:
            await within_deadline(self._redis.delete(key), PATIENCE_SECONDS)
        except ERRORS as error:
            _lost(error)

    def _key(self, subject: str) -> str:
        return self._prefix + hashlib.blake2b(subject.encode(), key=self._secret, digest_size=16).hexdigest()


class _LocalCounter:
    """The same counter in the memory of this process. It forgets first the subjects that tried longest ago."""

    def __init__(self, limit: int, seconds: float, clock: Callable[[], float]) -> None:
        self._limit = limit
        self._seconds = seconds
        self._clock = clock
        self._times: TTLCache[str, Times] = TTLCache(LOCAL_BYTES, seconds, clock, getsizeof=_size)

    def take(self, key: str) -> float:
        times, now = self._times.get(key, ()), self._clock()
        if len(times) == self._limit and (wait := times[0] + self._seconds - now) > 0:
            return float(wait)
        self._times[key] = (*times, now)[-self._limit :]
        return 0.0

    def give_back(self, key: str) -> None:
        if times := self._times.get(key):
            self._times[key] = times[:-1]

    def reset(self, key: str) -> None:
        self._times.pop(key, None)


def _size(times: Times) -> int:
    return ENTRY_BYTES + _TIME_BYTES * len(times)


def _lost(error: Exception) -> None:
    logger.warning("rate_counter_lost", error=type(error).__name__)
