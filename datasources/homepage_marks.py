"""Which pages are to be built again, kept in Redis until a build that began after the mark is done."""

from collections.abc import Iterable

from datasources.redis import Client
from domain.homepage import HomepageKey, Platform
from domain.ids import new_secret

# A mark set during a build is another one and stays.
_CLEAR = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])
"""


class HomepageMarks:
    """One hash over all pages; many marks of a page before its build are one."""

    def __init__(self, redis: Client, prefix: str) -> None:
        self._redis = redis
        self._key = f"{prefix}{{homepages}}:marked"
        self._clear = redis.register_script(_CLEAR)

    async def mark(self, keys: Iterable[HomepageKey]) -> None:
        """Asks for these pages to be built."""
        mark = new_secret()
        if marks := {_field(key): mark for key in keys}:
            await self._redis.hset(self._key, mapping=marks)  # type: ignore[arg-type]  # text is bytes here

    async def marked(self) -> list[HomepageKey]:
        """The pages to be built."""
        return [_key_of(field) for field in await self._redis.hkeys(self._key)]

    async def get(self, key: HomepageKey) -> bytes | str | None:
        """The mark of a page, to be cleared after a build that begins now; None when there is nothing to do."""
        return await self._redis.hget(self._key, _field(key))

    async def clear(self, key: HomepageKey, mark: bytes | str) -> bool:
        """Takes the mark off; False when the page was marked again since."""
        return bool(await self._clear(keys=[self._key], args=[_field(key), mark]))


def _field(key: HomepageKey) -> str:
    return f"{key.territory}:{key.platform.value}"


def _key_of(field: bytes | str) -> HomepageKey:
    territory, _, platform = (field.decode() if isinstance(field, bytes) else field).partition(":")
    return HomepageKey(territory, Platform(platform))
