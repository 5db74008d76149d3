"""Restores a backup."""

from collections.abc import Iterator
from pathlib import Path

from alembic.script import ScriptDirectory
from alembic.util import CommandError

from bff.backup import manifest
from bff.backup.contents import ALL_KEYS
from bff.backup.manifest import Manifest
from bff.processes.problems import ProcessProblem
from bff.settings.variables import Settings
from bff.stores.migrate import migrate, migrate_relational, script_directory
from datasources.kit import redis
from datasources.kit.backup import documents, keys, rows
from datasources.kit.backup.parts import Part, read_lines
from datasources.kit.documents import Documents
from datasources.search import engines as search

_SECONDS = 60.0


async def restore(settings: Settings, directory: Path, *, force: bool = False) -> Manifest:
    """Replaces the contents of the stores with a backup of this version or an earlier one, and migrates it to this one.

    Raises ProcessProblem, before it changes anything, when the backup is damaged or unfinished, when a later version
    made it, or when the shop is not empty and `force` is false. Raises `Unavailable`.
    """
    found = manifest.read(directory)
    _require_known(found, script_directory())
    store = Documents(settings.mongo_url.get_secret_value(), settings.mongo_database, deadline=_SECONDS)
    try:
        if not force:
            await _require_empty(settings, store)
        await restore_rows(settings.database_url.get_secret_value(), directory, found)
        await documents.replace_documents(store, _lines(directory, found.of("documents")))
    finally:
        await store.close()
    await _restore_keys(settings, directory, found)
    await migrate(settings)
    await _empty_search(settings)
    return found


async def restore_rows(url: str, directory: Path, found: Manifest) -> None:
    """Replaces all rows in one transaction, in tables of the backup's revision, then migrates these to the newest."""
    async with rows.writing(url) as connection:
        if await rows.revision_of(connection) not in (None, found.revision):
            await rows.drop_tables(connection)
    await migrate_relational(url, found.revision)
    async with rows.writing(url) as connection:
        await rows.replace_rows(connection, _lines(directory, found.of("relational")))
    await migrate_relational(url)


def _require_known(found: Manifest, scripts: ScriptDirectory) -> None:
    try:
        scripts.get_revision(found.revision)
    except CommandError:
        raise ProcessProblem(
            f"the backup is of version {found.version}, whose tables (revision {found.revision}) "
            f"version {manifest.version()} does not know; restore it with that version or a later one"
        ) from None


async def _require_empty(settings: Settings, store: Documents) -> None:
    async with rows.writing(settings.database_url.get_secret_value()) as connection:
        filled = await rows.filled_tables(connection)
    filled += await documents.collections(store)
    if filled:
        names = ", ".join(dict.fromkeys(filled))
        raise ProcessProblem(f"the shop is not empty ({names}); say --force to delete everything in it")


async def _restore_keys(settings: Settings, directory: Path, found: Manifest) -> None:
    client = redis.connect(settings.redis_url.get_secret_value(), deadline=_SECONDS)
    try:
        await keys.delete_keys(client, settings.prefix, ALL_KEYS)
        for _, lines in _lines(directory, found.of("redis")):
            await keys.write_keys(client, settings.prefix, lines)
    finally:
        await client.close()


async def _empty_search(settings: Settings) -> None:
    """Workers fill an index that is empty."""
    engine = search.search_engine(
        settings.search_url, settings.search_key.get_secret_value(), settings.prefix, settings.store_seconds
    )
    try:
        await engine.clear()
    finally:
        await engine.close()


def _lines(directory: Path, parts: list[Part]) -> Iterator[tuple[str, Iterator[str]]]:
    for part in parts:
        yield part.name, read_lines(directory / part.file)
