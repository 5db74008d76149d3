"""Dead letters: events that a group gave up. People can inspect them, hand them back to the group, or drop them."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from datasources.kit.redis import Client
from datasources.kit.stream import MAX_LENGTH, EventStream

_PAGE = 500
# In one step, so that two people who retry the same letter hand its event back only once.
_RETRY = """
local found = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])
if #found == 0 then return 0 end
local letter, fields = {kind = '', payload = '', group = ''}, found[1][2]
for i = 1, #fields, 2 do letter[fields[i]] = fields[i + 1] end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*',
  'kind', letter.kind, 'payload', letter.payload, 'group', letter.group)
redis.call('XDEL', KEYS[1], ARGV[1])
return 1
"""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that `group` gave up `at` a time after `tries` deliveries; 0 when an older version recorded no tries."""

    id: str
    kind: str
    group: str
    reason: str
    tries: int
    at: datetime
    payload: bytes


class DeadLetters:
    """The dead letters of one stream."""

    def __init__(self, redis: Client, stream: EventStream) -> None:
        self._redis = redis
        self._stream = stream
        self._retry = redis.register_script(_RETRY)

    async def all(self) -> AsyncIterator[DeadLetter]:
        """All letters, from the oldest to the newest at the start of the call.

        Later letters are left to the next call.
        """
        newest: Any = await self._redis.xrevrange(self._stream.dead_key, count=1)
        start = "-"
        while newest:
            page: Any = await self._redis.xrange(self._stream.dead_key, min=start, max=newest[0][0], count=_PAGE)
            for letter_id, fields in page:
                yield _letter(letter_id, fields)
            if len(page) < _PAGE:
                return
            start = f"({page[-1][0].decode()}"

    async def find(self, ids: Iterable[str]) -> list[DeadLetter]:
        """The letters with these ids that exist."""
        wanted = set(ids)
        return [letter async for letter in self.all() if letter.id in wanted]

    async def retry(self, letters: Sequence[DeadLetter]) -> list[DeadLetter]:
        """Hands events back to the groups that gave them up; returns which letters were retried.

        A letter stays when its group does not exist, or when someone else has retried or dropped it meanwhile.
        """
        groups = await self._stream.lags()
        keys = [self._stream.dead_key, self._stream.key]
        known = [letter for letter in letters if letter.group in groups]
        return [letter for letter in known if await self._retry(keys=keys, args=[letter.id, MAX_LENGTH])]

    async def drop(self, letters: Sequence[DeadLetter]) -> int:
        """Deletes letters and returns how many of them still existed."""
        return sum([int(await self._redis.xdel(self._stream.dead_key, letter.id)) for letter in letters])


def _letter(letter_id: bytes, fields: dict[bytes, bytes]) -> DeadLetter:
    def text(name: bytes) -> str:
        return fields.get(name, b"").decode(errors="backslashreplace")

    milliseconds = int(letter_id.partition(b"-")[0])
    return DeadLetter(
        id=letter_id.decode(),
        kind=text(b"kind"),
        group=text(b"group"),
        reason=text(b"reason"),
        tries=int(text(b"tries") or 0),
        at=datetime.fromtimestamp(milliseconds / 1000, UTC),
        payload=fields.get(b"payload", b""),
    )
