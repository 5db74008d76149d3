"""A shield of hot products: carts that were just refused are told "sold out" again without the database.

It is never the truth. Each process believes for a quarter of a second what the database told it about a variant, and
Redis keeps for seconds what was in a refused cart; losing either costs speed, and neither lets anybody in.

A cart may have become an order as soon as one submit of it has gone on to the database. So each submit that goes on
forgets the cart and leaves its mark, and a refusal is remembered only while no later submit has gone on: a repeated
submit of an order that exists is always answered by the database.

While a variant is asked for all the time, its belief is made new before it ends, by one submit that is let go on.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
from redis.asyncio import RedisCluster

from datasources.redis import ERRORS, Client
from domain.ids import new_secret

logger = structlog.get_logger(__name__)

Positions = Mapping[int, Sequence[int]]
SOLD_OUT_SECONDS = 0.25
# The last part of a belief, in which one submit is sent on to ask anew.
RENEW_SECONDS = 0.125
# A shield that is slower than this is none.
PATIENCE_SECONDS = 0.2
CART_MS = 10_000
MARK_MS = 60_000
MAX_MARKS = 1_000

_ENTER = """
local kept = redis.call('GET', KEYS[1])
if kept then
  local lines = cjson.decode(kept)
  for n = 3, #ARGV do
    if lines[ARGV[n]] then return kept end
  end
  redis.call('DEL', KEYS[1])
end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return false
"""
_REMEMBER = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the gate says to one submit: `refused` are positions of sold-out lines; none of them lets it go on.

    `mark` is what a refusal by the database is remembered under; None when Redis did not answer.
    """

    refused: tuple[int, ...] = ()
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A cart that the database refused for want of stock: the mark it went on with and its lines by variant."""

    cart_id: str
    mark: str | None
    positions: Positions


class StockGate:
    """Variants known to be sold out, and carts that were refused for them a moment ago."""

    def __init__(self, redis: Client, prefix: str) -> None:
        self._prefix = prefix
        self._enter = redis.register_script(_ENTER)
        self._remember = redis.register_script(_REMEMBER)
        self._carts = _Reader(redis)
        self._sold_out: dict[int, float] = {}
        self._renewed: dict[int, float] = {}

    def sold_out(self, variant_ids: Iterable[int]) -> None:
        """The database has just said that nothing is left of these."""
        until = time.monotonic() + SOLD_OUT_SECONDS
        self._sold_out.update(dict.fromkeys(variant_ids, until))
        if len(self._sold_out) > MAX_MARKS:
            self._known()

    async def refused(self, cart_id: str) -> tuple[int, ...]:
        """Positions of the sold-out lines of a cart that was refused a moment ago and of which none has gone on since.

        Empty for one that has to `enter`. Those who ask together share one command.
        """
        if not self._known():
            return ()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                kept = await self._carts.get(self._keys(cart_id)[0])
        except ERRORS as error:
            _lost(error)
            return ()
        # Who waited for Redis knows only what is still believed now.
        lines = _lines(kept)
        known = [variant_id for variant_id in self._known() if variant_id in lines]
        if any(self._is_ending(int(variant_id)) for variant_id in known):
            return ()
        return _positions(lines, known)

    async def enter(self, cart_id: str) -> Entry:
        """Refuses a submit again, or sends it on to the database. One command; without Redis everybody goes on."""
        known = [variant_id for variant_id in self._known() if not self._is_renewed_by_this(int(variant_id))]
        mark = new_secret()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                kept = await self._enter(keys=self._keys(cart_id), args=[mark, MARK_MS, *known])
        except ERRORS as error:
            _lost(error)
            return Entry()
        if not kept:
            return Entry(mark=mark)
        return Entry(_positions(_lines(kept), known))

    async def remember(self, refusals: Sequence[Refusal]) -> None:
        """Keeps refused carts, except those of which another submit has gone on since."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await asyncio.gather(*(self._keep(refusal, refusal.mark) for refusal in refusals if refusal.mark))
        except ERRORS as error:
            _lost(error)

    async def _keep(self, refusal: Refusal, mark: str) -> None:
        lines = {str(variant_id): list(positions) for variant_id, positions in refusal.positions.items()}
        await self._remember(keys=self._keys(refusal.cart_id), args=[mark, msgspec.json.encode(lines), CART_MS])

    async def changed(self, cart_id: str) -> None:
        """A cart has other lines now: what it was refused for is not known any more."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._enter(keys=self._keys(cart_id), args=[new_secret(), MARK_MS])
        except ERRORS as error:
            _lost(error)

    def _known(self) -> list[str]:
        """Variants still believed to be sold out; the others are forgotten."""
        now = time.monotonic()
        if any(until <= now for until in self._sold_out.values()):
            self._sold_out = {variant_id: until for variant_id, until in self._sold_out.items() if until > now}
            self._renewed = {key: until for key, until in self._renewed.items() if key in self._sold_out}
        return [str(variant_id) for variant_id in self._sold_out]

    def _is_ending(self, variant_id: int) -> bool:
        """Whether it is time to ask anew, and nobody does so yet."""
        until = self._sold_out[variant_id]
        return until - time.monotonic() <= RENEW_SECONDS and self._renewed.get(variant_id) != until

    def _is_renewed_by_this(self, variant_id: int) -> bool:
        """True for the one submit that goes on to ask anew."""
        if not self._is_ending(variant_id):
            return False
        self._renewed[variant_id] = self._sold_out[variant_id]
        return True

    def _keys(self, cart_id: str) -> list[str]:
        tag = f"{self._prefix}gate:{{{cart_id}}}"
        return [tag, f"{tag}:mark"]


class _Reader:
    """Reads values by their keys: those that are asked for while one command is on its way share the next one."""

    def __init__(self, redis: Client) -> None:
        self._read = redis.mget_nonatomic if isinstance(redis, RedisCluster) else redis.mget
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._reading: asyncio.Task[None] | None = None

    async def get(self, key: str) -> bytes | None:
        """The value, as it is at some moment between asking and the answer. Raises what Redis raises."""
        waiting = self._waiting.get(key)
        if waiting is None:
            waiting = self._waiting[key] = asyncio.get_running_loop().create_future()
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read_all())
        value: bytes | None = await asyncio.shield(waiting)
        return value

    async def _read_all(self) -> None:
        while self._waiting:
            waiting, self._waiting = self._waiting, {}
            try:
                values = await self._read(list(waiting))
            except ERRORS as error:
                for future in waiting.values():
                    future.set_exception(error)
                    future.exception()  # seen here when everybody has gone
                continue
            for future, value in zip(waiting.values(), values, strict=True):
                future.set_result(value)


def _lines(kept: bytes | None) -> dict[str, list[int]]:
    return msgspec.json.decode(kept) if kept else {}


def _positions(lines: Mapping[str, Sequence[int]], known: Iterable[str]) -> tuple[int, ...]:
    return tuple(sorted(position for variant_id in known for position in lines.get(variant_id, ())))


def _lost(error: Exception) -> None:
    logger.warning("stock_gate_lost", error=type(error).__name__)
