"""Validates what staff enter for a flash sale before anything changes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from datasources.flash_sales.sales import PlannedItem
from domain.flash_sales import NewFlashSaleItem
from domain.kit.money import minor_units
from domain.kit.refusals import INPUT, RefusalCode, each, refuse

MAX_TITLE = 255
MAX_ITEMS = 250
MAX_UNITS = 1_000_000_000
MAX_PER_CUSTOMER = 1_000_000
MAX_MINOR = 10**12
LONGEST = timedelta(days=31)
FARTHEST = timedelta(days=366)


def check_title(title: str) -> None:
    """Refused: BLANK, TOO_LONG."""
    if not title.strip():
        raise refuse(RefusalCode.BLANK, "Title can't be blank.", "title")
    if len(title) > MAX_TITLE:
        raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_TITLE} characters.", "title")


def check_window(now: datetime, starts_at: datetime, ends_at: datetime) -> datetime:
    """The start; a start in the past becomes now. Refused: INVALID."""
    if starts_at > now + FARTHEST:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be within a year from now.", "starts_at")
    if ends_at <= now or ends_at <= starts_at:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be after `startsAt` and in the future.", "ends_at")
    start = max(starts_at, now)
    if ends_at - start > LONGEST:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be at most {LONGEST.days} days after `startsAt`.", "ends_at")
    return start


def check_announcement(now: datetime, announced_at: datetime | None, starts_at: datetime) -> datetime | None:
    """When shoppers may see the sale; a time in the past becomes now. Refused: INVALID."""
    if announced_at is not None and announced_at > starts_at:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must not be after `startsAt`.", "announced_at")
    return None if announced_at is None else max(announced_at, now)


def items_of(given: Sequence[NewFlashSaleItem], currency: str) -> tuple[PlannedItem, ...]:
    """The items in the given order, ready to store. Refused: INVALID."""
    if not 0 < len(given) <= MAX_ITEMS or len({item.variant_id for item in given}) < len(given):
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be 1 to {MAX_ITEMS} variants, each once.", "items")
    return each("items", given, lambda item: _item(item, currency))


def _item(given: NewFlashSaleItem, currency: str) -> PlannedItem:
    if not 0 < given.units <= MAX_UNITS:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be 1 to {MAX_UNITS}.", "units")
    most = given.per_customer
    if most is not None and not 0 < most <= MAX_PER_CUSTOMER:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be 1 to {MAX_PER_CUSTOMER}.", "per_customer")
    try:
        minor = minor_units(given.price, currency)
    except ValueError:
        minor = -1
    if not 0 <= minor <= MAX_MINOR:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be a valid amount in {currency}.", "price")
    return PlannedItem(given.variant_id, minor, given.units, most, given.source_id)
