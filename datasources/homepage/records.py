"""Homepages in the form that visitors get: composed records in Redis.

A record does not expire: the last good one stays until a newer version replaces it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from datasources.homepage.index import index_key, tokens
from datasources.kit.redis import ERRORS, Client
from domain.homepage.index import Shown
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.records import SECTIONS, HomepageRecord, MenuEntry, Section
from domain.kit.refusals import Unavailable

_NAMES = {record: name for name, record in SECTIONS.items()}

# An older build must not replace a newer one: one step compares the version, then the build time, and sets the record.
# It also replaces the index of the page; one call takes at most some thousand members.
_REPLACE = """
local old = redis.call('HMGET', KEYS[1], 'version', 'built')
if old[1] and (tonumber(old[1]) > tonumber(ARGV[1])
    or (tonumber(old[1]) == tonumber(ARGV[1]) and tonumber(old[2]) > tonumber(ARGV[2]))) then return 0 end
redis.call('HSET', KEYS[1], 'version', ARGV[1], 'built', ARGV[2], 'page', ARGV[3])
redis.call('DEL', KEYS[2])
for first = 4, #ARGV, 1000 do
    redis.call('SADD', KEYS[2], unpack(ARGV, first, math.min(first + 999, #ARGV)))
end
return 1
"""

_OWN = 10**9
_ABSENT_SECONDS = 86_400
_NOTHING = Shown()


class HomepageRecords:
    """Composed pages in Redis."""

    def __init__(self, redis: Client, prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix
        self._replace = redis.register_script(_REPLACE)

    def key(self, key: HomepageKey) -> str:
        """The Redis key of a record."""
        return self._prefix + key.redis_key

    async def get(self, key: HomepageKey) -> HomepageRecord | None:
        """The record of a page, read with one Redis command; None when Redis has no record. Raises `Unavailable`."""
        try:
            data = await self._redis.hget(self.key(key), "page")
        except ERRORS as error:
            raise _unavailable() from error
        return None if data is None else decode_record(data)

    async def replace(
        self, key: HomepageKey, record: HomepageRecord, *, is_own: bool = True, shown: Shown = _NOTHING
    ) -> bool:
        """Stores a record, and what it shows in the index, unless a newer record is there.

        Versions of two documents do not compare: the territory's own page is newer than any of the default territory.
        """
        built = int(record.built_at.timestamp() * 1_000_000)
        rank = self.rank(record.version, is_own=is_own)
        answer = await self._replace(
            keys=[self.key(key), index_key(self._prefix, key)],
            args=[rank, built, encode_record(record), *tokens(shown)],
        )
        return bool(answer)

    def rank(self, version: int, *, is_own: bool) -> int:
        """The number that decides which of two records is newer:

        own pages come after those of the default territory.
        """
        return version + (_OWN if is_own else 0)

    async def ranks(self, keys: Sequence[HomepageKey]) -> dict[HomepageKey, int]:
        """The ranks of the records of pages; 0 for a page without a record."""
        found = await self._fields(keys, "version")
        return {key: int(value or 0) for key, value in zip(keys, found, strict=True)}

    async def built_at(self, keys: Sequence[HomepageKey]) -> dict[HomepageKey, datetime]:
        """When the records of pages were built; pages without one are left out."""
        found = await self._fields(keys, "built")
        return {
            key: datetime.fromtimestamp(int(value) / 1_000_000, UTC)
            for key, value in zip(keys, found, strict=True)
            if value is not None
        }

    async def _fields(self, keys: Sequence[HomepageKey], field: str) -> list[Any]:
        if not keys:
            return []
        pipeline: Any = self._redis.pipeline(transaction=False)
        for key in keys:
            pipeline.hget(self.key(key), field)
        values: list[Any] = await pipeline.execute()
        return values

    async def missing_once(self, key: HomepageKey, seconds: int) -> bool:
        """Whether this caller is the one in the fleet to report the missing page, once per `seconds`."""
        try:
            return bool(await self._redis.set(self.key(key) + ":missing", b"1", nx=True, ex=seconds))
        except ERRORS as error:
            raise _unavailable() from error

    async def put_absent(self, key: HomepageKey) -> None:
        """Notes for a day that nobody published the page, so that a process that starts does not wait for it."""
        await self._redis.set(self._absent_key(key), b"1", ex=_ABSENT_SECONDS)

    async def is_absent(self, key: HomepageKey) -> bool:
        """Whether a builder recently found that nobody published the page."""
        return bool(await self._redis.exists(self._absent_key(key)))

    def _absent_key(self, key: HomepageKey) -> str:
        return self.key(key) + ":absent"


def _unavailable() -> Unavailable:
    return Unavailable("HOMEPAGE_UNAVAILABLE", "The homepage is being prepared; try again in a moment.")


class _Record(msgspec.Struct):
    territory: str
    platform: Platform
    version: int
    built_at: datetime
    menu: tuple[MenuEntry, ...]
    sections: list[dict[str, Any]]


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(_Record)


def encode_record(record: HomepageRecord) -> bytes:
    """The JSON of a record as stored in Redis; `kind` identifies each section."""
    sections = [{"kind": _NAMES[type(section)], **msgspec.to_builtins(section)} for section in record.sections]
    return _ENCODER.encode(
        _Record(record.territory, record.platform, record.version, record.built_at, record.menu, sections)
    )


def decode_record(data: bytes | str) -> HomepageRecord:
    """A record from its JSON; sections of an unknown kind are left out."""
    page = _DECODER.decode(data)
    sections: list[Section] = [
        msgspec.convert(section, SECTIONS[section["kind"]]) for section in page.sections if section["kind"] in SECTIONS
    ]
    return HomepageRecord(page.territory, page.platform, page.version, page.built_at, page.menu, tuple(sections))
