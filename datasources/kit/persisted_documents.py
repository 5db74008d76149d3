"""Documents that clients registered by their hash, shared by all processes. It keeps the most recent ones."""

import time
from typing import Any

import structlog

from datasources.kit.deadlines import within_deadline
from datasources.kit.redis import ERRORS, Client

logger = structlog.get_logger(__name__)

PATIENCE_SECONDS = 0.2
MAX_DOCUMENTS = 2_000
MAX_CHARACTERS = 32 * 1024
# The oldest are dropped when there are too many: anyone may register, and memory must stay bounded.
_PUT = """
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
local excess = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[4])
if excess > 0 then
  local oldest = redis.call('ZPOPMIN', KEYS[2], excess)
  for n = 1, #oldest, 2 do redis.call('HDEL', KEYS[1], oldest[n]) end
end
return 1
"""


class PersistedDocumentStore:
    """Without Redis no document is found; clients then send the text."""

    def __init__(self, redis: Client, prefix: str, max_documents: int = MAX_DOCUMENTS) -> None:
        self._redis = redis
        self._texts = f"{prefix}{{documents}}:texts"
        self._times = f"{prefix}{{documents}}:times"
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
        if len(text) > MAX_CHARACTERS:
            return
        try:
            arguments: list[str | int] = [sha256, text, int(time.time() * 1000), self._max_documents]
            await within_deadline(self._put(keys=[self._texts, self._times], args=arguments), PATIENCE_SECONDS)
        except ERRORS as error:
            logger.warning("persisted_documents_lost", error=type(error).__name__)
