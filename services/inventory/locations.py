"""Staff open and change warehouses."""

from collections.abc import Sequence

from datasources.inventory import locations
from datasources.kit.database import Database, Tx
from domain.accounts import Permission, Viewer
from domain.inventory import LocationChanges, LocationKind, LocationPriority
from domain.kit.refusals import INPUT, RefusalCode, each, refuse
from domain.territories.markets import Territories
from services.accounts.authority import require
from services.kit.clock import utc_now

MAX_NAME = 255
MAX_PRIORITY = 1_000_000


class LocationService:
    """Warehouses, and the order in which they serve the territories. A warehouse is never removed."""

    def __init__(self, database: Database, territories: Territories) -> None:
        self._database = database
        self._territories = {territory.code for territory in territories.all}

    async def add(self, viewer: Viewer, name: str, priorities: Sequence[LocationPriority]) -> int:
        """Opens a warehouse without stock; returns its key. Refused: BLANK, TOO_LONG, INVALID."""

        async def add(tx: Tx) -> int:
            await require(tx, viewer, Permission.INVENTORY)
            _check_name(name)
            self._check_priorities(priorities)
            location_id = await locations.insert(tx, name.strip(), LocationKind.WAREHOUSE, utc_now())
            await locations.set_priorities(tx, location_id, priorities)
            return location_id

        return await self._database.transact(add)

    async def edit(self, viewer: Viewer, location_id: int, changes: LocationChanges) -> None:
        """Changes a warehouse. Refused: NOT_FOUND, BLANK, TOO_LONG, INVALID."""

        async def edit(tx: Tx) -> None:
            await require(tx, viewer, Permission.INVENTORY)
            if changes.name is not None:
                _check_name(changes.name)
            self._check_priorities(changes.priorities or ())
            if not await locations.lock_warehouse(tx, location_id):
                raise refuse(RefusalCode.NOT_FOUND, "The location does not exist.", "location_id")
            if changes.name is not None:
                await locations.rename(tx, location_id, changes.name.strip())
            if changes.priorities is not None:
                await locations.set_priorities(tx, location_id, changes.priorities)

        await self._database.transact(edit)

    def _check_priorities(self, priorities: Sequence[LocationPriority]) -> None:
        named = [given.territory for given in priorities]
        if len(set(named)) < len(named):
            raise refuse(RefusalCode.INVALID, f"{INPUT} must name each territory once.", "priorities")
        each("priorities", priorities, self._check_priority)

    def _check_priority(self, given: LocationPriority) -> None:
        if given.territory not in self._territories:
            raise refuse(RefusalCode.INVALID, f"{INPUT} must be the code of a territory.", "territory")
        if not 0 <= given.priority <= MAX_PRIORITY:
            raise refuse(RefusalCode.INVALID, f"{INPUT} must be 0 to {MAX_PRIORITY}.", "priority")


def _check_name(name: str) -> None:
    if not name.strip():
        raise refuse(RefusalCode.BLANK, "Name can't be blank.", "name")
    if len(name) > MAX_NAME:
        raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_NAME} characters.", "name")
