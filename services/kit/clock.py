"""The host's clock."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The current time in UTC, with its zone."""
    return datetime.now(UTC)
