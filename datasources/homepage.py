"""Homepages: documents as editors publish them (MongoDB), records as visitors get them (Redis).

A record has no lifetime: the last good one stays until a newer version replaces it.
"""

from datetime import datetime
from typing import Any

import msgspec
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError, PyMongoError

from datasources.mongo import Document, Documents, unavailable
from datasources.redis import ERRORS, Client
from domain.homepage import (
    BannerSection,
    HomepageDocument,
    HomepageKey,
    HomepageRecord,
    MenuEntry,
    Platform,
    Section,
    SectionSource,
    Shelf,
    ShelfSource,
    TextSection,
    TopCategories,
    TopCategoriesSource,
)
from domain.refusals import Unavailable

_SOURCES: dict[str, type[Any]] = {
    "BANNERS": BannerSection,
    "SHELF": ShelfSource,
    "TOP_CATEGORIES": TopCategoriesSource,
    "TEXT": TextSection,
}
_SECTIONS: dict[str, type[Any]] = {
    "BANNERS": BannerSection,
    "SHELF": Shelf,
    "TOP_CATEGORIES": TopCategories,
    "TEXT": TextSection,
}
_SECTION_KINDS = {kind: name for name, kind in _SECTIONS.items()}
_SOURCE_KINDS = {kind: name for name, kind in _SOURCES.items()}

# An older build must not replace a newer one: compare version, then build time, and set, in one step.
_REPLACE = """
local old = redis.call('HMGET', KEYS[1], 'version', 'built')
if old[1] and (tonumber(old[1]) > tonumber(ARGV[1])
    or (tonumber(old[1]) == tonumber(ARGV[1]) and tonumber(old[2]) > tonumber(ARGV[2]))) then return 0 end
redis.call('HSET', KEYS[1], 'version', ARGV[1], 'built', ARGV[2], 'page', ARGV[3])
return 1
"""

_OWN = 10**9
_ABSENT_SECONDS = 86_400


class HomepageDocuments:
    """What editors wrote, a document per territory and platform."""

    def __init__(self, documents: Documents, default_territory: str) -> None:
        self._documents = documents
        self._default = default_territory

    async def published(self, key: HomepageKey) -> HomepageDocument | None:
        """The published page for a key: its own, else that of the default territory on the same platform."""
        names = [_name(key.territory, key.platform), _name(self._default, key.platform)]
        found = await self._documents.by_ids("homepages", names)
        for name in names:
            if (document := found.get(name)) and document.get("published"):
                return _document(document)
        return None

    async def publish(self, key: HomepageKey, version: int, menu: str, sections: tuple[SectionSource, ...]) -> bool:
        """Replaces version `version` (0: none yet) by the next one. False when another editor was faster."""
        page = {"menu": menu, "sections": [encode_source(section) for section in sections]}
        change = {
            "$set": {"territory": key.territory, "platform": key.platform.value, "published": page},
            "$inc": {"version": 1},
        }
        try:
            replaced = await self._documents.db["homepages"].find_one_and_update(
                {"_id": _name(key.territory, key.platform), "version": version or {"$exists": False}},
                change,
                upsert=version == 0,
                return_document=ReturnDocument.AFTER,
            )
        except DuplicateKeyError:
            return False
        except PyMongoError as error:
            raise unavailable(error) from error
        return replaced is not None


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
        """The record of a page, one Redis command; None when there is none. Raises `Unavailable`."""
        try:
            data = await self._redis.hget(self.key(key), "page")
        except ERRORS as error:
            raise _unavailable() from error
        return None if data is None else decode_record(data)

    async def replace(self, key: HomepageKey, record: HomepageRecord, *, is_own: bool = True) -> bool:
        """Puts a record in place unless a newer one is there.

        Versions of two documents do not compare: the territory's own page is newer than any of the default territory.
        """
        built = int(record.built_at.timestamp() * 1_000_000)
        rank = record.version + (_OWN if is_own else 0)
        answer = await self._replace(keys=[self.key(key)], args=[rank, built, encode_record(record)])
        return bool(answer)

    async def missing_once(self, key: HomepageKey, seconds: int) -> bool:
        """Whether this caller is the one of the fleet to report the missing page, once per `seconds`."""
        try:
            return bool(await self._redis.set(self.key(key) + ":missing", b"1", nx=True, ex=seconds))
        except ERRORS as error:
            raise _unavailable() from error

    async def put_absent(self, key: HomepageKey) -> None:
        """Notes for a day that nobody published the page, so that a process that starts does not wait for it."""
        await self._redis.set(self._absent_key(key), b"1", ex=_ABSENT_SECONDS)

    async def is_absent(self, key: HomepageKey) -> bool:
        """Whether a builder found lately that nobody published the page."""
        return bool(await self._redis.exists(self._absent_key(key)))

    def _absent_key(self, key: HomepageKey) -> str:
        return self.key(key) + ":absent"


def _unavailable() -> Unavailable:
    return Unavailable("HOMEPAGE_UNAVAILABLE", "The homepage is being prepared; try again in a moment.")


def _name(territory: str, platform: Platform) -> str:
    return f"{territory}:{platform.value}"


def _document(document: Document) -> HomepageDocument:
    page = document["published"]
    return HomepageDocument(
        territory=document["territory"],
        platform=Platform(document["platform"]),
        version=document["version"],
        menu=page["menu"],
        sections=tuple(s for s in map(decode_source, page["sections"]) if s is not None),
    )


def encode_source(section: SectionSource) -> Document:
    """The stored form of a section."""
    return {"kind": _SOURCE_KINDS[type(section)], **msgspec.to_builtins(section)}


def decode_source(document: Document) -> SectionSource | None:
    """A section from its stored form; None for kinds that a later version of the shop wrote."""
    kind = _SOURCES.get(document["kind"])
    source: SectionSource | None = None if kind is None else msgspec.convert(document, kind)
    return source


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
    """The JSON of a record as kept in Redis; sections are told apart by `kind`."""
    sections = [{"kind": _SECTION_KINDS[type(section)], **msgspec.to_builtins(section)} for section in record.sections]
    return _ENCODER.encode(
        _Record(record.territory, record.platform, record.version, record.built_at, record.menu, sections)
    )


def decode_record(data: bytes | str) -> HomepageRecord:
    """A record from its JSON; sections of unknown kind are left out."""
    page = _DECODER.decode(data)
    sections: list[Section] = [
        msgspec.convert(section, _SECTIONS[section["kind"]])
        for section in page.sections
        if section["kind"] in _SECTIONS
    ]
    return HomepageRecord(page.territory, page.platform, page.version, page.built_at, page.menu, tuple(sections))
