"""What accounts have hidden, as rows: the truth, which Redis copies."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from datasources.kit.database import Database, Row, Tx
from datasources.kit.rows import grouped
from datasources.tables import customers, dislikes
from domain.personal.records import Dislike, Thing

_PRODUCT, _CATEGORY = "PRODUCT", "CATEGORY"


class Dislikes:
    """Batch reads by account."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_customer(self, customer_ids: Sequence[int]) -> list[tuple[Dislike, ...]]:
        """What each account has hidden, in the order of `customer_ids`, the newest first."""
        return await _by_customer(self._database, customer_ids)


async def lock(tx: Tx, customer_id: int) -> tuple[Dislike, ...] | None:
    """What an account has hidden, its row locked until the transaction ends; None if it does not exist."""
    locked = sa.select(customers.c.id).where(customers.c.id == customer_id).with_for_update()
    return None if await tx.one(locked) is None else (await _by_customer(tx, [customer_id]))[0]


async def add(tx: Tx, customer_id: int, things: Mapping[Thing, datetime]) -> None:
    """Adds things that the account has not hidden yet, and when each was hidden."""
    rows = [
        {"customer_id": customer_id, "hidden_at": hidden_at} | dict(zip(("kind", "target"), _key(thing), strict=True))
        for thing, hidden_at in things.items()
    ]
    if rows:
        await tx.run(sa.insert(dislikes), rows)


async def remove(tx: Tx, customer_id: int, things: Sequence[Thing]) -> None:
    """Removes things; those that the account has not hidden change nothing."""
    for kind in (_PRODUCT, _CATEGORY):
        targets = [target for of_kind, target in map(_key, things) if of_kind == kind]
        mine = (dislikes.c.customer_id == customer_id) & (dislikes.c.kind == kind)
        if targets:
            await tx.run(sa.delete(dislikes).where(mine, dislikes.c.target.in_(targets)))


async def _by_customer(source: Database | Tx, customer_ids: Sequence[int]) -> list[tuple[Dislike, ...]]:
    newest = (dislikes.c.hidden_at.desc(), dislikes.c.kind, dislikes.c.target)
    query = sa.select(dislikes).where(dislikes.c.customer_id.in_(customer_ids)).order_by(*newest)
    return grouped(((row.customer_id, _dislike(row)) for row in await source.all(query)), customer_ids)


def _key(thing: Thing) -> tuple[str, str]:
    return (_CATEGORY, thing.category or "") if thing.product_id is None else (_PRODUCT, str(thing.product_id))


def _dislike(row: Row) -> Dislike:
    thing = Thing(category=row.target) if row.kind == _CATEGORY else Thing(product_id=int(row.target))
    return Dislike(thing, row.hidden_at)
