"""Small helpers shared by the relational datasources."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, sqlite

from datasources.tables import Time

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
# A time some seconds from now, by dialect; `seconds_from_now`, or a clock of a test.
DatabaseClock = Callable[[str, int], sa.ColumnElement[Any]]


def grouped(pairs: Iterable[tuple[K, V]], keys: Sequence[K]) -> list[tuple[V, ...]]:
    """Values per key in the order of `keys`. Keys without values get an empty tuple.

    Other keys are left out: MySQL also matches a text that has trailing spaces.

    >>> grouped([("a", 1), ("b", 2), ("a", 3)], ["b", "c", "a"])
    [(2,), (), (1, 3)]
    """
    groups: dict[K, list[V]] = {key: [] for key in keys}
    for key, value in pairs:
        if key in groups:
            groups[key].append(value)
    return [tuple(groups[key]) for key in keys]


def aligned(found: Mapping[K, V], keys: Sequence[K]) -> list[V | None]:
    """One value per key in the order of `keys`; None for a key without a value.

    >>> aligned({"a": 1}, ["b", "a"])
    [None, 1]
    """
    return [found.get(key) for key in keys]


def pairs_of(stored: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    """Pairs of texts as JSON stores them: a list of lists of two."""
    return tuple((key, value) for key, value in stored)


def seconds_from_now(dialect: str, seconds: int) -> sa.ColumnElement[Any]:
    """A time by the database's own clock, in the format of `tables.Time`."""
    if dialect == "sqlite":
        # Six decimal places, as the driver writes them; SQLite gives three.
        return sa.func.strftime("%Y-%m-%d %H:%M:%f000", "now", f"{seconds:+d} seconds")
    return sa.func.timestampadd(sa.text("SECOND"), seconds, sa.func.utc_timestamp(6))


def clock(dialect: str) -> sa.ColumnElement[Any]:
    """The database's clock, read as a time with its zone."""
    return sa.type_coerce(seconds_from_now(dialect, 0), Time())


def by_primary_key(change: sa.Update) -> sa.Update:
    """The same change, with rows found by their primary key.

    Its guard may have an index too, and InnoDB locks the rows that it scans: through that index it would wait for
    changes of other rows, and deadlock with them.
    """
    return change.with_hint("FORCE INDEX (PRIMARY)", dialect_name="mysql")


def insert_new(table: sa.Table, dialect: str) -> sa.Insert:
    """An insert that leaves out rows whose unique key is taken.

    MySQL's INSERT IGNORE would hide other errors too, so such a row is written as it was.
    """
    if dialect == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    key = next(iter(table.primary_key.columns))
    return mysql.insert(table).on_duplicate_key_update({key.name: key})


def inserted_key(result: sa.CursorResult[Any]) -> int:
    """The key that the database gave to the one row just inserted."""
    primary = result.inserted_primary_key
    assert primary is not None
    key: int = primary[0]
    return key
