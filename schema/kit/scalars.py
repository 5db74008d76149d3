"""Scalars and how they are written in answers."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

HTML = NewType("HTML", str)
URL = NewType("URL", str)
Color = NewType("Color", str)

# What a Decimal holds exactly. It reads more: underscores, digits of all alphabets.
_DECIMAL = re.compile(r"[+-]?[0-9]{1,16}(?:\.[0-9]{1,10})?(?:[eE][+-]?[0-9]{1,2})?", re.ASCII)


def _time(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _read_time(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError("a DateTime is an ISO 8601 text")
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("this is not an ISO 8601 time") from None
    if time.tzinfo is None:
        raise ValueError("a DateTime needs its offset from UTC")
    return time


def _read_decimal(value: object) -> Decimal:
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise ValueError("a Decimal is a text such as 12.34")
    if not _DECIMAL.fullmatch(str(value)):
        raise ValueError("a Decimal is a text such as 12.34")
    return Decimal(value)


def _read_text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a text is needed")
    return value


SCALARS: Mapping[object, ScalarDefinition] = {
    HTML: strawberry.scalar(name="HTML", description="Sanitised HTML.", serialize=str, parse_value=_read_text),
    URL: strawberry.scalar(
        name="URL", description="An absolute URL (RFC 3986).", serialize=str, parse_value=_read_text
    ),
    Color: strawberry.scalar(
        name="Color", description="A colour such as `#6d2e46`.", serialize=str, parse_value=_read_text
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="A time in UTC, ISO 8601, such as `2026-11-27T08:00:00Z`.",
        serialize=_time,
        parse_value=_read_time,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description="A signed decimal number as a text, such as `29.99`.",
        serialize=str,
        parse_value=_read_decimal,
    ),
}
