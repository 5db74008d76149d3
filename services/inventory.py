"""Stock changed by staff."""

from datasources import inventory, outbox
from datasources.mysql import Database, Tx
from domain.accounts import Permission, Viewer
from domain.events import AvailabilityChanged
from domain.inventory import AdjustQuantities, Movement, StockLevel
from domain.refusals import refuse
from services.authority import require
from services.tokens import utc_now

MAX_CHANGES = 250
MAX_DELTA = 1_000_000_000
# As imports have it; clients are told units in 32 bits.
MAX_AVAILABLE = 1_000_000_000


class InventoryService:
    """Adjustments of stock, each with its movement and the name of who made it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def adjust(self, viewer: Viewer, command: AdjustQuantities) -> list[StockLevel]:
        """Adds the deltas, all or none. Refused: NOT_FOUND, NEGATIVE_QUANTITY, INVALID."""

        async def adjust(tx: Tx) -> list[StockLevel]:
            actor = await require(tx, viewer, Permission.INVENTORY)
            units = _summed(command)
            levels = dict(zip(units, await inventory.levels(tx, list(units)), strict=True))
            for variant_id, level in levels.items():
                if level is None:
                    raise refuse("NOT_FOUND", f"Variant {variant_id} does not exist.", "input", "changes")
            stuck = await inventory.move(tx, Movement.ADJUSTMENT, units, utc_now(), actor, command.reason)
            if stuck is not None:
                raise refuse("NEGATIVE_QUANTITY", "Stock cannot fall below zero.", "input", "changes")
            now = [level for level in await inventory.levels(tx, list(units)) if level is not None]
            if any(abs(level.available) > MAX_AVAILABLE for level in now):
                raise refuse("INVALID", f"Stock has at most {MAX_AVAILABLE} units.", "input", "changes")
            await outbox.add(tx, AvailabilityChanged(await inventory.products_of(tx, list(units))))
            return now

        return await self._database.transact(adjust)


def _summed(command: AdjustQuantities) -> dict[int, int]:
    """Deltas per variant, variant ids rising; the checks that need no database."""
    if not 0 < len(command.changes) <= MAX_CHANGES:
        raise refuse("INVALID", f"Give 1 to {MAX_CHANGES} changes.", "input", "changes")
    if not command.reason.strip() or len(command.reason) > 255:
        raise refuse("INVALID", "A reason of at most 255 characters is needed.", "input", "reason")
    units: dict[int, int] = {}
    for variant_id, delta in command.changes:
        if abs(delta) > MAX_DELTA:
            raise refuse("INVALID", "The delta is too large.", "input", "changes")
        units[variant_id] = units.get(variant_id, 0) + delta
    return dict(sorted(units.items()))
