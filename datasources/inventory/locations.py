"""Locations, and the order in which warehouses serve territories. Code that sells locks no row here."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from datasources.kit.database import Database, Row, Tx
from datasources.kit.keyset import keyset
from datasources.kit.rows import aligned, grouped, inserted_key
from datasources.tables import location_priorities, locations
from domain.inventory import Location, LocationKind, LocationPriority, in_order
from domain.kit.paging import Page, PageRequest, page_of

WAREHOUSE = locations.c.kind == LocationKind.WAREHOUSE.value


class Locations:
    """Reads of locations in batches."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_id(self, ids: Sequence[int]) -> list[Location | None]:
        """Locations in the order of `ids`."""
        found = await self._locations(sa.select(locations).where(locations.c.id.in_(ids)))
        return aligned({location.id: location for location in found}, ids)

    async def warehouses(self, asked: PageRequest, reverse: bool) -> Page[Location]:
        """One page of all warehouses by id."""
        query = keyset(sa.select(locations).where(WAREHOUSE), locations.c.id, locations.c.id, asked, reverse)
        return page_of(await self._locations(query), asked, lambda location: (location.id, location.id))

    async def _locations(self, query: sa.Select[Any]) -> list[Location]:
        rows = await self._database.all(query)
        ids = [row.id for row in rows]
        own = location_priorities.c
        ranked = sa.select(location_priorities).where(own.location_id.in_(ids)).order_by(own.location_id, own.territory)
        found = grouped(((row.location_id, _priority(row)) for row in await self._database.all(ranked)), ids)
        return [_location(row, priorities) for row, priorities in zip(rows, found, strict=True)]


async def warehouse_ids(tx: Tx) -> frozenset[int]:
    """Every location that sells at any time."""
    return frozenset(row.id for row in await tx.all(sa.select(locations.c.id).where(WAREHOUSE)))


async def routes(tx: Tx, territories: Collection[str]) -> dict[str, tuple[int, ...]]:
    """For each territory, the ids of all warehouses in the order in which they serve it. One statement, no lock."""
    own = location_priorities.c
    mine = (own.location_id == locations.c.id) & own.territory.in_(territories)
    query = sa.select(locations, own.territory, own.priority).outerjoin(location_priorities, mine).where(WAREHOUSE)
    rows = await tx.all(query.order_by(locations.c.id))
    named = {row.id: row for row in rows}
    priorities = ((row.id, _priority(row)) for row in rows if row.territory is not None)
    found = zip(named.values(), grouped(priorities, list(named)), strict=True)
    warehouses = [_location(row, ranked) for row, ranked in found]
    return {territory: in_order(warehouses, territory) for territory in territories}


async def insert(tx: Tx, name: str, kind: LocationKind, now: datetime) -> int:
    """Adds a location without stock and returns its key."""
    row = {"name": name, "kind": kind.value, "created_at": now}
    return inserted_key(await tx.run(sa.insert(locations).values(row)))


async def lock_warehouse(tx: Tx, location_id: int) -> bool:
    """Locks the row of a warehouse until the transaction ends, so that editors take turns; False if it is missing."""
    query = sa.select(locations.c.id).where(locations.c.id == location_id, WAREHOUSE).with_for_update()
    return await tx.one(query) is not None


async def rename(tx: Tx, location_id: int, name: str) -> None:
    """Renames a location."""
    await tx.run(sa.update(locations).where(locations.c.id == location_id).values(name=name))


async def set_priorities(tx: Tx, location_id: int, priorities: Sequence[LocationPriority]) -> None:
    """Replaces all priorities of a location."""
    await tx.run(sa.delete(location_priorities).where(location_priorities.c.location_id == location_id))
    rows = [{"territory": each.territory, "location_id": location_id, "priority": each.priority} for each in priorities]
    if rows:
        await tx.run(sa.insert(location_priorities), rows)


def _priority(row: Row) -> LocationPriority:
    return LocationPriority(row.territory, row.priority)


def _location(row: Row, priorities: tuple[LocationPriority, ...]) -> Location:
    return Location(row.id, row.name, LocationKind(row.kind), priorities)
