"""Passes the events of the stream to the handlers of a group: in batches, with a limited number of retries.

A batch that fails is handled event by event, so that one bad event does not affect others. A failed event stays in the
stream and comes back once it has been idle for a while. After its last try it goes to the dead letters. An event that
this version cannot read goes there at once.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from redis.exceptions import RedisError, ResponseError, SlotNotCoveredError

from datasources.kit.events import UnreadableEvent, decode
from datasources.kit.stream import EventStream, Message
from domain.events import EVENT_TYPES, Event
from domain.kit.refusals import Unavailable
from workers.kit.jobs import AT_ONCE, Pause

logger = structlog.get_logger(__name__)

READ_AT_ONCE = 200
BLOCK_MS = 500  # shorter than the deadline of a Redis connection
# A store that does not answer is not the fault of an event: such tries are repeated without limit.
_OUT_OF_REACH = (Unavailable, RedisError, SlotNotCoveredError)
Handler = Callable[[Sequence[Event]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """A batch has at most `batch` events and half of `idle_seconds` for all of them. An event that is unfinished after
    the whole of `idle_seconds` is tried again, `tries` times in all.
    """

    batch: int = 100
    idle_seconds: float = 30.0
    tries: int = 5

    @property
    def lease_seconds(self) -> float:
        """The duration of a consumer's lease: longer than a batch takes."""
        return self.idle_seconds * 1.5

    @property
    def deadline_seconds(self) -> float:
        """The time limit of a turn: two batches, each of them followed by a retry event by event."""
        return self.idle_seconds * 4


@dataclass(frozen=True, slots=True)
class Subscription:
    """A group of consumers, the events it wants, and their handler, which must be safe to repeat.

    `one_at_a_time`: one consumer of the group works, and the others wait to take over. After each batch, events gather
    for `gather_seconds`; this helps where the cost of a batch hardly depends on its size. `make_up` runs if the stream
    does not know the group: either Redis has lost its memory and events with it, or no consumer has ever joined.
    """

    group: str
    wants: tuple[type[Event], ...]
    handle: Handler
    one_at_a_time: bool = False
    gather_seconds: float = 0.0
    limits: BatchLimits = BatchLimits()
    make_up: Callable[[], Awaitable[None]] | None = None


@dataclass(frozen=True, slots=True)
class _Delivered:
    """A message with the event that it carries."""

    message: Message
    event: Event


class Consumer:
    """One member of a group. No other process may use its `name`."""

    def __init__(self, stream: EventStream, subscription: Subscription, name: str) -> None:
        self._stream = stream
        self._subscription = subscription
        self._group = subscription.group
        self._wants = {kind.__name__ for kind in subscription.wants}
        self._name = name
        self._limits = subscription.limits
        self._claimed_at = float("-inf")
        self._kept: list[Message] = []

    async def turn(self) -> Pause:
        """Handles events that an unreachable store or lack of time left over, else those of others, else new ones."""
        if not self._kept:
            self._kept = await self._next()
        if not self._kept:
            return AT_ONCE  # the read has already waited
        await self._handle(await self._sorted(self._kept))
        return Pause(self._subscription.gather_seconds)

    async def _next(self) -> list[Message]:
        """Joins the group if it does not exist: before the first event, or after Redis has lost its memory."""
        try:
            return await self._left_by_others() or await self._read()
        except ResponseError as error:
            if "NOGROUP" not in str(error):
                raise
        if self._subscription.make_up is not None:
            # Before the group exists, so that the next consumer repeats it if this one dies in between.
            await self._subscription.make_up()
        await self._stream.join(self._group)
        return await self._read()

    async def _read(self) -> list[Message]:
        """Reads far more events than one batch: most groups want only a few of them."""
        return await self._stream.read(self._group, self._name, max(READ_AT_ONCE, self._limits.batch), BLOCK_MS)

    async def _left_by_others(self) -> list[Message]:
        idle = self._limits.idle_seconds
        if (now := time.monotonic()) - self._claimed_at < idle / 2:
            return []
        claimed = await self._stream.claim(self._group, self._name, int(idle * 1000), self._limits.batch)
        if len(claimed) < self._limits.batch:
            self._claimed_at = now
        return claimed

    async def _sorted(self, messages: Sequence[Message]) -> list[_Delivered]:
        """Messages with events that the group wants. Acknowledges all others, and gives up unreadable ones."""
        wanted: list[_Delivered] = []
        others: list[Message] = []
        for message in messages:
            if not self._concerns(message):
                others.append(message)
                continue
            try:
                wanted.append(_Delivered(message, decode(message.kind, message.payload)))
            except UnreadableEvent as error:
                await self._give_up(message, str(error))
        await self._stream.done(self._group, *others)
        return wanted

    def _concerns(self, message: Message) -> bool:
        """Whether the group wants a message, or a version that knows its kind might."""
        is_mine = message.group in ("", self._group)
        return is_mine and (message.kind in self._wants or message.kind not in EVENT_TYPES)

    async def _handle(self, wanted: list[_Delivered]) -> None:
        self._kept = [each.message for each in wanted]
        started = time.monotonic()
        while wanted and time.monotonic() - started < self._limits.idle_seconds / 2:
            await self._handle_batch(wanted[: self._limits.batch])
            wanted = wanted[self._limits.batch :]
            self._kept = self._kept[self._limits.batch :]

    async def _handle_batch(self, wanted: Sequence[_Delivered]) -> None:
        # An event delivered too often may have crashed its consumers. Handled alone, it cannot affect others.
        if any(each.message.deliveries > self._limits.tries for each in wanted):
            await self._one_by_one(wanted)
            return
        try:
            await self._try(wanted)
        except _OUT_OF_REACH:
            raise
        except Exception as error:  # an error in a handler fails the batch, not the consumer
            logger.warning("batch_failed", group=self._group, events=len(wanted), error=type(error).__name__)
            await self._one_by_one(wanted)

    async def _try(self, wanted: Sequence[_Delivered]) -> None:
        """Handles events and finishes them before other consumers may claim them."""
        async with asyncio.timeout(self._limits.idle_seconds / 2):
            await self._subscription.handle([each.event for each in wanted])
        await self._stream.done(self._group, *(each.message for each in wanted))

    async def _one_by_one(self, wanted: Sequence[_Delivered]) -> None:
        """Leaves events to other consumers if there is no time to handle them before those may claim them."""
        started = time.monotonic()
        for each in wanted:
            if time.monotonic() - started < self._limits.idle_seconds / 2:
                await self._alone(each)

    async def _alone(self, delivered: _Delivered) -> None:
        try:
            await self._try([delivered])
        except _OUT_OF_REACH:
            raise
        except Exception as error:  # an error in a handler is a failed try of this event
            await self._failed(delivered.message, error)

    async def _failed(self, message: Message, error: Exception) -> None:
        if message.deliveries < self._limits.tries:
            logger.warning("event_failed", group=self._group, kind=message.kind, tries=message.deliveries)
            return
        await self._give_up(message, f"{type(error).__name__}: {error}")

    async def _give_up(self, message: Message, reason: str) -> None:
        logger.error("event_given_up", group=self._group, kind=message.kind, reason=reason)
        await self._stream.give_up(self._group, message, reason)
