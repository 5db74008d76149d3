"""Checks of times from input."""

from datetime import UTC, datetime

from domain.kit.refusals import INPUT, RefusalCode, refuse

# Every database and every time zone can represent a time between these.
YEARS = range(2000, 9000)


def check_year(time: datetime, *path: str | int) -> None:
    """Checks that the year is in range. Refused: INVALID.

    >>> check_year(datetime.fromisoformat("0001-01-01T00:00:00+14:00"), "at")
    Traceback (most recent call last):
        ...
    domain.kit.refusals.Refused: INVALID
    """
    if time.year not in YEARS:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be in the years {YEARS[0]} to {YEARS[-1]}.", *path)


def in_utc(time: datetime, *path: str | int) -> datetime:
    """A time from input, in UTC. Refused: INVALID.

    >>> in_utc(datetime.fromisoformat("2026-01-02T00:00:00+01:00"), "at").isoformat()
    '2026-01-01T23:00:00+00:00'
    """
    check_year(time, *path)
    return time.astimezone(UTC)
