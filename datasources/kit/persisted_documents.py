"""Documents that clients registered by their hash, shared by all processes. It keeps the most recent ones."""

import time
from collections.abc import Callable
from typing import Any

import structlog

from datasources.kit.deadlines import within_deadline
from datasources.kit.redis import ERRORS, Client

logger = structlog.get_logger(__name__)

PATIENCE_SECONDS = 0.2
MAX_DOCUMENTS = 2_000
MAX_BYTES = 32 * 1024
# Anyone may register, and memory must stay bounded: the document with the lowest score goes. The score of a document is
# the time of its registration or last use, and a minute more for each minute in which it was used, up to an hour. So
# many new documents, used once or never, take each other's places and not those of documents in use.
_MINUTE_MS, _MAX_USES = 60_000, 60
_PUT = """
local texts, scores, uses = KEYS[1], KEYS[2], KEYS[3]
local sha, text, now, most = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local minute, max_uses, is_used = tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7] == '1'
local score, count = redis.call('ZSCORE', scores, sha), tonumber(redis.call('HGET', uses, sha) or '0')
if is_used and (not score or count == 0 or now - (tonumber(score) - count * minute) >= minute) then
  count = math.min(count + 1, max_uses)
  redis.call('HSET', uses, sha, count)
end
redis.call('HSET', texts, sha, text)
redis.call('ZADD', scores, now + count * minute, sha)
local excess = redis.call('ZCARD', scores) - most
if excess > 0 then
  for _, lowest in ipairs(redis.call('ZRANGE', scores, 0, excess)) do
    if lowest ~= sha and excess > 0 then
      redis.call('ZREM', scores, lowest)
      redis.call('HDEL', texts, lowest)
      redis.call('HDEL', uses, lowest)
      excess = excess - 1
    end
  end
end
return 1
"""


class PersistedDocumentStore:
    """Without Redis no document is found; clients then send the text."""

    def __init__(
        self,
        redis: Client,
        prefix: str,
        max_documents: int = MAX_DOCUMENTS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._redis = redis
        self._clock = clock
        self._texts = f"{prefix}{{documents}}:texts"
        self._keys = [self._texts, f"{prefix}{{documents}}:times", f"{prefix}{{documents}}:uses"]
        self._max_documents = max_documents
        self._put = redis.register_script(_PUT)

    async def get(self, sha256: str) -> str | None:
        """The text; None when it is unknown, or Redis does not answer at once."""
        try:
            text: Any = await within_deadline(self._redis.hget(self._texts, sha256), PATIENCE_SECONDS)
        except ERRORS as error:
            logger.warning("persisted_documents_lost", error=type(error).__name__)
            return None
        return text.decode() if isinstance(text, bytes) else text

    async def put(self, sha256: str, text: str) -> None:
        """Stores a text for all processes. Long texts stay in the process that has them."""
        await self._store(sha256, text, is_used=False)

    async def use(self, sha256: str, text: str) -> None:
        """As `put`, for a text that a client has just used."""
        await self._store(sha256, text, is_used=True)

    async def _store(self, sha256: str, text: str, *, is_used: bool) -> None:
        if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            return
        now = int(self._clock() * 1000)
        arguments: list[str | int] = [sha256, text, now, self._max_documents, _MINUTE_MS, _MAX_USES, int(is_used)]
        try:
            await within_deadline(self._put(keys=self._keys, args=arguments), PATIENCE_SECONDS)
        except ERRORS as error:
            logger.warning("persisted_documents_lost", error=type(error).__name__)
