"""Writes a backup of a running shop."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bff.backup import manifest
from bff.backup.contents import BELONGING, KEPT_KEYS
from bff.processes.problems import ProcessProblem
from bff.settings.variables import Settings
from datasources.kit import redis
from datasources.kit.backup import documents, keys
from datasources.kit.backup.parts import Part, write_part
from datasources.kit.backup.rows import Snapshot, snapshot
from datasources.kit.documents import Documents

_SECONDS = 30.0
# Called with each part once it is written.
Progress = Callable[[Part], Awaitable[None]]


async def _silence(_part: Part) -> None:
    """Shows no progress."""


async def back_up(settings: Settings, directory: Path, progress: Progress = _silence) -> manifest.Manifest:
    """Writes all stores into an empty directory that only its owner can read. Raises ProcessProblem, `Unavailable`.

    The rows are those of one moment, and the documents are read after it. The shop writes a document before its row, so
    each row has its document. The backup leaves out documents of later rows.
    """
    _make(directory)
    parts: list[Part] = []
    async with snapshot(settings.database_url.get_secret_value()) as rows:
        if rows is None:
            raise ProcessProblem("the database has no tables of the shop: there is nothing to back up")
        taken_at = datetime.now(UTC)
        async for part in _parts(settings, directory, rows):
            parts.append(part)
            await progress(part)
        revision = rows.revision
    written = manifest.Manifest(
        format=manifest.FORMAT,
        version=manifest.version(),
        revision=revision,
        taken_at=taken_at,
        finished_at=datetime.now(UTC),
        parts=tuple(parts),
    )
    manifest.write(directory, written)
    return written


def _make(directory: Path) -> None:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise ProcessProblem(f"{directory} is not empty; name a new directory for each backup")
    directory.chmod(0o700)


async def _parts(settings: Settings, directory: Path, rows: Snapshot) -> AsyncIterator[Part]:
    for table in rows.tables:
        yield await write_part(directory, "relational", str(table.name), rows.lines(table))
    async for part in _documents(settings, directory, rows):
        yield part
    client = redis.connect(settings.redis_url.get_secret_value(), deadline=_SECONDS)
    try:
        yield await write_part(directory, "redis", "keys", keys.lines(client, settings.prefix, KEPT_KEYS))
    finally:
        await client.close()


async def _documents(settings: Settings, directory: Path, rows: Snapshot) -> AsyncIterator[Part]:
    store = Documents(settings.mongo_url.get_secret_value(), settings.mongo_database, deadline=_SECONDS)
    try:
        for name in await documents.collections(store):
            table = BELONGING.get(name)
            kept = None if table is None else partial(rows.present, table)
            yield await write_part(directory, "documents", name, documents.lines(store, name, kept))
    finally:
        await store.close()
