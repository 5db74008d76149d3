"""Flash sales as staff gives them, judged before anything is changed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from datasources.flash_sales.sales import Item
from domain.flash_sales import NewFlashSaleItem
from domain.kit.money import minor_units
from domain.kit.refusals import refuse

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
        raise refuse("BLANK", "Title can't be blank.", "input", "title")
    if len(title) > MAX_TITLE:
        raise refuse("TOO_LONG", f"At most {MAX_TITLE} characters are kept.", "input", "title")


def check_window(now: datetime, starts_at: datetime, ends_at: datetime) -> datetime:
    """The start: now for one that has passed. Refused: INVALID."""
    if starts_at > now + FARTHEST:
        raise refuse("INVALID", "A flash sale starts within a year.", "input", "startsAt")
    if ends_at <= now or ends_at <= starts_at:
        raise refuse("INVALID", "A flash sale ends after it starts, and later than now.", "input", "endsAt")
    start = max(starts_at, now)
    if ends_at - start > LONGEST:
        raise refuse("INVALID", f"A flash sale lasts {LONGEST.days} days at most.", "input", "endsAt")
    return start


def items_of(given: Sequence[NewFlashSaleItem], currency: str) -> list[Item]:
    """Items by variant, as rows keep them. Refused: INVALID."""
    if not 0 < len(given) <= MAX_ITEMS or len({item.variant_id for item in given}) < len(given):
        raise refuse("INVALID", f"Give 1 to {MAX_ITEMS} variants, each once.", "input", "items")
    return sorted((_item(item, currency) for item in given), key=lambda item: item.variant_id)


def _item(given: NewFlashSaleItem, currency: str) -> Item:
    if not 0 < given.units <= MAX_UNITS:
        raise refuse("INVALID", f"Set 1 to {MAX_UNITS} units apart.", "input", "items", "units")
    most = given.per_customer
    if most is not None and not 0 < most <= MAX_PER_CUSTOMER:
        raise refuse("INVALID", f"A limit is 1 to {MAX_PER_CUSTOMER} units.", "input", "items", "perCustomer")
    try:
        minor = minor_units(given.price, currency)
    except ValueError:
        minor = -1
    if not 0 <= minor <= MAX_MINOR:
        raise refuse("INVALID", f"That is not an amount of {currency}.", "input", "items", "price")
    return Item(given.variant_id, minor, given.units, most, given.source_id)
