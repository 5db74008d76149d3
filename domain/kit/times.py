"""Times that people give."""

from datetime import datetime

from domain.kit.refusals import refuse

# Every database and every time zone can tell a time between these.
YEARS = range(2000, 9000)


def check_year(time: datetime, *field: str) -> None:
    """Refused: INVALID.

    >>> check_year(datetime.fromisoformat("0001-01-01T00:00:00+14:00"), "at")
    Traceback (most recent call last):
        ...
    domain.kit.refusals.Refused: INVALID
    """
    if time.year not in YEARS:
        raise refuse("INVALID", f"Give a time from {YEARS[0]} to {YEARS[-1]}.", *field)
