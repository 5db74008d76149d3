"""Keyset paging in SQL: rows strictly beyond a cursor, in the order of a column and then of the key."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from datasources.kit.database import Row
from domain.kit.paging import CursorKey, PageRequest
from domain.kit.refusals import RefusalCode, refuse

VALUE = "list_value"


def key_of(row: Row, name: str = VALUE) -> CursorKey:
    """The cursor key of a row: the column of that name, by which the list is ordered, then the id."""
    value = row._mapping[name]
    return (value.isoformat() if isinstance(value, datetime) else value, row.id)


def direction(column: sa.ColumnElement[Any], forward: bool) -> sa.UnaryExpression[Any]:
    """Ascending when reading forward."""
    return column.asc() if forward else column.desc()


def keyset(
    query: sa.Select[Any], column: sa.ColumnElement[Any], key: sa.ColumnElement[int], asked: PageRequest, reverse: bool
) -> sa.Select[Any]:
    """At most one row more than the requested size, in the requested direction."""
    forward = asked.backward == reverse
    query = query.where(*bounds(column, key, asked, reverse))
    return query.order_by(direction(column, forward), direction(key, forward)).limit(asked.size + 1)


def bounds(
    column: sa.ColumnElement[Any], key: sa.ColumnElement[int], asked: PageRequest, reverse: bool
) -> list[sa.ColumnElement[bool]]:
    """Rows strictly after `asked.after` and strictly before `asked.before` in the order of the list."""
    conditions = []
    if asked.after is not None:
        conditions.append(_beyond(column, key, asked.after, rising=not reverse))
    if asked.before is not None:
        conditions.append(_beyond(column, key, asked.before, rising=reverse))
    return conditions


def _beyond(
    column: sa.ColumnElement[Any], key: sa.ColumnElement[int], cursor: CursorKey, rising: bool
) -> sa.ColumnElement[bool]:
    value, row_id = _cursor_values(column, cursor)
    # The first condition alone is a range of an index.
    if rising:
        return sa.and_(column >= value, sa.or_(column > value, key > row_id))
    return sa.and_(column <= value, sa.or_(column < value, key < row_id))


def _cursor_values(column: sa.ColumnElement[Any], cursor: CursorKey) -> tuple[Any, int]:
    """The values of a cursor as the column's type. Refuses a cursor of another list."""
    kind = column.type.python_type
    if len(cursor) == 2 and isinstance(cursor[1], int):
        value: int | str | datetime | None = cursor[0]
        if kind is datetime and isinstance(value, str):
            value = _time(value)
        if isinstance(value, kind):
            return value, cursor[1]
    raise refuse(RefusalCode.BAD_CURSOR, "This cursor belongs to another list.", "after")


def _time(text: str) -> datetime | None:
    """The moment in UTC; None for a text that is no time, or a time with no UTC value:

    a calendar's first and last hours.
    """
    try:
        time = datetime.fromisoformat(text)
        return time.astimezone(UTC) if time.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
