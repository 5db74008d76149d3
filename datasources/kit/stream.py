"""Events on a Redis stream: published at least once, read by consumer groups, given up to a dead-letter stream.

All keys carry one hash tag, so that a Redis Cluster keeps them in one slot.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import msgspec
from redis.exceptions import ResponseError

from datasources.kit.outbox import decode
from datasources.kit.redis import Client
from domain.events import Event

MAX_LENGTH = 100_000


@dataclass(frozen=True, slots=True)
class Message:
    """One delivery of an event to a group; `deliveries` counts this one too."""

    id: str
    event: Event
    deliveries: int


class EventStream:
    """The stream of all events of a shop."""

    def __init__(self, redis: Client, prefix: str) -> None:
        self._redis = redis
        self.key = f"{prefix}{{events}}:stream"
        self.dead_key = f"{prefix}{{events}}:dead"

    async def publish(self, events: Sequence[Event]) -> None:
        """Appends events in order, in one round trip. Old entries are trimmed about a hundred thousand later."""
        pipeline: Any = self._redis.pipeline(transaction=False)
        for event in events:
            fields = {"kind": type(event).__name__, "payload": msgspec.json.encode(asdict(event))}
            pipeline.xadd(self.key, fields, maxlen=MAX_LENGTH, approximate=True)
        await pipeline.execute()

    async def join(self, group: str) -> None:
        """Creates a consumer group that starts with the oldest event kept; safe to call again."""
        try:
            await self._redis.xgroup_create(self.key, group, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    async def read(self, group: str, consumer: str, count: int, block_ms: int) -> list[Message]:
        """New events for this consumer, waiting up to `block_ms` for the first."""
        streams: dict[Any, Any] = {self.key: ">"}
        answer: Any = await self._redis.xreadgroup(group, consumer, streams, count=count, block=block_ms)
        # One stream was asked: the answer is [[stream, entries]] or nothing.
        return await self._readable(group, answer[0][1] if answer else (), {})

    async def claim(self, group: str, consumer: str, idle_ms: int, count: int) -> list[Message]:
        """Events that another consumer took and did not finish within `idle_ms`, now this one's."""
        answer: Any = await self._redis.xautoclaim(self.key, group, consumer, idle_ms, count=count)
        taken: dict[bytes, dict[bytes, bytes]] = {entry_id: fields for entry_id, fields in answer[1] if fields}
        if not taken:
            return []
        first, *_, last = *taken, *taken
        pending = await self._redis.xpending_range(
            self.key, group, min=first.decode(), max=last.decode(), count=MAX_LENGTH, consumername=consumer
        )
        deliveries: dict[Any, int] = {entry["message_id"]: int(entry["times_delivered"]) for entry in pending}
        return await self._readable(group, taken.items(), deliveries)

    async def _readable(
        self, group: str, entries: Iterable[tuple[bytes, dict[bytes, bytes]]], deliveries: Mapping[bytes, int]
    ) -> list[Message]:
        """Entries as messages; one that no code here can read would come back for ever, so it is given up."""
        messages = []
        for entry_id, fields in entries:
            try:
                messages.append(_message(entry_id, fields, deliveries.get(entry_id, 1)))
            except (KeyError, TypeError, msgspec.DecodeError) as error:
                unread: dict[Any, Any] = {"group": group, **fields, "reason": f"unreadable: {type(error).__name__}"}
                await self._redis.xadd(self.dead_key, unread, maxlen=MAX_LENGTH, approximate=True)
                await self._redis.xack(self.key, group, entry_id)
        return messages

    async def done(self, group: str, *messages: Message) -> None:
        """The events were handled by this group."""
        if messages:
            await self._redis.xack(self.key, group, *(message.id for message in messages))

    async def give_up(self, group: str, message: Message, reason: str) -> None:
        """Moves an event that no retry can save to the dead-letter stream."""
        fields = {
            "group": group,
            "kind": type(message.event).__name__,
            "payload": msgspec.json.encode(asdict(message.event)),
            "reason": reason[:500],
        }
        await self._redis.xadd(self.dead_key, fields, maxlen=MAX_LENGTH, approximate=True)  # type: ignore[arg-type]
        await self.done(group, message)

    async def lag(self, group: str) -> int:
        """How many events the group has not finished."""
        return (await self.lags()).get(group, 0)

    async def lags(self) -> dict[str, int]:
        """How many events each group has not finished; empty before the first event."""
        if not await self._redis.exists(self.key):
            return {}
        groups: Any = await self._redis.xinfo_groups(self.key)
        return {info["name"].decode(): int(info["pending"]) + int(info.get("lag") or 0) for info in groups}

    async def dead(self) -> int:
        """How many events were given up and wait on the dead-letter stream."""
        return int(await self._redis.xlen(self.dead_key))


def _message(entry_id: bytes, fields: dict[bytes, bytes], deliveries: int) -> Message:
    event = decode(fields[b"kind"].decode(), msgspec.json.decode(fields[b"payload"]))
    return Message(entry_id.decode(), event, deliveries)
