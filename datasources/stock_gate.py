"""A shield of hot products in Redis: says "sold out" without the database. Never the truth: losing it costs speed.

What it knows was true in the database a moment ago and is forgotten within seconds, so a wrong "sold out" heals by
itself, and a wrong "come in" is refused by the database.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec
import structlog

from datasources.redis import ERRORS, Client

logger = structlog.get_logger(__name__)

LEFT_MS = 2_000
CART_MS = 10_000

# Lets as many units in as are left; without a number everybody comes in.
_ADMIT = """
local left = redis.call('GET', KEYS[1])
if not left then return 1 end
if tonumber(left) < tonumber(ARGV[1]) then return 0 end
redis.call('DECRBY', KEYS[1], ARGV[1])
return 1
"""
# A cart that goes on to the database is forgotten first: whoever repeats the call then finds what became of it there.
_CHECK = """
local kept = redis.call('GET', KEYS[1])
if not kept then return false end
local units = cjson.decode(kept)
for _, variant in ipairs(ARGV) do
  if units[variant] then return kept end
end
redis.call('DEL', KEYS[1])
return false
"""


@dataclass(frozen=True, slots=True)
class SoldOut:
    """Variants of a cart that have not enough units left."""

    variant_ids: frozenset[int]


class StockGate:
    """Units left per variant, and carts that were refused a moment ago."""

    def __init__(self, redis: Client, prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix
        self._admit = redis.register_script(_ADMIT)
        self._check = redis.register_script(_CHECK)

    async def refused(self, cart_id: str, sold_out: Iterable[int]) -> SoldOut | None:
        """Whether a cart refused lately holds any of these sold-out variants; None sends the caller on.

        One command. Without an answer from Redis everybody is sent on.
        """
        asked = [str(variant_id) for variant_id in sold_out]
        if not asked:
            return None
        try:
            kept = await self._check(keys=[self._cart_key(cart_id)], args=asked)
        except ERRORS as error:
            _lost(error)
            return None
        if not kept:
            return None
        units: dict[str, int] = msgspec.json.decode(kept)
        return SoldOut(frozenset(int(variant_id) for variant_id in asked if variant_id in units))

    async def admit(self, units: Mapping[int, int]) -> SoldOut | None:
        """Lets a cart in, or names the first variant that has not enough left; who is refused takes nothing."""
        taken: dict[int, int] = {}
        try:
            for variant_id, count in units.items():
                if not await self._admit(keys=[self._left_key(variant_id)], args=[count]):
                    await self.give_back(taken)
                    return SoldOut(frozenset({variant_id}))
                taken[variant_id] = count
        except ERRORS as error:
            _lost(error)
        return None

    async def give_back(self, units: Mapping[int, int]) -> None:
        """Lets others in for units that were not taken after all: the database knows how many are left."""
        await self.forget(units)

    async def left(self, units: Mapping[int, int]) -> None:
        """What the database said is left, for the next two seconds."""
        try:
            for variant_id, count in units.items():
                await self._redis.set(self._left_key(variant_id), max(count, 0), px=LEFT_MS)
        except ERRORS as error:
            _lost(error)

    async def forget(self, variant_ids: Iterable[int]) -> None:
        """Stock came back: ask the database."""
        try:
            for variant_id in variant_ids:
                await self._redis.delete(self._left_key(variant_id))
        except ERRORS as error:
            _lost(error)

    async def remember(self, cart_id: str, units: Mapping[int, int]) -> None:
        """A cart that the database has just refused for want of stock."""
        kept = msgspec.json.encode({str(variant_id): count for variant_id, count in units.items()})
        try:
            await self._redis.set(self._cart_key(cart_id), kept, px=CART_MS)
        except ERRORS as error:
            _lost(error)

    async def changed(self, cart_id: str) -> None:
        """A cart has other lines now."""
        try:
            await self._redis.delete(self._cart_key(cart_id))
        except ERRORS as error:
            _lost(error)

    def _left_key(self, variant_id: int) -> str:
        return f"{self._prefix}gate:{{v{variant_id}}}"

    def _cart_key(self, cart_id: str) -> str:
        return f"{self._prefix}gate:{{c{cart_id}}}"


def _lost(error: Exception) -> None:
    logger.warning("stock_gate_lost", error=type(error).__name__)
