"""What shoppers like and hide, in Redis: one hash per person, which expires some time after the last event.

A taste is optional: while Redis does not answer at once, every visitor gets the common page.
"""

import time
from collections.abc import Iterable, Mapping
from typing import Any

import structlog

from datasources.kit.breaker import Breaker
from datasources.kit.deadlines import within_deadline
from datasources.kit.redis import ERRORS, Client
from domain.kit.refusals import Unavailable
from domain.personal import HALF_LIFE_SECONDS, Person, Taste, faded

logger = structlog.get_logger(__name__)

READ_SECONDS = 0.02
WRITE_SECONDS = 1.0
LIFE_SECONDS = 180 * 86_400
# A client can name itself, so there may be many such persons who never return.
CLAIMED_LIFE_SECONDS = 14 * 86_400
MAX_AFFINITIES = 64
MAX_HIDDEN = 500
EVENTS_PER_MINUTE = 240
EVENTS_PER_ADDRESS = 2_400
_AFFINITY, _PRODUCT, _CATEGORY = "a:", "p:", "c:"

# Likings fade by the clock of Redis. The weakest is dropped when there are too many.
_TRACK = """
local spent = redis.call('INCRBY', KEYS[2], ARGV[1])
if spent == tonumber(ARGV[1]) then redis.call('EXPIRE', KEYS[2], 60) end
if spent > tonumber(ARGV[2]) then return 0 end
local clock = redis.call('TIME')
local now = tonumber(clock[1])
local function faded(kept)
  local score, at = string.match(kept, '^(%S+) (%d+)$')
  return score and tonumber(score) * 0.5 ^ (math.max(0, now - tonumber(at)) / tonumber(ARGV[4])) or 0
end
for n = 6, #ARGV, 2 do
  local kept = redis.call('HGET', KEYS[1], ARGV[n])
  local score = (kept and faded(kept) or 0) + tonumber(ARGV[n + 1])
  redis.call('HSET', KEYS[1], ARGV[n], string.format('%.4f %d', score, now))
end
local names, weakest = {}, nil
local all = redis.call('HGETALL', KEYS[1])
for n = 1, #all, 2 do
  if string.sub(all[n], 1, 2) == 'a:' then names[#names + 1] = { all[n], math.abs(faded(all[n + 1])) } end
end
table.sort(names, function(a, b) return a[2] < b[2] end)
for n = 1, #names - tonumber(ARGV[5]) do redis.call('HDEL', KEYS[1], names[n][1]) end
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""
_SPEND = """
local spent = redis.call('INCRBY', KEYS[1], ARGV[1])
if spent == tonumber(ARGV[1]) then redis.call('EXPIRE', KEYS[1], 60) end
return spent
"""
# A value is the time in milliseconds at which it was hidden. The oldest is dropped when there are too many.
_HIDE = """
local hidden = 0
local oldest, at = nil, nil
local all = redis.call('HGETALL', KEYS[1])
for n = 1, #all, 2 do
  if string.sub(all[n], 1, 2) ~= 'a:' then
    hidden = hidden + 1
    if not at or tonumber(all[n + 1]) < at then oldest, at = all[n], tonumber(all[n + 1]) end
  end
end
if hidden >= tonumber(ARGV[3]) then redis.call('HDEL', KEYS[1], oldest) end
local clock = redis.call('TIME')
redis.call('HSET', KEYS[1], ARGV[1], clock[1] * 1000 + math.floor(clock[2] / 1000))
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
"""


class Tastes:
    """Tastes of persons. The keys of one person carry one hash tag."""

    def __init__(self, redis: Client, prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix
        self._breaker = Breaker()
        self._track = redis.register_script(_TRACK)
        self._hide = redis.register_script(_HIDE)
        self._spend = redis.register_script(_SPEND)

    async def get(self, person: Person) -> Taste | None:
        """The taste of a person, read with one command within 20 ms; None when it cannot be read."""
        if not self._breaker.allows():
            return None
        try:
            values: Any = await within_deadline(self._redis.hgetall(self._key(person)), READ_SECONDS)
        except ERRORS as error:
            if self._breaker.failed():
                logger.warning("taste_not_read", error=type(error).__name__)
            return None
        self._breaker.succeeded()
        return _taste(values)

    async def track(self, person: Person, address: str, weights: Mapping[str, float], events: int) -> bool:
        """Adds to likings by category; False when the person, or a guest's address, sent too many events this minute.

        Raises `Unavailable`.
        """
        if person.kind != "customer" and await self._spent(address, events) > EVENTS_PER_ADDRESS:
            return False
        parts = [part for name, weight in weights.items() for part in (f"{_AFFINITY}{name}", weight)]
        arguments = [events, EVENTS_PER_MINUTE, _life(person), HALF_LIFE_SECONDS, MAX_AFFINITIES, *parts]
        return bool(await self._write(self._track, [self._key(person), f"{self._key(person)}:spent"], arguments))

    async def hide(self, person: Person, *, product_id: int | None = None, category: str | None = None) -> None:
        """Hides a product or a category from this person from now on. Raises `Unavailable`."""
        await self._write(self._hide, [self._key(person)], [_field(product_id, category), _life(person), MAX_HIDDEN])

    async def unhide(self, person: Person, *, product_id: int | None = None, category: str | None = None) -> None:
        """Undoes `hide`. Raises `Unavailable`."""
        try:
            await within_deadline(self._redis.hdel(self._key(person), _field(product_id, category)), WRITE_SECONDS)
        except ERRORS as error:
            raise _unavailable() from error

    async def _spent(self, address: str, events: int) -> int:
        """Adds events to those of an address in this minute, and returns the sum."""
        return int(await self._write(self._spend, [f"{self._prefix}spent:{{{address}}}"], [events]))

    async def _write(self, script: Any, keys: list[str], arguments: Iterable[Any]) -> Any:
        try:
            return await within_deadline(script(keys=keys, args=list(arguments)), WRITE_SECONDS)
        except ERRORS as error:
            raise _unavailable() from error

    def _key(self, person: Person) -> str:
        return f"{self._prefix}taste:{{{person.key}}}"


def _life(person: Person) -> int:
    return CLAIMED_LIFE_SECONDS if person.is_claimed else LIFE_SECONDS


def _field(product_id: int | None, category: str | None) -> str:
    return f"{_CATEGORY}{category}" if product_id is None else f"{_PRODUCT}{product_id}"


def _taste(values: Mapping[bytes | str, bytes | str]) -> Taste:
    now = time.time()
    affinities: dict[str, float] = {}
    products, categories = set(), set()
    for key, kept in values.items():
        name = key.decode() if isinstance(key, bytes) else key
        if name.startswith(_AFFINITY):
            score, _, at = (kept.decode() if isinstance(kept, bytes) else kept).partition(" ")
            affinities[name[2:]] = faded(float(score), now - float(at))
        elif name.startswith(_PRODUCT):
            products.add(int(name[2:]))
        else:
            categories.add(name[2:])
    return Taste(affinities, frozenset(products), frozenset(categories))


def _unavailable() -> Unavailable:
    return Unavailable("PERSONALIZATION_UNAVAILABLE", "This cannot be saved now; try again in a moment.")
