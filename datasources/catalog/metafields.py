"""Metafields of products and variants: batch reads in the order of their keys, and writes of many at a time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from datasources.kit.database import Database, Row, Tx
from datasources.kit.rows import aligned
from datasources.tables import metafields
from domain.catalog.metafields import Metafield, MetafieldCell, MetafieldKey, MetafieldOwner, type_of
from domain.kit.ids import new_id

Owner = tuple[MetafieldOwner, int]


class Metafields:
    """Stored metafields."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_key(self, keys: Sequence[MetafieldKey]) -> list[Metafield | None]:
        """Metafields in the order of `keys`, in one statement."""
        column = metafields.c
        query = sa.select(metafields).where(
            column.owner.in_({key.owner.value for key in keys}),
            column.owner_id.in_({key.owner_id for key in keys}),
            column.namespace.in_({key.namespace for key in keys}),
            column.key.in_({key.key for key in keys}),
        )
        found = [_metafield(row) for row in await self._database.all(query)]
        return aligned({MetafieldKey(one.owner, one.owner_id, one.namespace, one.key): one for one in found}, keys)


async def of_owners(source: Database | Tx, owner: MetafieldOwner, ids: Sequence[int]) -> list[Metafield]:
    """All metafields of some products or variants, by owner, namespace and key."""
    column = metafields.c
    query = sa.select(metafields).where(column.owner == owner.value, column.owner_id.in_(ids))
    rows = await source.all(query.order_by(column.owner_id, column.namespace, column.key)) if ids else ()
    return [_metafield(row) for row in rows]


async def write(tx: Tx, wanted: Mapping[Owner, Sequence[MetafieldCell]], now: datetime) -> None:
    """Sets the metafields that are named and leaves the others. A blank value removes its metafield.

    A cell without a type keeps that of the stored metafield.
    """
    cells = {(*owner, cell.namespace, cell.key): cell for owner, named in wanted.items() for cell in named}
    if not cells:
        return
    stored = {
        (row.owner, row.owner_id, row.namespace, row.key): row
        for owner in MetafieldOwner
        for row in await of_owners(tx, owner, [key for kind, key in wanted if kind is owner])
    }
    gone = [key for key, cell in cells.items() if key in stored and not cell.value]
    rows = {key: _row(cell, stored.get(key)) for key, cell in cells.items() if cell.value}
    new = [_first(key, now) | row | {"updated_at": now} for key, row in rows.items() if key not in stored]
    changed = [
        _named(key) | {f"new_{name}": value for name, value in row.items()} | {"at": now}
        for key, row in sorted(rows.items())
        if key in stored and row != {"type": stored[key].type, "value": stored[key].value}
    ]
    if gone:
        await tx.run(sa.delete(metafields).where(_THIS), [_named(key) for key in sorted(gone)])
    if new:
        await tx.run(sa.insert(metafields), new)
    if changed:
        values: dict[str, Any] = {
            "type": sa.bindparam("new_type"),
            "value": sa.bindparam("new_value"),
            "updated_at": sa.bindparam("at"),
        }
        await tx.run(sa.update(metafields).where(_THIS).values(values), changed)


_Key = tuple[MetafieldOwner, int, str, str]
_NAMES = ("owner", "owner_id", "namespace", "key")
_THIS = sa.and_(*(metafields.c[name] == sa.bindparam(f"this_{name}") for name in _NAMES))


def _named(key: _Key) -> dict[str, Any]:
    return {f"this_{name}": value for name, value in zip(_NAMES, key, strict=True)}


def _first(key: _Key, now: datetime) -> dict[str, Any]:
    return {"id": new_id(), "created_at": now} | dict(zip(_NAMES, key, strict=True))


def _row(cell: MetafieldCell, stored: Metafield | None) -> dict[str, str]:
    known = "" if stored is None else stored.type
    return {"type": cell.type or known or type_of(cell.value), "value": cell.value}


def _metafield(row: Row) -> Metafield:
    owner = MetafieldOwner(row.owner)
    return Metafield(
        row.id, owner, row.owner_id, row.namespace, row.key, row.type, row.value, row.created_at, row.updated_at
    )
