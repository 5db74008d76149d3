"""The stores of a shop as files that any later release can load: SQL, and lines of JSON."""

import gzip
import json
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from datasources.kit import redis
from datasources.kit.backup import documents, keys
from datasources.kit.documents import Documents

RELATIONAL, SANDBOX = "relational.sql.gz", "sandbox.sql.gz"
DOCUMENTS, KEYS, FACTS = "documents.jsonl.gz", "redis.jsonl.gz", "facts.json"
WRITTEN_AT = "written_at"
_TIMES = """SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c
    WHERE t.type = 'table' AND c.type = 'DATETIME'"""
_DATE = re.compile(r'{"\$date": "([^"]+)"}')
_OUTBOX = re.compile(r'^INSERT INTO "?outbox"? VALUES\(\d+,\'(\w+)\'')
_LAST_ZEROS = re.compile(r"(\.[0-9]+?)0+$")
# Leases of processes that ended long before the fixture is loaded.
_SHORT_LIFE = 600_000


async def write_stores(directory: Path, data_dir: Path, urls: dict[str, str]) -> None:
    """Writes every store of an embedded shop whose workers are stopped."""
    for file, database in ((RELATIONAL, "storefront.db"), (SANDBOX, "sandbox/sandbox.db")):
        _write(directory / file, _statements(data_dir / database))
    store = Documents(urls["mongo_url"], "storefront", deadline=30.0)
    _write(directory / DOCUMENTS, [line async for line in _documents(store)])
    await store.close()
    client = redis.connect(urls["redis_url"], deadline=10.0)
    _write(directory / KEYS, sorted([line async for line in _keys(client)]))
    await client.close()


def age(directory: Path) -> timedelta:
    """By how much to move times, so that the stores seem two minutes old on any day.

    Holds, sales and schedules that lay ahead lie ahead still.
    """
    written_at = datetime.fromisoformat(facts(directory)[WRITTEN_AT])
    return datetime.now(UTC) - written_at - timedelta(minutes=2)


def load_sql(fixture: Path, database: Path, moved: timedelta = timedelta()) -> None:
    """Makes a SQLite file from statements; every time in it is moved."""
    database.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript("".join(f"{line}\n" for line in _read(fixture)))
        connection.create_function("moved", 1, lambda time: time and _moved(time, moved))
        columns: dict[str, list[str]] = {}
        for table, column in connection.execute(_TIMES).fetchall():
            columns.setdefault(table, []).append(column)
        for table, names in columns.items():  # all at once: a check may hold between two of them
            connection.execute(f"UPDATE {table} SET {', '.join(f'{name} = moved({name})' for name in names)}")
        connection.commit()


def _moved(time: str, by: timedelta) -> str:
    return (datetime.fromisoformat(time) + by).isoformat(sep=" ", timespec="microseconds")


async def load_documents(fixture: Path, store: Documents, moved: timedelta) -> None:
    """Fills a document database; every time in it is moved."""

    def move(found: re.Match[str]) -> str:
        time = datetime.fromisoformat(found[1]) + moved
        return f'{{"$date": "{time.isoformat(timespec="milliseconds")}"}}'

    found: dict[str, list[str]] = {}
    for line in _read(fixture):
        name, _, document = line.partition(" ")
        found.setdefault(name, []).append(_DATE.sub(move, document))
    await documents.replace_documents(store, ((name, iter(lines)) for name, lines in found.items()))


async def load_keys(fixture: Path, client: redis.Client, prefix: str) -> None:
    """Fills a Redis. Groups of the stream begin with its first event: they read everything that the release wrote."""
    lines = (json.dumps(_from_the_start(json.loads(line))) for line in _read(fixture))
    await keys.write_keys(client, prefix, lines)


def facts(directory: Path) -> Any:
    """What must be found in the shop, with amounts as this version writes them."""
    return json.loads((directory / FACTS).read_text(), object_hook=with_brief_amount)


def with_brief_amount(record: dict[str, Any]) -> dict[str, Any]:
    """A record of an answer without zeros at the end of its amount, as `Money.brief`. Older releases write them.

    >>> [with_brief_amount({"amount": amount})["amount"] for amount in ("35.40", "35.45", "0.00", "500")]
    ['35.4', '35.45', '0.0', '500']
    """
    if "amount" in record:
        record["amount"] = _LAST_ZEROS.sub(r"\1", record["amount"])
    return record


def kinds_of_events(directory: Path) -> set[str]:
    """The names of all events on the stream and in the outbox."""
    streams = [json.loads(line) for line in _read(directory / KEYS) if '"type": "stream"' in line]
    published = {fields["kind"] for one in streams for _, fields in one["value"]["entries"]}
    return published.union(*(_OUTBOX.findall(line) for line in _read(directory / RELATIONAL)))


def names_of_keys(directory: Path) -> set[str]:
    """Every key of Redis."""
    return {json.loads(line)["key"] for line in _read(directory / KEYS)}


def _from_the_start(entry: dict[str, Any]) -> dict[str, Any]:
    if entry["type"] == "stream":
        entry["value"]["groups"] = dict.fromkeys(entry["value"]["groups"], "0")
    return entry


def _statements(database: Path) -> Iterator[str]:
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        yield from connection.iterdump()


async def _documents(store: Documents) -> AsyncIterator[str]:
    for name in await documents.collections(store):
        async for line in documents.lines(store, name):
            yield f"{name} {line}"


async def _keys(client: redis.Client) -> AsyncIterator[str]:
    """Lifetimes are not kept, because a fixture has no fixed age. Keys that would expire at once are left out."""
    async for line in keys.lines(client, "", ["*"]):
        entry = json.loads(line)
        ends_at, entry["ends_at"] = entry["ends_at"], None
        if ends_at is None or await client.pttl(entry["key"]) > _SHORT_LIFE:
            yield json.dumps(entry)


def _write(path: Path, lines: Sequence[str] | Iterator[str]) -> None:
    """The same bytes for the same lines."""
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        for line in lines:
            file.write(f"{line}\n".encode())


def _read(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line.rstrip("\n")
