"""Writes collections and their memberships."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from datasources.kit.database import Tx
from datasources.tables import collection_products, collections
from domain.catalog.records import HIDDEN
from domain.kit.folding import collation_key
from domain.kit.ids import new_id

Named = Sequence[tuple[str, str]]


async def set_memberships(
    tx: Tx, wanted: Mapping[int, Named], now: datetime, leaves_only: Mapping[int, str] | None = None
) -> tuple[list[str], list[str]]:
    """Puts products, by id, into exactly these (handle, title) collections. New products come last.

    A product in `leaves_only` leaves no collection but the one with that handle. Missing collections are created;
    existing ones keep their title. Returns the handles of the collections whose products changed, and of
    those that are new.
    """
    ids, new = await _ensure(tx, dict(pair for named in wanted.values() for pair in named), now)
    only = leaves_only or {}
    leaving = await _ids(tx, dict.fromkeys(only.values(), "")) if only else {}
    asked = {(ids[handle], product_id) for product_id, named in wanted.items() for handle, _ in named}
    member = collection_products.c
    query = sa.select(member.collection_id, member.product_id).where(member.product_id.in_(list(wanted)))
    stored = {(row.collection_id, row.product_id) for row in await tx.all(query)}
    gone = sorted(
        (key, product) for key, product in stored - asked if product not in only or leaving.get(only[product]) == key
    )
    rank = {product_id: position for position, product_id in enumerate(wanted)}
    added = sorted(asked - stored, key=lambda pair: (pair[0], rank[pair[1]]))
    # All collections are locked in key order before any member is written. Writing a member locks its collection too,
    # but with a shared lock.
    touched = [{"list": key} for key in sorted({collection_id for collection_id, _ in [*gone, *added]})]
    if touched:
        one = sa.update(collections).where(collections.c.id == sa.bindparam("list"))
        await tx.run(one.values(updated_at=now), touched)
    if gone:
        one_member = (member.collection_id == sa.bindparam("list")) & (member.product_id == sa.bindparam("item"))
        await tx.run(sa.delete(collection_products).where(one_member), [{"list": c, "item": p} for c, p in gone])
    await _append(tx, added)
    return await _handles(tx, [key["list"] for key in touched]), new


async def members(tx: Tx, named: Mapping[int, Named]) -> set[int]:
    """The products, by id, that are in any of their named (handle, title) collections."""
    ids = await _ids(tx, dict(pair for pairs in named.values() for pair in pairs))
    member = collection_products.c
    query = sa.select(member.collection_id, member.product_id).where(member.product_id.in_(list(named)))
    stored = {(row.collection_id, row.product_id) for row in await tx.all(query)}
    return {key for key, pairs in named.items() if any((ids.get(handle), key) in stored for handle, _ in pairs)}


async def _ensure(tx: Tx, titles: Mapping[str, str], now: datetime) -> tuple[dict[str, int], list[str]]:
    """Keys of collections by handle, and the handles of those that it created."""
    ids = await _ids(tx, titles)
    new = {handle: new_id() for handle in titles if handle not in ids}
    rows = [
        {"id": key, "handle": handle, "title": titles[handle], "title_key": collation_key(titles[handle])}
        | {"created_at": now, "updated_at": now}
        for handle, key in new.items()
    ]
    if rows:
        await tx.run(sa.insert(collections), rows)
    return ids | new, sorted(new)


async def _ids(tx: Tx, titles: Mapping[str, str]) -> dict[str, int]:
    """Keys of stored collections by the wanted handle: those with the handle, else those with the same title."""
    column = collections.c
    which = column.handle.in_(list(titles)) | column.title.in_([title for title in titles.values() if title])
    rows = await tx.all(sa.select(column.handle, column.title, column.id).where(which).order_by(column.id.desc()))
    by_title = {row.title: row for row in rows}
    by_handle = {row.handle: row for row in rows}
    found = {handle: by_handle.get(handle) or by_title.get(title) for handle, title in titles.items()}
    return {handle: int(row.id) for handle, row in found.items() if row is not None and _may_be(handle, row.handle)}


def _may_be(wanted: str, handle: str) -> bool:
    """Whether a collection is the wanted one, which a title found: no type lays out a storefront."""
    return not (handle.startswith(HIDDEN) and wanted == f"all-{handle}")


async def _handles(tx: Tx, ids: Sequence[int]) -> list[str]:
    if not ids:
        return []
    query = sa.select(collections.c.handle).where(collections.c.id.in_(ids)).order_by(collections.c.handle)
    return [row.handle for row in await tx.all(query)]


async def handles_of(tx: Tx, product_ids: Sequence[int]) -> list[str]:
    """Handles of the collections that hold any of these products."""
    member = collection_products.c
    held = sa.select(member.collection_id).where(member.product_id.in_(product_ids))
    query = sa.select(collections.c.handle).where(collections.c.id.in_(held)).order_by(collections.c.handle)
    return [row.handle for row in await tx.all(query)]


async def _append(tx: Tx, added: Sequence[tuple[int, int]]) -> None:
    if not added:
        return
    member = collection_products.c
    query = (
        sa.select(member.collection_id, sa.func.max(member.position).label("last"))
        .where(member.collection_id.in_({collection_id for collection_id, _ in added}))
        .group_by(member.collection_id)
    )
    last = {row.collection_id: int(row.last) for row in await tx.all(query)}
    rows = []
    for collection_id, product_id in added:
        last[collection_id] = last.get(collection_id, 0) + 1
        rows.append({"collection_id": collection_id, "product_id": product_id, "position": last[collection_id]})
    await tx.run(sa.insert(collection_products), rows)
