"""Scalars and how they are written in answers."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

HTML = NewType("HTML", str)
URL = NewType("URL", str)
Color = NewType("Color", str)


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
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError("a Decimal is a text such as 12.34") from None
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise ValueError("this number is out of bounds")
    return number


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
