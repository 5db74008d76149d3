"""Keys of Redis by type, in a form that any version of Redis and Valkey, and a cluster, can restore."""

import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from typing import Any

from datasources.kit.backup.parts import BATCH
from datasources.kit.redis import Client

Entry = dict[str, Any]


async def lines(client: Client, prefix: str, patterns: Iterable[str]) -> AsyncIterator[str]:
    """Keys that match, without the prefix, with their value and their expiry in Unix milliseconds.

    A stream takes several lines; the last has the position of each group. Entries that a consumer took and did not
    finish are not marked.
    """
    for pattern in patterns:
        async for key in client.scan_iter(match=f"{prefix}{pattern}", count=BATCH):
            name = _text(key).removeprefix(prefix)
            async for value in _values(client, key):
                yield json.dumps({"key": name, **value})


async def delete_keys(client: Client, prefix: str, patterns: Iterable[str]) -> None:
    """Deletes every key that matches."""
    for pattern in patterns:
        async for key in client.scan_iter(match=f"{prefix}{pattern}", count=BATCH):
            await client.delete(key)


async def write_keys(client: Client, prefix: str, lines: Iterator[str]) -> None:
    """Writes keys that do not exist yet. Expired keys are left out."""
    for line in lines:
        entry: Entry = json.loads(line)
        ends_at = entry["ends_at"]
        if ends_at is not None and ends_at <= time.time() * 1_000:
            continue
        key = f"{prefix}{entry['key']}".encode(errors="surrogateescape")
        await _WRITERS[entry["type"]](client, key, entry["value"])
        if ends_at is not None:
            await client.pexpireat(key, ends_at)


async def _values(client: Any, key: bytes) -> AsyncIterator[Entry]:
    kind = _text(await client.type(key))
    if kind == "none":
        return
    left = await client.pttl(key)
    ends_at = None if left < 0 else int(time.time() * 1_000) + left
    async for value in _READERS[kind](client, key):
        if value:  # a key that expired meanwhile has no value
            yield {"type": kind, "ends_at": ends_at, "value": value}


async def _string(client: Any, key: bytes) -> AsyncIterator[Any]:
    value = await client.get(key)
    if value is not None:
        yield _text(value)


async def _hash(client: Any, key: bytes) -> AsyncIterator[Any]:
    yield {_text(name): _text(value) for name, value in (await client.hgetall(key)).items()}


async def _set(client: Any, key: bytes) -> AsyncIterator[Any]:
    yield sorted(map(_text, await client.smembers(key)))


async def _sorted_set(client: Any, key: bytes) -> AsyncIterator[Any]:
    yield [[_text(member), score] for member, score in await client.zrange(key, 0, -1, withscores=True)]


async def _stream(client: Any, key: bytes) -> AsyncIterator[Any]:
    first = "-"
    while entries := await client.xrange(key, min=first, count=BATCH):
        fields = [[_text(one), {_text(name): _text(value) for name, value in of.items()}] for one, of in entries]
        yield {"entries": fields, "groups": {}}
        first = f"({_text(entries[-1][0])}"
    groups = await client.xinfo_groups(key)
    yield {"entries": [], "groups": {_text(one["name"]): _text(one["last-delivered-id"]) for one in groups}}


async def _write_stream(client: Any, key: bytes, value: Entry) -> None:
    for entry_id, fields in value["entries"]:
        await client.xadd(key, {_bytes(name): _bytes(field) for name, field in fields.items()}, id=entry_id)
    for group, position in value["groups"].items():
        await client.xgroup_create(key, group, id=position, mkstream=True)


async def _write_string(client: Any, key: bytes, value: str) -> None:
    await client.set(key, _bytes(value))


async def _write_hash(client: Any, key: bytes, value: dict[str, str]) -> None:
    await client.hset(key, mapping={_bytes(name): _bytes(field) for name, field in value.items()})


async def _write_set(client: Any, key: bytes, value: list[str]) -> None:
    await client.sadd(key, *map(_bytes, value))


async def _write_sorted_set(client: Any, key: bytes, value: list[tuple[str, float]]) -> None:
    await client.zadd(key, {_bytes(member): score for member, score in value})


_READERS: dict[str, Callable[[Any, bytes], AsyncIterator[Any]]] = {
    "string": _string,
    "hash": _hash,
    "set": _set,
    "zset": _sorted_set,
    "stream": _stream,
}
_WRITERS: dict[str, Callable[[Any, bytes, Any], Awaitable[None]]] = {
    "string": _write_string,
    "hash": _write_hash,
    "set": _write_set,
    "zset": _write_sorted_set,
    "stream": _write_stream,
}


def _text(value: bytes | str) -> str:
    """Text that turns back into the same bytes, whether UTF-8 or not."""
    return value if isinstance(value, str) else value.decode(errors="surrogateescape")


def _bytes(value: str) -> bytes:
    return value.encode(errors="surrogateescape")
