"""A shield of hot products: carts that were just refused are told "sold out" again without the database.

It is never the truth. Each process believes for a quarter of a second what the database told it about a variant, and
Redis keeps for seconds what was in a refused cart; losing either costs speed, and neither lets anybody in.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import structlog

from datasources.redis import ERRORS, Client

logger = structlog.get_logger(__name__)

Positions = Mapping[int, Sequence[int]]
SOLD_OUT_SECONDS = 0.25
# A shield that is slower than this is none.
PATIENCE_SECONDS = 0.2
CART_MS = 10_000
MAX_MARKS = 1_000

# A cart that goes on to the database is forgotten first: whoever repeats the call then finds what became of it there.
_CHECK = """
local kept = redis.call('GET', KEYS[1])
if not kept then return false end
local lines = cjson.decode(kept)
for _, variant in ipairs(ARGV) do
  if lines[variant] then return kept end
end
redis.call('DEL', KEYS[1])
return false
"""


class StockGate:
    """Variants known to be sold out, and carts that were refused for them a moment ago."""

    def __init__(self, redis: Client, prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix
        self._check = redis.register_script(_CHECK)
        self._sold_out: dict[int, float] = {}

    def sold_out(self, variant_ids: Iterable[int]) -> None:
        """The database has just said that nothing is left of these."""
        until = time.monotonic() + SOLD_OUT_SECONDS
        self._sold_out.update(dict.fromkeys(variant_ids, until))
        if len(self._sold_out) > MAX_MARKS:
            self._known()

    async def refused(self, cart_id: str) -> list[int] | None:
        """Positions of the lines for which a cart is refused again; None sends the caller on to the database.

        One command, none while nothing is sold out. Without an answer from Redis everybody is sent on.
        """
        known = self._known()
        if not known:
            return None
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                kept = await self._check(keys=[self._key(cart_id)], args=known)
        except ERRORS as error:
            _lost(error)
            return None
        if not kept:
            return None
        lines: dict[str, list[int]] = msgspec.json.decode(kept)
        return sorted(position for variant_id in known for position in lines.get(variant_id, ()))

    async def remember(self, carts: Mapping[str, Positions]) -> None:
        """Carts that the database has refused for want of stock: positions of their lines by variant."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS), self._redis.pipeline(transaction=False) as pipeline:
                for cart_id, positions in carts.items():
                    kept = msgspec.json.encode({str(variant_id): list(at) for variant_id, at in positions.items()})
                    pipeline.set(self._key(cart_id), kept, px=CART_MS)
                await pipeline.execute()
        except ERRORS as error:
            _lost(error)

    async def changed(self, cart_id: str) -> None:
        """A cart may have other lines now."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._redis.delete(self._key(cart_id))
        except ERRORS as error:
            _lost(error)

    def _known(self) -> list[str]:
        """Variants still believed to be sold out; the others are forgotten."""
        now = time.monotonic()
        self._sold_out = {variant_id: until for variant_id, until in self._sold_out.items() if until > now}
        return [str(variant_id) for variant_id in self._sold_out]

    def _key(self, cart_id: str) -> str:
        return f"{self._prefix}gate:{{{cart_id}}}"


def _lost(error: Exception) -> None:
    logger.warning("stock_gate_lost", error=type(error).__name__)
