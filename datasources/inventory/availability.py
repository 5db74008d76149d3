"""Which products are sold out, in Redis. Workers write it from the current stock, and every homepage reads it.

All keys carry one hash tag. Until a complete pass over all products is marked, the state of every product is unknown.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from datasources.kit.redis import Client
from domain.kit.ids import new_secret

# A writer read the stock after it read `turn`. If another write came since then, it may be newer, so the writer must
# read again.
_WRITE = """
local turn = redis.call('HGET', KEYS[1], 'turn') or '0'
if turn ~= ARGV[1] then return -1 end
local sold = tonumber(ARGV[2])
local changed = 0
for n = 3, #ARGV do
  local command = n - 2 <= sold and 'SADD' or 'SREM'
  changed = changed + redis.call(command, KEYS[2], ARGV[n])
end
redis.call('HINCRBY', KEYS[1], 'turn', 1)
if changed > 0 then redis.call('HINCRBY', KEYS[1], 'changes', 1) end
return changed
"""
# A pass over all products counts only if nothing was lost since it began.
_FINISH = """
if redis.call('HGET', KEYS[1], 'pass') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'complete', ARGV[1])
return 1
"""


@dataclass(frozen=True, slots=True)
class Epoch:
    """Identifies a state of the set: equal epochs mean equal sets."""

    complete: str
    changes: str


class Availability:
    """The set of products of which no variant can be bought."""

    def __init__(self, redis: Client, prefix: str) -> None:
        self._redis = redis
        self._state = f"{prefix}{{availability}}:state"
        self._sold_out = f"{prefix}{{availability}}:sold_out"
        self._write = redis.register_script(_WRITE)
        self._finish = redis.register_script(_FINISH)

    async def epoch(self) -> Epoch | None:
        """The state of the set; None until the state of every product is known."""
        values: Any = await self._redis.hmget(self._state, ["complete", "changes"])
        complete, changes = (value.decode() if isinstance(value, bytes) else value or "" for value in values)
        return Epoch(complete, changes) if complete else None

    async def sold_out(self, product_ids: Collection[int]) -> frozenset[int]:
        """The sold-out products among these."""
        asked = sorted(product_ids)
        if not asked:
            return frozenset()
        answers: Any = await self._redis.smismember(self._sold_out, [str(key) for key in asked])
        return frozenset(key for key, is_member in zip(asked, answers, strict=True) if is_member)

    async def turn(self) -> str:
        """The current turn. A writer reads it before it reads the stock, and passes it to `write`."""
        turn: Any = await self._redis.hget(self._state, "turn")
        return "0" if turn is None else turn.decode() if isinstance(turn, bytes) else str(turn)

    async def write(self, turn: str, available: Mapping[int, bool]) -> bool:
        """Stores whether each product is available; False when the caller must read the stock again first."""
        sold = [key for key, is_available in available.items() if not is_available]
        others = [key for key, is_available in available.items() if is_available]
        return int(await self._write(keys=[self._state, self._sold_out], args=[turn, len(sold), *sold, *others])) >= 0

    async def begin_pass(self) -> str:
        """Begins a pass over every product and returns the token that ends it."""
        token = new_secret()
        await self._redis.hset(self._state, "pass", token)
        return token

    async def finish_pass(self, token: str) -> bool:
        """Marks the pass as complete; False when Redis lost its data or another pass began."""
        return bool(await self._finish(keys=[self._state], args=[token]))
