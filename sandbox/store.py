"""The SQLite file of the sandbox's books."""

import sqlite3
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS charges (
    key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, reference TEXT NOT NULL, state TEXT NOT NULL, decline TEXT,
    amount_minor INTEGER NOT NULL, currency TEXT NOT NULL, refunded_minor INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL, due REAL NOT NULL, telling TEXT NOT NULL DEFAULT 'once',
    page TEXT, secret TEXT, return_url TEXT, delay REAL NOT NULL DEFAULT 0, held INTEGER NOT NULL DEFAULT 0,
    captured_minor INTEGER NOT NULL DEFAULT 0, captures_once INTEGER NOT NULL DEFAULT 0,
    CHECK (captured_minor BETWEEN 0 AND amount_minor), CHECK (refunded_minor BETWEEN 0 AND amount_minor)
) STRICT;
CREATE INDEX IF NOT EXISTS charges_processing ON charges (due) WHERE state = 'PROCESSING';
CREATE TABLE IF NOT EXISTS refunds (
    key TEXT PRIMARY KEY, reference TEXT NOT NULL, charge TEXT NOT NULL REFERENCES charges (key),
    amount_minor INTEGER NOT NULL, created INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS captures (
    key TEXT PRIMARY KEY, charge TEXT NOT NULL REFERENCES charges (key), amount_minor INTEGER NOT NULL,
    final INTEGER NOT NULL, created INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS faults (key TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS events (
    id TEXT PRIMARY KEY, body BLOB NOT NULL, tries INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS events_due ON events (due);
"""
# Books of older versions lack these.
_LATER_COLUMNS = {
    "telling": "TEXT NOT NULL DEFAULT 'once'",
    "page": "TEXT",
    "secret": "TEXT",
    "return_url": "TEXT",
    "delay": "REAL NOT NULL DEFAULT 0",
    "held": "INTEGER NOT NULL DEFAULT 0",
    "captured_minor": "INTEGER NOT NULL DEFAULT 0",
    "captures_once": "INTEGER NOT NULL DEFAULT 0",
}


def connect(directory: Path) -> sqlite3.Connection:
    """Opens the books, made when missing. A commit is on the disk when it returns."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    connection = sqlite3.connect(directory / "sandbox.db", timeout=5, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.executescript(_SCHEMA)
    known = {row["name"] for row in connection.execute("PRAGMA table_info(charges)")}
    for column, declared in _LATER_COLUMNS.items():
        if column not in known:
            connection.execute(f"ALTER TABLE charges ADD COLUMN {column} {declared}")
    if "captured_minor" not in known:
        connection.execute("UPDATE charges SET captured_minor = amount_minor WHERE state = 'CAPTURED'")
    connection.execute("CREATE UNIQUE INDEX IF NOT EXISTS charges_secret ON charges (secret)")
    return connection
