"""Events on a Redis stream: published at least once, read by consumer groups, given up to a dead-letter stream.

The stream does not parse events. All keys carry one hash tag, so that a Redis Cluster keeps them in one slot.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from redis.exceptions import ResponseError

from datasources.kit.events import encode, kind_of
from datasources.kit.redis import Client
from domain.events import Event

MAX_LENGTH = 100_000
# Only an event that the group has not finished becomes a dead letter, so that a repeated call makes no second one.
_GIVE_UP = """
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], '*', 'group', ARGV[1], unpack(ARGV, 4))
return 1
"""


@dataclass(frozen=True, slots=True)
class Message:
    """One delivery of an event to a group. `deliveries` includes this one; kind and payload are as written.

    With a `group`, the event is for that group alone: a dead letter of the group that is retried.
    """

    id: str
    kind: str
    payload: bytes
    deliveries: int
    group: str = ""


class EventStream:
    """The stream of all events of a shop."""

    def __init__(self, redis: Client, prefix: str) -> None:
        self._redis = redis
        self._give_up = redis.register_script(_GIVE_UP)
        self.key = f"{prefix}{{events}}:stream"
        self.dead_key = f"{prefix}{{events}}:dead"

    async def publish(self, events: Sequence[Event]) -> None:
        """Appends events in their order."""
        await self.append([(kind_of(event).encode(), encode(event)) for event in events])

    async def append(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
        """Appends kinds with their payloads in one round trip. The stream keeps about a hundred thousand events."""
        pipeline: Any = self._redis.pipeline(transaction=False)
        for kind, payload in entries:
            pipeline.xadd(self.key, {"kind": kind, "payload": payload}, maxlen=MAX_LENGTH, approximate=True)
        await pipeline.execute()

    async def join(self, group: str) -> None:
        """Creates a consumer group that starts with the oldest stored event; safe to call again."""
        try:
            await self._redis.xgroup_create(self.key, group, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    async def read(self, group: str, consumer: str, count: int, block_ms: int) -> list[Message]:
        """New events for this consumer, waiting up to `block_ms` for the first."""
        streams: dict[Any, Any] = {self.key: ">"}
        answer: Any = await self._redis.xreadgroup(group, consumer, streams, count=count, block=block_ms)
        # The call names one stream: the answer is [[stream, entries]] or nothing.
        return [_message(entry_id, fields, 1) for entry_id, fields in (answer[0][1] if answer else ())]

    async def claim(self, group: str, consumer: str, idle_ms: int, count: int) -> list[Message]:
        """Takes over events that another consumer took and did not finish within `idle_ms`."""
        answer: Any = await self._redis.xautoclaim(self.key, group, consumer, idle_ms, count=count)
        taken: dict[bytes, dict[bytes, bytes]] = {entry_id: fields for entry_id, fields in answer[1] if fields}
        if not taken:
            return []
        first, *_, last = *taken, *taken
        pending = await self._redis.xpending_range(
            self.key, group, min=first.decode(), max=last.decode(), count=MAX_LENGTH, consumername=consumer
        )
        deliveries: dict[Any, int] = {entry["message_id"]: int(entry["times_delivered"]) for entry in pending}
        return [_message(entry_id, fields, deliveries.get(entry_id, 1)) for entry_id, fields in taken.items()]

    async def done(self, group: str, *messages: Message) -> None:
        """Marks the events as handled by this group."""
        if messages:
            await self._redis.xack(self.key, group, *(message.id for message in messages))

    async def give_up(self, group: str, message: Message, reason: str) -> None:
        """Moves an event that no retry can save from the group's work to the dead-letter stream."""
        fields = ("kind", message.kind, "payload", message.payload, "reason", reason[:500], "tries", message.deliveries)
        await self._give_up(keys=[self.key, self.dead_key], args=[group, message.id, MAX_LENGTH, *fields])

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
        """How many events wait on the dead-letter stream."""
        return int(await self._redis.xlen(self.dead_key))


def _message(entry_id: bytes, fields: Mapping[bytes, bytes], deliveries: int) -> Message:
    """A message from any entry: a damaged one has no kind, so that no version knows it."""
    kind, group = (fields.get(name, b"").decode(errors="backslashreplace") for name in (b"kind", b"group"))
    return Message(entry_id.decode(), kind, fields.get(b"payload", b""), deliveries, group)
