"""Scalars, with their parsing and serialization."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from domain.kit.urls import as_uri

HTML = NewType("HTML", str)
URL = NewType("URL", str)
Color = NewType("Color", str)
JSON = NewType("JSON", object)
UnsignedInt64 = NewType("UnsignedInt64", int)

# Numbers that a Decimal holds exactly. Its constructor accepts more: underscores, digits of all alphabets.
_DECIMAL = re.compile(r"[+-]?[0-9]{1,16}(?:\.[0-9]{1,10})?(?:[eE][+-]?[0-9]{1,2})?", re.ASCII)


def _time(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _same(value: object) -> object:
    return value


def _uri(value: object) -> str:
    return as_uri(str(value))


def _read_time(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError("a DateTime must be an ISO 8601 string")
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("a DateTime must be a valid ISO 8601 time") from None
    if time.tzinfo is None:
        raise ValueError("a DateTime must have an offset from UTC")
    return time


def _read_decimal(value: object) -> Decimal:
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise ValueError("a Decimal must be a string such as 12.34")
    if not _DECIMAL.fullmatch(str(value)):
        raise ValueError("a Decimal must be a string such as 12.34")
    return Decimal(value)


def _read_text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("the value must be a string")
    return value


SCALARS: Mapping[object, ScalarDefinition] = {
    HTML: strawberry.scalar(name="HTML", description="Sanitized HTML.", serialize=str, parse_value=_read_text),
    URL: strawberry.scalar(
        name="URL", description="An absolute URL (RFC 3986).", serialize=_uri, parse_value=_read_text
    ),
    Color: strawberry.scalar(
        name="Color", description="A color such as `#6d2e46`.", serialize=str, parse_value=_read_text
    ),
    JSON: strawberry.scalar(name="JSON", description="Any JSON value.", serialize=_same, parse_value=_same),
    UnsignedInt64: strawberry.scalar(
        name="UnsignedInt64", description="A whole number as a string.", serialize=str, parse_value=_read_text
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="A time in UTC, ISO 8601, such as `2026-11-27T08:00:00Z`.",
        serialize=_time,
        parse_value=_read_time,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description="A signed decimal number as a string, such as `29.99`.",
        serialize=str,
        parse_value=_read_decimal,
    ),
}
