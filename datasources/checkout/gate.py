"""A shield for products in high demand: it refuses carts that were just refused as sold out, without the database.

The gate is never the truth. Each process believes for a quarter of a second what the database last said about a
variant, and Redis keeps for seconds the contents of a refused cart. Losing either costs only speed: the database
decides about every cart that goes on.

A cart may have become an order as soon as one submit of it has gone on to the database. So each submit that goes on
deletes the refusal of its cart and sets a mark, and a refusal is stored only while no later submit has gone on. The
database may decide about an earlier submit after a later one: so whoever made an order, or does not know whether it
did, deletes the refusal again before the buyer hears of it (`changed`). The database always answers a repeated submit
of an order that exists. If Redis does not answer when a process lets a cart
go on, the process deletes the refusal as soon as Redis answers. Until then, and at most for the life of a refusal,
another process that reaches Redis may repeat the old refusal.

While shoppers keep submitting a variant, the gate lets one submit go on to renew the belief before it ends.
"""

import asyncio
import random
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
from redis.asyncio import RedisCluster
from redis.commands.core import AsyncScript

from datasources.kit.coalescing import Coalescer
from datasources.kit.deadlines import within_deadline
from datasources.kit.redis import ERRORS, Client
from domain.kit.ids import new_secret

logger = structlog.get_logger(__name__)

# Positions of lines, by variant as the keys of JSON.
Lines = Mapping[str, Sequence[int]]
Positions = Mapping[int, Sequence[int]]
SOLD_OUT_SECONDS = 0.25
# In the last part of a belief, one submit goes on to ask the database again. NEWS_SECONDS is how much longer the others
# wait for its answer: under load the database takes longer than a belief lasts, and all of them would go on at once.
RENEW_SECONDS = 0.125
NEWS_SECONDS = 1.0
# A shield that takes longer than this does not help.
PATIENCE_SECONDS = 0.2
CART_MS = 30_000
MARK_MS = 60_000
MAX_MARKS = 1_000
# The longest pause before Redis is tried again for carts whose refusal it still holds, and how many of them wait.
FORGET_SECONDS = 0.2
MAX_UNFORGOTTEN = 10_000
MAX_CART_ID = 64  # characters: nobody has a cart with a longer id
_FORGOTTEN_AT_ONCE = 500

# One call handles several carts: its keys are a cart and its mark in turn. On a cluster each cart has its own slot, and
# so its own call.
_ENTER = """
local known = {}
for n = 2, #ARGV - #KEYS / 2 do known[n - 1] = ARGV[n] end
local answers = {}
for n = 1, #KEYS, 2 do
  local kept, refused = redis.call('GET', KEYS[n]), false
  if kept then
    local lines = cjson.decode(kept)
    for _, variant in ipairs(known) do
      if lines[variant] then refused = kept end
    end
    if not refused then redis.call('DEL', KEYS[n]) end
  end
  if not refused then
    redis.call('SET', KEYS[n + 1], ARGV[#ARGV - #KEYS / 2 + (n + 1) / 2], 'PX', ARGV[1])
  end
  answers[#answers + 1] = refused
end
return answers
"""
_REMEMBER = """
for n = 1, #KEYS, 2 do
  if redis.call('GET', KEYS[n + 1]) == ARGV[n + 1] then
    redis.call('SET', KEYS[n], ARGV[n + 2], 'PX', ARGV[1])
  end
end
return 0
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """The answer to one submit: `refused` are positions of sold-out lines; if there are none, the submit may go on.

    `mark` is the key under which a refusal by the database is stored; None when Redis did not answer.
    """

    refused: tuple[int, ...] = ()
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class GateRefusal:
    """A cart that the database refused for lack of stock: the mark of its submit, and its lines by variant."""

    cart_id: str
    mark: str | None
    positions: Positions


class StockGate:
    """Variants known to be sold out, and carts that were refused for them a moment ago.

    `unforgotten` are carts whose refusal Redis may still hold, with the time at which Redis drops it by itself.
    """

    def __init__(self, redis: Client, prefix: str) -> None:
        self._prefix = prefix
        self._one_by_one = isinstance(redis, RedisCluster)
        self._enter_script = redis.register_script(_ENTER)
        self._remember_script = redis.register_script(_REMEMBER)
        self._mget = redis.mget_nonatomic if isinstance(redis, RedisCluster) else redis.mget
        self._read = Coalescer[str, Any](self._read_all)
        self._enter = Coalescer[tuple[str, str], tuple[int, ...]](self._enter_all)
        self._sold_out: dict[int, float] = {}
        self._renewed: dict[int, float] = {}
        self.unforgotten: dict[str, float] = {}
        self._forgetting: asyncio.Task[None] | None = None

    def told(self, left: Mapping[int, int]) -> None:
        """Takes the units left of these variants, which sell out, as the database has just reported them."""
        until = time.monotonic() + SOLD_OUT_SECONDS
        for variant_id, units in left.items():
            if units <= 0:
                self._sold_out[variant_id] = until
            else:
                self._sold_out.pop(variant_id, None)
                self._renewed.pop(variant_id, None)
        if len(self._sold_out) > MAX_MARKS:
            self._known()

    @property
    def has_marks(self) -> bool:
        """Whether any variant may be believed to be sold out."""
        return bool(self._sold_out)

    async def refused(self, cart_id: str) -> tuple[int, ...]:
        """Positions of sold-out lines of a cart that was just refused and has had no submit that went on since.

        Empty for a cart that has to `enter`. Concurrent calls share one command.
        """
        if not self._known():
            return ()
        try:
            kept = await self._read(cart_id)
        except ERRORS as error:
            _lost(error)
            return ()
        # After the wait for Redis, only what is still believed counts.
        lines: Lines = msgspec.json.decode(kept) if kept else {}
        known = [variant_id for variant_id in self._known() if variant_id in lines]
        if any(self._is_ending(int(variant_id)) for variant_id in known):
            return ()
        return _positions(lines, known)

    async def enter(self, cart_id: str) -> Entry:
        """Refuses a submit again, or lets it go on to the database. One command; without Redis every submit goes on."""
        mark = new_secret()
        try:
            refused = await self._enter((cart_id, mark))
        except ERRORS as error:
            _lost(error)
            self._forget_later(cart_id)
            return Entry()
        return Entry(refused, None if refused else mark)

    async def remember(self, refusals: Sequence[GateRefusal]) -> None:
        """Stores refused carts, except those with a later submit that went on."""
        marked = [
            (refusal.cart_id, [refusal.mark, _kept(refusal.positions)])
            for refusal in refusals
            if refusal.mark is not None
        ]
        try:
            await within_deadline(self._run(self._remember_script, marked, [CART_MS]), PATIENCE_SECONDS)
        except ERRORS as error:
            _lost(error)

    async def changed(self, *cart_ids: str) -> None:
        """Deletes the refusals of carts whose lines have changed, or that may have become orders."""
        try:
            await self._forget(cart_ids)
        except ERRORS as error:
            _lost(error)
            for cart_id in cart_ids:
                self._forget_later(cart_id)

    async def close(self) -> None:
        """Stops deleting refusals."""
        if self._forgetting is not None:
            self._forgetting.cancel()
            await asyncio.wait({self._forgetting})

    def _forget_later(self, cart_id: str) -> None:
        """Tries until Redis answers, or has dropped the refusal by itself."""
        if len(self.unforgotten) >= MAX_UNFORGOTTEN or len(cart_id) > MAX_CART_ID:
            return
        self.unforgotten[cart_id] = time.monotonic() + CART_MS / 1000
        if self._forgetting is None or self._forgetting.done():
            self._forgetting = asyncio.create_task(self._forget_all())

    async def _forget_all(self) -> None:
        while self.unforgotten:
            await asyncio.sleep(FORGET_SECONDS * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
            now = time.monotonic()
            self.unforgotten = {cart_id: until for cart_id, until in self.unforgotten.items() if until > now}
            batch = dict(list(self.unforgotten.items())[:_FORGOTTEN_AT_ONCE])
            for cart_id in batch:
                del self.unforgotten[cart_id]
            try:
                await self._forget(list(batch))
            except ERRORS as error:
                _lost(error)
                self.unforgotten = batch | self.unforgotten

    async def _forget(self, cart_ids: Sequence[str]) -> None:
        """Deletes the refusals of these carts, and keeps submits that are under way from storing new ones."""
        marked = [(cart_id, [new_secret()]) for cart_id in cart_ids]
        await within_deadline(self._run(self._enter_script, marked, [MARK_MS]), PATIENCE_SECONDS)

    async def _read_all(self, cart_ids: Sequence[str]) -> list[Any]:
        keys = [self._keys(cart_id)[0] for cart_id in cart_ids]
        return list(await within_deadline(self._mget(keys), PATIENCE_SECONDS))

    async def _enter_all(self, carts: Sequence[tuple[str, str]]) -> list[tuple[int, ...]]:
        known = [variant_id for variant_id in self._known() if not self._is_renewed_by_this(int(variant_id))]
        marked = [(cart_id, [mark]) for cart_id, mark in carts]
        answers = await within_deadline(self._run(self._enter_script, marked, [MARK_MS, *known]), PATIENCE_SECONDS)
        return [_positions(msgspec.json.decode(kept) if kept else {}, known) for answer in answers for kept in answer]

    async def _run(
        self, script: AsyncScript, carts: Sequence[tuple[str, list[str]]], first: list[str | int]
    ) -> list[Any]:
        """Runs a script with these carts and their values, in one call where possible, and returns its answers."""
        calls = [[cart] for cart in carts] if self._one_by_one else [carts] if carts else []
        return await asyncio.gather(
            *(
                script(
                    keys=[key for cart_id, _ in call for key in self._keys(cart_id)],
                    args=[*first, *(value for _, values in call for value in values)],
                )
                for call in calls
            )
        )

    def _known(self) -> list[str]:
        """Variants still believed to be sold out. Removes the others."""
        now = time.monotonic()
        ended = [variant_id for variant_id, until in self._sold_out.items() if self._end(variant_id, until) <= now]
        for variant_id in ended:
            del self._sold_out[variant_id]
            self._renewed.pop(variant_id, None)
        return [str(variant_id) for variant_id in self._sold_out]

    def _end(self, variant_id: int, until: float) -> float:
        return until + NEWS_SECONDS if self._renewed.get(variant_id) == until else until

    def _is_ending(self, variant_id: int) -> bool:
        """Whether it is time to renew a belief that no submit is renewing yet."""
        until = self._sold_out[variant_id]
        return until - time.monotonic() <= RENEW_SECONDS and self._renewed.get(variant_id) != until

    def _is_renewed_by_this(self, variant_id: int) -> bool:
        """True for the one submit that goes on to renew the belief."""
        if not self._is_ending(variant_id):
            return False
        self._renewed[variant_id] = self._sold_out[variant_id]
        return True

    def _keys(self, cart_id: str) -> list[str]:
        tag = f"{self._prefix}gate:{{{cart_id}}}"
        return [tag, f"{tag}:mark"]


def _kept(positions: Positions) -> str:
    return msgspec.json.encode({str(variant_id): list(each) for variant_id, each in positions.items()}).decode()


def _positions(lines: Lines, known: Iterable[str]) -> tuple[int, ...]:
    return tuple(sorted(position for variant_id in known for position in lines.get(variant_id, ())))


def _lost(error: Exception) -> None:
    logger.warning("stock_gate_lost", error=type(error).__name__)
