"""Changes of stock by staff."""

from collections.abc import Collection, Mapping, Sequence

from datasources.inventory import levels as inventory
from datasources.inventory import locations
from datasources.inventory.levels import ForSale
from datasources.kit import outbox
from datasources.kit.database import Database, Tx
from datasources.webhooks.reports import report
from domain.accounts import Permission, Viewer
from domain.events import AvailabilityChanged, LevelsChanged
from domain.inventory import AdjustQuantities, Movement, MoveQuantities, StockKey, StockLevel, UnitsMoved
from domain.kit.refusals import INPUT, RefusalCode, Refused, each, refuse
from services.accounts.authority import require
from services.kit.clock import utc_now

MAX_CHANGES = 250
MAX_DELTA = 1_000_000_000
# Of a variant over all locations, as for imports. GraphQL's Int has 32 bits.
MAX_AVAILABLE = 1_000_000_000
# The levels that each change of a command names, by the term that names their location.
Named = Sequence[Mapping[str, StockKey]]


class InventoryService:
    """Adjustments and transfers of stock, each with its movements and the name of the staff member."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def adjust(self, viewer: Viewer, command: AdjustQuantities) -> list[StockLevel]:
        """Adds all deltas or none; returns the changed levels. Refused: NOT_FOUND, NEGATIVE_QUANTITY, INVALID."""

        async def adjust(tx: Tx) -> list[StockLevel]:
            actor = await require(tx, viewer, Permission.INVENTORY)
            units = _summed(command)
            stock = await _lock(tx, units, [{"location_id": key} for key, _ in command.changes])
            lacking = await inventory.move(tx, Movement.ADJUSTMENT, units, utc_now(), actor, command.reason)
            if lacking is not None:
                takes = [key if delta < 0 else None for key, delta in command.changes]
                raise _too_few(lacking, takes.index(lacking), "delta")
            for variant_id, before in stock.items():
                added = sum(delta for (variant, _), delta in units.items() if variant == variant_id)
                if abs(sum(before.available.values()) + added) > MAX_AVAILABLE:
                    position = [key[0] for key, _ in command.changes].index(variant_id)
                    message = f"A variant must have at most {MAX_AVAILABLE} units at all locations together."
                    raise refuse(RefusalCode.INVALID, message, "changes", position, "delta")
            return await _changed(tx, units)

        return await self._database.transact(adjust)

    async def move(self, viewer: Viewer, command: MoveQuantities) -> list[StockLevel]:
        """Makes all moves between warehouses or none; returns the changed levels. Refused: as for adjusting."""

        async def move(tx: Tx) -> list[StockLevel]:
            actor = await require(tx, viewer, Permission.INVENTORY)
            units = _between(command)
            named = [
                {"origin": (change.variant_id, change.origin), "destination": (change.variant_id, change.destination)}
                for change in command.changes
            ]
            await _lock(tx, units, named)
            lacking = await inventory.move(tx, Movement.TRANSFER, units, utc_now(), actor, command.reason)
            if lacking is not None:
                raise _too_few(lacking, [levels["origin"] for levels in named].index(lacking), "units")
            return await _changed(tx, units)

        return await self._database.transact(move)


async def _lock(tx: Tx, keys: Collection[StockKey], named: Named) -> Mapping[int, ForSale]:
    """Locks the stock of variants and creates missing levels. Refused: NOT_FOUND."""
    places = [(at, term, key) for at, terms in enumerate(named) for term, key in terms.items() if key in keys]
    warehouses = await locations.warehouse_ids(tx)
    for position, term, (_, location_id) in places:
        if location_id not in warehouses:
            raise refuse(RefusalCode.NOT_FOUND, "The warehouse does not exist.", "changes", position, term)
    stock = await inventory.lock(tx, (variant_id for variant_id, _ in keys))
    for position, _, (variant_id, _) in places:
        if variant_id not in stock:
            raise refuse(RefusalCode.NOT_FOUND, "The variant does not exist.", "changes", position, "variant_id")
    await inventory.open_levels(tx, stock, keys)
    return stock


def _too_few(key: StockKey, position: int, term: str) -> Refused:
    """The refusal of the first change that takes units from a level that has too few."""
    message = f"Stock cannot fall below zero: location {key[1]} has too few units of variant {key[0]}."
    return refuse(RefusalCode.NEGATIVE_QUANTITY, message, "changes", position, term)


async def _changed(tx: Tx, keys: Collection[StockKey]) -> list[StockLevel]:
    products = await inventory.products_of(tx, sorted({variant_id for variant_id, _ in keys}))
    await outbox.add(tx, AvailabilityChanged(products))
    await report(tx, LevelsChanged(tuple(sorted(keys))))
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
        raise refuse(
            RefusalCode.INVALID, f"{INPUT} must differ from the location that the units come from.", "destination"
        )


def _check(changes: int, reason: str) -> None:
    if not 0 < changes <= MAX_CHANGES:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be 1 to {MAX_CHANGES} changes.", "changes")
    if not reason.strip() or len(reason) > 255:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must have 1 to 255 characters.", "reason")
