"""Flash sales: units set apart and sold at a price of their own, within a window by the database's clock."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.kit.money import Money


class FlashSaleStatus(StrEnum):
    """The stage of a sale, by the database's clock."""

    UPCOMING = "UPCOMING"
    LIVE = "LIVE"
    ENDED = "ENDED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class FlashPrice:
    """The live sale of a variant: only `location_id` sells it now."""

    sale_id: int
    location_id: int
    units_left: int
    per_customer: int | None
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class FlashSale:
    """A sale, read at one moment of the database's clock. Its units are at `location_id`.

    Shoppers may see it when it `is_public`: from `announced_at` on, or else from its start.
    """

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    cancelled_at: datetime | None
    location_id: int
    status: FlashSaleStatus
    announced_at: datetime | None
    is_public: bool


@dataclass(frozen=True, slots=True)
class FlashSaleItem:
    """A variant of a sale, priced in one territory. `units` were set apart; `units_left` of them are still for sale."""

    sale_id: int
    variant_id: int
    price: Money
    units: int
    units_left: int
    per_customer: int | None


@dataclass(frozen=True, slots=True)
class NewFlashSaleItem:
    """Units of a variant to set apart from a warehouse. `price` is a decimal in the shop's currency."""

    variant_id: int
    price: str
    units: int
    per_customer: int | None
    source_id: int


@dataclass(frozen=True, slots=True)
class NewFlashSale:
    """A sale as staff plan it."""

    title: str
    starts_at: datetime
    ends_at: datetime
    items: tuple[NewFlashSaleItem, ...]
    announced_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FlashSaleChanges:
    """What staff change in a sale; None leaves a field as it is."""

    title: str | None = None
    ends_at: datetime | None = None
    announced_at: datetime | None = None


def status_at(now: datetime, starts_at: datetime, ends_at: datetime, cancelled_at: datetime | None) -> FlashSaleStatus:
    """The stage of a sale. It is live from the first moment of its window and has ended at the last.

    >>> from datetime import UTC
    >>> noon, one = datetime(2026, 11, 27, 12, tzinfo=UTC), datetime(2026, 11, 27, 13, tzinfo=UTC)
    >>> status_at(noon, noon, one, None), status_at(one, noon, one, None), status_at(noon, noon, one, noon)
    (<FlashSaleStatus.LIVE: 'LIVE'>, <FlashSaleStatus.ENDED: 'ENDED'>, <FlashSaleStatus.CANCELLED: 'CANCELLED'>)
    """
    if cancelled_at is not None:
        return FlashSaleStatus.CANCELLED
    if now < starts_at:
        return FlashSaleStatus.UPCOMING
    return FlashSaleStatus.LIVE if now < ends_at else FlashSaleStatus.ENDED


def is_public_at(
    now: datetime, announced_at: datetime | None, starts_at: datetime, cancelled_at: datetime | None
) -> bool:
    """Whether shoppers may see a sale. One that was cancelled before they could see it stays unseen.

    >>> from datetime import UTC
    >>> noon, one = datetime(2026, 11, 27, 12, tzinfo=UTC), datetime(2026, 11, 27, 13, tzinfo=UTC)
    >>> is_public_at(noon, noon, one, None), is_public_at(noon, None, one, None), is_public_at(one, None, one, None)
    (True, False, True)
    >>> is_public_at(one, None, one, noon)
    False
    """
    seen_from = starts_at if announced_at is None else min(announced_at, starts_at)
    return seen_from <= (now if cancelled_at is None else min(now, cancelled_at))
