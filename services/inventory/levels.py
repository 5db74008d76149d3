"""Changes of stock by staff."""

from collections.abc import Collection, Mapping

from datasources.inventory import levels as inventory
from datasources.inventory import locations
from datasources.inventory.levels import ForSale
from datasources.kit import outbox
from datasources.kit.database import Database, Tx
from domain.accounts import Permission, Viewer
from domain.events import AvailabilityChanged
from domain.inventory import AdjustQuantities, Movement, MoveQuantities, StockKey, StockLevel, UnitsMoved
from domain.kit.refusals import INPUT, RefusalCode, each, refuse
from services.accounts.authority import require
from services.kit.clock import utc_now

MAX_CHANGES = 250
MAX_DELTA = 1_000_000_000
# Of a variant over all locations, as for imports. GraphQL's Int has 32 bits.
MAX_AVAILABLE = 1_000_000_000


class InventoryService:
    """Adjustments and transfers of stock, each with its movements and the name of the staff member."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def adjust(self, viewer: Viewer, command: AdjustQuantities) -> list[StockLevel]:
        """Adds all deltas or none; returns the changed levels. Refused: NOT_FOUND, NEGATIVE_QUANTITY, INVALID."""

        async def adjust(tx: Tx) -> list[StockLevel]:
            actor = await require(tx, viewer, Permission.INVENTORY)
            units = _summed(command)
            stock = await _lock(tx, units)
            lacking = await inventory.move(tx, Movement.ADJUSTMENT, units, utc_now(), actor, command.reason)
            if lacking is not None:
                raise refuse(RefusalCode.NEGATIVE_QUANTITY, "Stock cannot fall below zero.", "changes")
            for variant_id, before in stock.items():
                added = sum(delta for (variant, _), delta in units.items() if variant == variant_id)
                if abs(sum(before.available.values()) + added) > MAX_AVAILABLE:
                    raise refuse(RefusalCode.INVALID, f"A variant must have at most {MAX_AVAILABLE} units.", "changes")
            return await _changed(tx, units)

        return await self._database.transact(adjust)

    async def move(self, viewer: Viewer, command: MoveQuantities) -> list[StockLevel]:
        """Makes all moves between warehouses or none; returns the changed levels. Refused: as for adjusting."""

        async def move(tx: Tx) -> list[StockLevel]:
            actor = await require(tx, viewer, Permission.INVENTORY)
            units = _between(command)
            await _lock(tx, units)
            lacking = await inventory.move(tx, Movement.TRANSFER, units, utc_now(), actor, command.reason)
            if lacking is not None:
                raise refuse(RefusalCode.NEGATIVE_QUANTITY, "Stock cannot fall below zero.", "changes")
            return await _changed(tx, units)

        return await self._database.transact(move)


async def _lock(tx: Tx, keys: Collection[StockKey]) -> Mapping[int, ForSale]:
    """Locks the stock of variants and creates missing levels. Refused: NOT_FOUND."""
    warehouses = await locations.warehouse_ids(tx)
    for _, location_id in keys:
        if location_id not in warehouses:
            raise refuse(RefusalCode.NOT_FOUND, f"Location {location_id} does not exist.", "changes")
    stock = await inventory.lock(tx, (variant_id for variant_id, _ in keys))
    for variant_id, _ in keys:
        if variant_id not in stock:
            raise refuse(RefusalCode.NOT_FOUND, f"Variant {variant_id} does not exist.", "changes")
    await inventory.open_levels(tx, stock, keys)
    return stock


async def _changed(tx: Tx, keys: Collection[StockKey]) -> list[StockLevel]:
    products = await inventory.products_of(tx, sorted({variant_id for variant_id, _ in keys}))
    await outbox.add(tx, AvailabilityChanged(products))
    return [level for level in await inventory.levels(tx, list(keys)) if level is not None]


def _summed(command: AdjustQuantities) -> dict[StockKey, int]:
    """Deltas by stock key in ascending order, after the checks that need no database."""
    _check(len(command.changes), command.reason)
    units: dict[StockKey, int] = {}
    each("changes", command.changes, _check_delta)
    for key, delta in command.changes:
        units[key] = units.get(key, 0) + delta
    return dict(sorted(units.items()))


def _between(command: MoveQuantities) -> dict[StockKey, int]:
    """Net change of each level by stock key in ascending order, after the checks that need no database."""
    _check(len(command.changes), command.reason)
    units: dict[StockKey, int] = {}
    each("changes", command.changes, _check_move)
    for change in command.changes:
        for location_id, delta in ((change.origin, -change.units), (change.destination, change.units)):
            key = (change.variant_id, location_id)
            units[key] = units.get(key, 0) + delta
    return dict(sorted((key, delta) for key, delta in units.items() if delta))


def _check_delta(change: tuple[StockKey, int]) -> None:
    if abs(change[1]) > MAX_DELTA:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be -{MAX_DELTA} to {MAX_DELTA}.", "delta")


def _check_move(change: UnitsMoved) -> None:
    if not 0 < change.units <= MAX_DELTA:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be 1 to {MAX_DELTA}.", "units")
    if change.origin == change.destination:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must differ from the location that the units leave.", "destination")


def _check(changes: int, reason: str) -> None:
    if not 0 < changes <= MAX_CHANGES:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be 1 to {MAX_CHANGES} changes.", "changes")
    if not reason.strip() or len(reason) > 255:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must have 1 to 255 characters.", "reason")
