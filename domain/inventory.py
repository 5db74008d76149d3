"""Stock: available + reserved + sold = initial + adjustments, at every instant. The movements record the reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

# The warehouse that every shop starts with.
DEFAULT_LOCATION = 1
# Variant id and location id. Levels are locked and changed in the order of these keys, so no two callers deadlock.
StockKey: TypeAlias = tuple[int, int]


class Movement(StrEnum):
    """Kinds of rows in the append-only ledger, each with its effect on (available, reserved, sold)."""

    INITIAL = "INITIAL"
    ADJUSTMENT = "ADJUSTMENT"
    RESERVATION = "RESERVATION"
    SALE = "SALE"
    RELEASE = "RELEASE"
    RESTOCK = "RESTOCK"
    TRANSFER = "TRANSFER"


class LocationKind(StrEnum):
    """What a location is for.

    Warehouses sell everywhere at any time; a flash sale sells its own units while it is live.
    """

    WAREHOUSE = "WAREHOUSE"
    FLASH_SALE = "FLASH_SALE"


@dataclass(frozen=True, slots=True)
class LocationPriority:
    """How early a warehouse serves buyers of a territory: lower numbers come first."""

    territory: str
    priority: int


@dataclass(frozen=True, slots=True)
class Location:
    """A place that has stock."""

    id: int
    name: str
    kind: LocationKind
    priorities: tuple[LocationPriority, ...] = ()


@dataclass(frozen=True, slots=True)
class LocationChanges:
    """What staff change in a warehouse; None leaves a field as it is."""

    name: str | None = None
    priorities: tuple[LocationPriority, ...] | None = None


@dataclass(frozen=True, slots=True)
class StockLevel:
    """Units of one variant at one location: for sale, held by unpaid orders, and sold."""

    variant_id: int
    location_id: int
    available: int
    reserved: int
    sold: int


@dataclass(frozen=True, slots=True)
class AdjustQuantities:
    """Staff add or remove units for sale: (stock key, delta) pairs with one reason."""

    changes: tuple[tuple[StockKey, int], ...]
    reason: str


@dataclass(frozen=True, slots=True)
class UnitsMoved:
    """Units of a variant that leave one location for another."""

    variant_id: int
    origin: int
    destination: int
    units: int


@dataclass(frozen=True, slots=True)
class MoveQuantities:
    """Staff move units between warehouses, with one reason."""

    changes: tuple[UnitsMoved, ...]
    reason: str


def in_order(warehouses: Sequence[Location], territory: str) -> tuple[int, ...]:
    """Ids of warehouses in the order in which they serve a territory: those with a priority there, then others, by id.

    >>> near = Location(2, "Near", LocationKind.WAREHOUSE, (LocationPriority("GB", 0),))
    >>> in_order([Location(1, "Main", LocationKind.WAREHOUSE), near], "GB")
    (2, 1)
    """

    def rank(location: Location) -> tuple[bool, int, int]:
        own = [each.priority for each in location.priorities if each.territory == territory]
        return not own, min(own, default=0), location.id

    return tuple(location.id for location in sorted(warehouses, key=rank))


def allocate(asked: int, stock: Mapping[int, int], sells_out: bool = True) -> dict[int, int] | None:
    """Units to take from each location, in the order of `stock`; None when there are too few.

    A variant that never sells out takes the rest from the first location.

    >>> allocate(5, {1: 3, 2: 9})
    {1: 3, 2: 2}
    >>> allocate(5, {1: 3, 2: 1}) is None
    True
    >>> allocate(5, {1: 3, 2: 1}, sells_out=False)
    {1: 4, 2: 1}
    """
    taken: dict[int, int] = {}
    missing = asked
    for location_id, available in stock.items():
        if (units := min(missing, available)) > 0:
            taken[location_id] = units
            missing -= units
    if not missing:
        return taken
    if sells_out or not stock:
        return None
    first = next(iter(stock))
    return taken | {first: taken.get(first, 0) + missing}


def give_back(units: int, sold: Mapping[int, int], before: int) -> dict[int, int] | None:
    """Units to put back for sale at the locations that sold them, after the `before` units that came back earlier.

    None when more units come back than were sold.

    >>> give_back(2, {1: 3, 2: 2}, before=2)
    {1: 1, 2: 1}
    """
    earlier, all_back = allocate(before, sold), allocate(before + units, sold)
    if earlier is None or all_back is None:
        return None
    back = {location_id: count - earlier.get(location_id, 0) for location_id, count in all_back.items()}
    return {location_id: count for location_id, count in back.items() if count}
