"""Hands the events of the stream to the handlers of a group: in batches, again after failures, never forever.

A batch that fails is handled event by event, so that one bad event takes no other with it. What fails stays with the
stream and comes back once it has been idle for a while; what has failed for the last time goes to the dead letters.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from redis.exceptions import RedisError, ResponseError, SlotNotCoveredError

from datasources.kit.lease import Lease
from datasources.kit.redis import ERRORS
from datasources.kit.stream import EventStream, Message
from domain.events import Event
from domain.kit.refusals import Unavailable
from workers.kit.pauses import Pauses, jittered, wait

logger = structlog.get_logger(__name__)

READ_AT_ONCE = 200
BLOCK_MS = 500  # less than the deadline of a Redis connection
# A store that does not answer is nobody's fault: such tries are repeated for as long as it takes.
_OUT_OF_REACH = (Unavailable, RedisError, SlotNotCoveredError)
Handler = Callable[[Sequence[Event]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Limits:
    """`batch` events at most are handled at a time; half of `idle_seconds` for all of them, and what is unfinished
    after all of it is tried again, `tries` times in all.
    """

    batch: int = 100
    idle_seconds: float = 30.0
    tries: int = 5


@dataclass(frozen=True, slots=True)
class Subscription:
    """A group of consumers, the events it wants, and what it does with them; it must be safe to do twice.

    `one_at_a_time`: of all consumers of the group one works and the others wait to take over. After each batch events
    are left to gather for `gather_seconds`, where what a batch costs hardly depends on how many there are. `make_up` is
    done when the stream does not know the group: Redis has lost its memory, and events with it, or nobody ever joined.
    """

    group: str
    wants: tuple[type[Event], ...]
    handle: Handler
    one_at_a_time: bool = False
    gather_seconds: float = 0.0
    limits: Limits = Limits()
    make_up: Callable[[], Awaitable[None]] | None = None


class Consumer:
    """One member of a group. `name` is its own: no other process may use it. With a lease, it works while it has it.

    A lease is to last longer than `idle_seconds`, the most that a batch takes.
    """

    def __init__(
        self,
        stream: EventStream,
        subscription: Subscription,
        name: str,
        lease: Lease | None = None,
    ) -> None:
        self._stream = stream
        self._lease = lease
        self._subscription = subscription
        self._group = subscription.group
        self._name = name
        self._limits = subscription.limits
        self._claimed_at = float("-inf")
        self._kept: list[Message] = []
        self._handled = False

    async def run(self, stopping: asyncio.Event) -> None:
        """Handles events until told to stop, then finishes the batch at hand. Survives outages of every store."""
        pauses = Pauses(stopping)
        while not stopping.is_set():
            try:
                worked = await self.turn()
            except (Unavailable, *ERRORS) as error:
                logger.warning("store_out_of_reach", group=self._group, error=type(error).__name__)
                await pauses.after_failure()
            except Exception:  # a mistake of ours must not end the group
                logger.exception("consumer_failed", group=self._group)
                await pauses.after_failure()
            else:
                pauses.succeeded()
                if not worked:
                    await wait(stopping, jittered(BLOCK_MS / 1000))
                elif self._handled and self._subscription.gather_seconds:
                    await wait(stopping, self._subscription.gather_seconds)
        if self._lease is not None:
            await self._give_back(self._lease)

    async def _give_back(self, lease: Lease) -> None:
        try:
            await lease.release()
        except ERRORS as error:  # it ends by itself
            logger.warning("lease_kept", group=self._group, error=type(error).__name__)

    async def turn(self) -> bool:
        """What a store out of reach or time kept from being finished, else what others left, else what is new.

        False when another consumer of the group has the lease.
        """
        if self._lease is not None and not await self._lease.hold():
            return False
        messages = self._kept or await self._next()
        self._kept = messages
        self._handled = bool(messages)
        await self._handle(messages)
        return True

    async def _next(self) -> list[Message]:
        """Joins when there is no such group: before the first event, or after Redis has lost its memory."""
        try:
            return await self._left_by_others() or await self._read()
        except ResponseError as error:
            if "NOGROUP" not in str(error):
                raise
        if self._subscription.make_up is not None:
            # Before the group is there: who dies in between leaves it to the next one.
            await self._subscription.make_up()
        await self._stream.join(self._group)
        return await self._read()

    async def _read(self) -> list[Message]:
        """Far more than are handled at a time: most are of no concern to most groups."""
        return await self._stream.read(self._group, self._name, max(READ_AT_ONCE, self._limits.batch), BLOCK_MS)

    async def _left_by_others(self) -> list[Message]:
        idle = self._limits.idle_seconds
        if (now := time.monotonic()) - self._claimed_at < idle / 2:
            return []
        claimed = await self._stream.claim(self._group, self._name, int(idle * 1000), self._limits.batch)
        if len(claimed) < self._limits.batch:
            self._claimed_at = now
        return claimed

    async def _handle(self, messages: Sequence[Message]) -> None:
        wanted: list[Message] = []
        others: list[Message] = []
        for message in messages:
            (wanted if isinstance(message.event, self._subscription.wants) else others).append(message)
        await self._stream.done(self._group, *others)
        self._kept = wanted
        started = time.monotonic()
        while self._kept and time.monotonic() - started < self._limits.idle_seconds / 2:
            await self._handle_batch(self._kept[: self._limits.batch])
            self._kept = self._kept[self._limits.batch :]

    async def _handle_batch(self, wanted: Sequence[Message]) -> None:
        # An event that was here too often may be what ended its consumers: alone, it can take no others along.
        if any(message.deliveries > self._limits.tries for message in wanted):
            await self._one_by_one(wanted)
            return
        try:
            await self._try(wanted)
        except _OUT_OF_REACH:
            raise
        except Exception as error:  # any mistake of a handler fails the batch, not the consumer
            logger.warning("batch_failed", group=self._group, events=len(wanted), error=type(error).__name__)
            await self._one_by_one(wanted)

    async def _try(self, messages: Sequence[Message]) -> None:
        """Handles events and finishes them, in less time than after which others claim them."""
        async with asyncio.timeout(self._limits.idle_seconds / 2):
            await self._subscription.handle([message.event for message in messages])
        await self._stream.done(self._group, *messages)

    async def _one_by_one(self, messages: Sequence[Message]) -> None:
        """Events for which there is no time before others claim them are left to those."""
        started = time.monotonic()
        for message in messages:
            if time.monotonic() - started < self._limits.idle_seconds / 2:
                await self._alone(message)

    async def _alone(self, message: Message) -> None:
        try:
            await self._try([message])
        except _OUT_OF_REACH:
            raise
        except Exception as error:  # any mistake of a handler is a failed try of this event
            await self._failed(message, error)

    async def _failed(self, message: Message, error: Exception) -> None:
        kind = type(message.event).__name__
        if message.deliveries < self._limits.tries:
            logger.warning("event_failed", group=self._group, kind=kind, tries=message.deliveries)
            return
        reason = f"{type(error).__name__}: {error}"
        logger.error("event_given_up", group=self._group, kind=kind, reason=reason)
        await self._stream.give_up(self._group, message, reason)
