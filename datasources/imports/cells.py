"""Cells of Shopify's CSV files as values.

An unreadable cell raises `BadCell` with a reason that has no file content.
"""

import re
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from domain.kit.money import minor_units

MAX_TEXT = 255
_TRUE = {"true", "yes", "1"}
_FALSE = {"false", "no", "0"}
_SIGN = r"(?P<sign>[+-]?)"
# How people and spreadsheets write numbers: 1299.00, .99, 1,299.00, 1 299,00, 1'299.00, 1.299,00 and 1299,00. A comma
# or a point before three digits is read as Shopify writes it: 1,299 is a thousand, 1.299 is not.
_NUMBERS = (
    re.compile(_SIGN + r"(?P<whole>[0-9]{1,18})(?:\.(?P<part>[0-9]{0,18}))?"),
    re.compile(_SIGN + r"(?P<whole>)\.(?P<part>[0-9]{1,18})"),
    re.compile(_SIGN + r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3}){1,5})(?:\.(?P<part>[0-9]{0,18}))?"),
    re.compile(_SIGN + r"(?P<whole>[0-9]{1,3}(?:[ \u00a0\u202f'’][0-9]{3}){1,5})(?:[.,](?P<part>[0-9]{0,18}))?"),
    re.compile(_SIGN + r"(?P<whole>[0-9]{1,3}(?:\.[0-9]{3}){1,5}),(?P<part>[0-9]{1,18})"),
    re.compile(_SIGN + r"(?P<whole>[0-9]{1,18}),(?P<part>[0-9]{1,2})"),
)
_NOT_DIGITS = re.compile(r"[^0-9]")
NOT_STOCKED = "not stocked"
_YEARS = range(1900, 2200)
_LONGEST_TIME = 40


class BadCell(Exception):
    """A cell that cannot be read; the message is the reason."""


def text(cells: dict[str, str], column: str, limit: int = MAX_TEXT) -> str:
    """A text of bounded length; empty where the column is missing."""
    value = cells.get(column, "")
    if len(value) > limit:
        raise BadCell(f"{column} is longer than {limit} characters")
    return value


def needed(cells: dict[str, str], column: str, limit: int = MAX_TEXT) -> str:
    """A required text."""
    if not (value := text(cells, column, limit)):
        raise BadCell(f"{column} is blank")
    return value


def code(cells: dict[str, str], column: str) -> str | None:
    """A SKU or barcode, without the apostrophe that keeps spreadsheets from reading it as a number."""
    return text(cells, column).removeprefix("'").strip() or None


def whole(cells: dict[str, str], column: str, limit: int) -> int | None:
    """A whole number between -limit and limit; None for a blank cell."""
    value = cells.get(column, "")
    if not value:
        return None
    try:
        number = _whole(value)
    except ValueError:
        raise BadCell(f"{column} is not a whole number") from None
    if abs(number) > limit:
        raise BadCell(f"{column} is not between -{limit} and {limit}")
    return number


@lru_cache(4096)
def _whole(value: str) -> int:
    number = _number(value)
    if number != number.to_integral_value():  # spreadsheets write 12.0
        raise ValueError(value)
    return int(number)


def rounded(cells: dict[str, str], column: str, limit: int) -> int | None:
    """A number between 0 and limit, rounded half up; None for a blank cell."""
    value = cells.get(column, "")
    if not value:
        return None
    try:
        number = int(_number(value).to_integral_value(ROUND_HALF_UP))
    except ValueError:
        raise BadCell(f"{column} is not a number") from None
    if number < 0:
        raise BadCell(f"{column} is negative")
    if number > limit:
        raise BadCell(f"{column} is more than {limit}")
    return number


def _number(value: str) -> Decimal:
    """A number in any of the usual forms. Raises ValueError."""
    found = next((match for form in _NUMBERS if (match := form.fullmatch(value))), None)
    if found is None:
        raise ValueError(value)
    return Decimal(f"{found['sign']}{_NOT_DIGITS.sub('', found['whole']) or 0}.{found['part'] or 0}")


def money(cells: dict[str, str], column: str, currency: str) -> int | None:
    """Minor units of an amount that is not negative; None for a blank cell."""
    value = cells.get(column, "")
    if not value:
        return None
    try:
        minor = _minor(value, currency)
    except ValueError:
        raise BadCell(f"{column} is not an amount of {currency}") from None
    if minor < 0:
        raise BadCell(f"{column} is negative")
    return minor


@lru_cache(4096)
def _minor(value: str, currency: str) -> int:
    return minor_units(str(_number(value)), currency)


def flag(cells: dict[str, str], column: str, default: bool) -> bool:
    """Yes or no."""
    value = cells.get(column, "").lower()
    if not value:
        return default
    if value not in _TRUE | _FALSE:
        raise BadCell(f"{column} must be true or false")
    return value in _TRUE


def time(cells: dict[str, str], column: str) -> datetime | None:
    """A time; UTC when the cell names no zone (`2009-12-01 07:45:00`, `2015-01-05 12:03:11 -0500`)."""
    value = cells.get(column, "")
    if not value:
        return None
    try:
        return _time(value)
    except ValueError:
        raise BadCell(f"{column} is not a time such as 2009-12-01 07:45:00") from None


@lru_cache(4096)
def _time(value: str) -> datetime:
    if len(value) > _LONGEST_TIME:
        raise ValueError(value)
    day, _, rest = value.partition(" ")
    moment = datetime.fromisoformat(f"{day} {rest.replace(' UTC', 'Z').replace(' ', '')}" if rest else day)
    if moment.year not in _YEARS:
        raise ValueError(value)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
